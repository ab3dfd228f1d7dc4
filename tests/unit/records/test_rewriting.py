"""Records files with other given tags: everything else stays byte for byte."""

import codecs
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weaklabel.records import parse_records
from weaklabel.records.rewriting import rewrite_tags
from weaklabel.terms import USUAL_NAMES, ColumnNames
from weaklabel.terms.decisions import TagEdit

NO_EDIT = TagEdit()


def edit(removed=(), added=(), *, null=False, **respelt):
    return TagEdit(frozenset(removed), tuple(added), respelt, becomes_null=null)


def rewrite(name, text, edits, columns=USUAL_NAMES):
    data = text if isinstance(text, bytes) else text.encode()
    written = rewrite_tags(name, data, columns, edits)
    before, _ = parse_records(name, data, columns)
    after, _ = parse_records(name, written, columns)
    assert (after.ids, after.texts) == (before.ids, before.texts)
    wanted = [edits.get(i, NO_EDIT).apply(tags) if i in edits else tags for i, tags in enumerate(before.given)]
    assert list(after.given) == wanted
    return written.decode() if isinstance(text, str) else written


@pytest.mark.parametrize(
    ("tags", "change", "expected"),
    [
        ('["a", "b"]', edit(["a"], ["c"]), '["b", "c"]'),
        ('["a","b"]', edit(["b"], ["c"]), '["a","c"]'),
        ('["a"]', edit((), ["c", "d"]), '["a", "c", "d"]'),
        ('[ "a" , "b" ]', edit((), ["c"]), '[ "a" , "b" , "c" ]'),
        ("[]", edit((), ["c", "d"]), '["c", "d"]'),
        ('["a"]', edit(["a"]), "[]"),
        ('["a", " a", "b"]', edit(["a"]), '["b"]'),
        ('["a", null, 7]', edit(["a"]), "[null, 7]"),
        ('["a", 7]', edit(["7"]), '["a"]'),
        ('["caf\\u00e9", "b"]', edit(["b"], ["naïf"]), '["caf\\u00e9", "na\\u00eff"]'),
        ('["a"]', edit((), ["naïf"]), '["a", "naïf"]'),
        ('[\n    "a",\n    "b"\n  ]', edit(["a"], ["c"]), '[\n    "b",\n    "c"\n  ]'),
        ('[\n    "a"\n  ]', edit((), ["c"]), '[\n    "a",\n    "c"\n  ]'),
        ("null", edit((), ["c"]), '["c"]'),
        ('"a"', edit(["a"], ["c"]), '"c"'),
        ('"a"', edit((), ["c"]), '["a", "c"]'),
        ('"a"', edit(["a"]), "[]"),
        ('["a"]', edit(["a"], null=True), "null"),
        ('["a", "b"]', edit(a="ä"), '["ä", "b"]'),
    ],
)
def test_json_tags_are_edited_where_they_stand(tags, change, expected):
    text = '[\n {"id": 1, "n": 1.0e5, "title": "x\\u0041 ]}",  "tags": %s, "more": {"tags": ["a"]}},\n {"id":2}\n]\n'
    assert rewrite("r.json", text % tags, {0: change}) == text % expected
    line = '{"id": 1, "title": "x", "tags": %s }\r\n\r\n  {"id": 2, "title": ""}\n'
    if "\n" not in tags:
        assert rewrite("r.jsonl", line % tags, {0: change}) == line % expected


def test_json_without_a_list_of_tags_gets_one():
    text = '[{"id": 1, "title": "x"}, {\n  "id": 2,\n  "title": "y"\n}]'
    assert rewrite("r.json", text, {0: edit((), ["a"]), 1: edit((), ["b"])}) == (
        '[{"id": 1, "title": "x", "tags": ["a"]}, {\n  "id": 2,\n  "title": "y",\n  "tags": ["b"]\n}]'
    )
    alone = '{"k": {"title": "x"}, "l": {"title": "z", "tags": []}}'
    assert rewrite("r.json", alone, {0: edit((), ["a"]), 1: edit((), ["b"])}) == (
        '{"k": {"title": "x", "tags": ["a"]}, "l": {"title": "z", "tags": ["b"]}}'
    )


def test_a_byte_order_mark_and_other_names_stay():
    text = codecs.BOM_UTF8 + b'[{"key": 1, "text": "x", "topics": ["a"]}]'
    columns = ColumnNames("key", ("text",), "topics")
    assert rewrite("r.json", text, {0: edit(["a"], ["b"])}, columns) == text.replace(b'"a"', b'"b"')


@pytest.mark.parametrize(
    ("cell", "change", "expected"),
    [
        ("a", edit(["a"], ["c"]), "c"),
        ('"a, b"', edit(["a"], ["c"]), '"b, c"'),
        ('"a,b"', edit((), ["c"]), '"a,b,c"'),
        ("a", edit((), ["c"]), '"a,c"'),
        ("", edit((), ["c"]), "c"),
        ("a", edit(["a"]), "[]"),
        ('"[""a"", ""b""]"', edit(["a"], ["c"]), '"[""b"", ""c""]"'),
        ("\"['a', 'b']\"", edit(["a"], ["c"]), "\"['b', 'c']\""),
        ("[]", edit((), ["c"]), '"[""c""]"'),
        ("a", edit(["a"], null=True), ""),
        ("a", edit((), ["c, d"]), '"[""a"", ""c, d""]"'),
        ("a", edit(a="ä"), "ä"),
        ('"a"', edit(a="ä"), '"ä"'),
    ],
)
def test_csv_cells_are_edited_and_no_other(cell, change, expected):
    for text in (
        'id,tags,title\r\n1,%s,"x ""y"", z"\r\n\r\n007,,"a\nb"\r\n',
        '\n"id","tags",title\n1,%s,x\n2,,',
    ):
        assert rewrite("r.csv", text % cell, {0: change}) == text % expected


def test_csv_with_other_separators():
    text = "id;tags;title\n1;a|b;x\n2;;y\n"
    columns = ColumnNames(separator="|")
    assert rewrite("r.csv", text, {0: edit(["a"], ["c"]), 1: edit((), ["d"])}, columns) == (
        "id;tags;title\n1;b|c;x\n2;d;y\n"
    )
    assert rewrite("r.tsv", "id\ttitle\ttags\n1\tx\ta", {0: edit((), ["c"])}) == "id\ttitle\ttags\n1\tx\ta,c"


def test_a_csv_cell_that_is_the_files_end():
    assert rewrite("r.csv", "id,title,tags\n1,x,\n2,y,", {1: edit((), ["c"])}) == "id,title,tags\n1,x,\n2,y,c"


def test_csv_without_a_column_of_tags_gets_one():
    text = 'id,title\n1,x\n\n2,"y\nz"'
    assert rewrite("r.csv", text, {1: edit((), ["a", "b"])}) == 'id,title,tags\n1,x,\n\n2,"y\nz","a,b"'


@pytest.mark.parametrize("kind", [pa.list_(pa.string()), pa.large_list(pa.large_string())])
def test_parquet_keeps_types_metadata_and_other_columns(kind):
    schema = pa.schema(
        [("id", pa.int64()), ("title", pa.dictionary(pa.int8(), pa.string())), ("tags", kind), ("when", pa.date32())],
        metadata={b"who": b"us"},
    )  # fmt: skip
    rows = {"id": [1, 2, 3], "title": ["x", None, "x"], "tags": [["a", "b"], None, []], "when": [0, 1, None]}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(rows, schema), sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    table = pq.read_table(pa.BufferReader(data))
    written = rewrite("r.parquet", data, {0: edit(["a"], ["c"]), 1: edit((), ["d"])})
    file = pq.ParquetFile(pa.BufferReader(written))
    after = file.read()
    assert after.schema.equals(table.schema, check_metadata=True)
    assert after.drop(["tags"]).equals(table.drop(["tags"]))
    assert after["tags"].to_pylist() == [["b", "c"], ["d"], []]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_parquet_of_one_name_a_record_becomes_lists_only_where_it_must(tmp_path):
    path = tmp_path / "r.parquet"
    pd.DataFrame({"id": [1, 2], "title": ["x", "y"], "tags": ["a", "b"]}).to_parquet(path)
    one = rewrite("r.parquet", path.read_bytes(), {0: edit(["a"], ["c"])})
    assert pq.read_table(pa.BufferReader(one))["tags"].to_pylist() == ["c", "b"]
    two = rewrite("r.parquet", path.read_bytes(), {0: edit((), ["c"])})
    assert pq.read_table(pa.BufferReader(two))["tags"].to_pylist() == [["a", "c"], ["b"]]


def test_a_file_without_edits_is_the_same_bytes():
    for name, text in (("r.json", '[ {"id":1, "title":"x" , "tags":[ ]} ]\n'), ("r.csv", "id,title,tags\r\n1,x,a\r\n")):
        assert rewrite(name, text, {}) == text
    assert json.loads(rewrite("r.json", '[{"id": 1, "title": "x"}]', {0: edit((), ["a"])}))[0]["tags"] == ["a"]
