"""Batches of a file, put together, are the records that reading it whole gives, and its warnings are the same."""

from __future__ import annotations

import csv
import io
import json
import math
import pickle

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weaklabel.errors import RecordsError
from weaklabel.records import read_records, stream_records
from weaklabel.terms import ColumnNames

TEXTS = st.text(alphabet=st.sampled_from("ab é日😀\n\r\t ,;|\"'\u2028\ufeff\x00[]"), max_size=6)
TAGS = st.none() | st.lists(st.sampled_from(["nlp", " nlp", "cv", "", "a,b", "a|b"]), max_size=3)
OTHERS = {
    "int": st.integers(-9, 9),
    "float": st.floats(allow_nan=True, width=32),
    "bool": st.booleans(),
    "bytes": st.binary(max_size=3),
    "text": TEXTS,
    "list": st.lists(st.integers(0, 3), max_size=2),
    "date": st.dates(),
    "struct": st.fixed_dictionaries({"a": st.integers(0, 2), "b": TEXTS}),
}
JSON_OTHERS = ("int", "bool", "text", "list", "struct")
TYPES = {
    "int": pa.int32(),
    "float": pa.float32(),
    "bool": pa.bool_(),
    "bytes": pa.binary(),
    "text": pa.dictionary(pa.int32(), pa.string()),
    "list": pa.list_(pa.int64()),
    "date": pa.date32(),
    "struct": pa.struct({"a": pa.int64(), "b": pa.large_string()}),
}
STRINGS = st.sampled_from([pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())])


@st.composite
def tables(draw, others=tuple(OTHERS), id_types=("int", "str", "none")):
    """Columns of a small table; ids distinct, of one kind, or missing."""
    n = draw(st.integers(1, 8))
    ids = draw(st.lists(st.integers(-(10**6), 10**6), min_size=n, max_size=n, unique=True))
    kind = draw(st.sampled_from(id_types))
    columns = {} if kind == "none" else {"id": [str(i) if kind == "str" else i for i in ids]}
    for name, values in (("title", st.none() | TEXTS), ("description", TEXTS), ("tags", TAGS)):
        columns[name] = draw(st.lists(values, min_size=n, max_size=n))
    for name in draw(st.lists(st.sampled_from(others), max_size=2, unique=True)):
        columns[name] = draw(st.lists(st.none() | OTHERS[name], min_size=n, max_size=n))
    return columns


def shape(value):
    """A value with the types of all its parts, NaN equal to itself."""
    if isinstance(value, float) and math.isnan(value):
        return (float, "nan")
    if isinstance(value, dict):
        return (dict, [(key, shape(inner)) for key, inner in value.items()])
    if isinstance(value, list | tuple):
        return (type(value), [shape(inner) for inner in value])
    return (type(value), value)


def contents(sources):
    return {
        "ids": [shape(i) for s in sources for i in s.ids],
        "id_array": [i for s in sources for i in s.id_array().to_pylist()],
        "texts": [[t or "" for s in sources for t in s.text_array(name).to_pylist()] for name in sources[0].fields],
        "given": [shape(tags) for s in sources for tags in s.given],
        "views": [(shape(v.record_id), shape(v.as_dict()), v.text) for s in sources for v in s.views()],
    }  # fmt: skip


def read_whole(path, columns=ColumnNames()):  # noqa: B008 - frozen
    """Return records and warnings, or None and the problems for which the file is refused."""
    try:
        return read_records(str(path), columns)
    except RecordsError as refused:
        return None, refused.problems


def check_same(path, columns=ColumnNames()):  # noqa: B008 - frozen
    whole, odd = read_whole(path, columns)
    if whole is None:
        with pytest.raises(RecordsError) as caught:
            list(stream_records(str(path), columns))
        assert caught.value.problems == odd
        return
    expected = contents([whole])
    assert expected["id_array"] == list(whole.ids)
    for batch_rows in (1, 3, 1000):
        warnings = []
        sources = list(stream_records(str(path), columns, batch_rows=batch_rows, warnings=warnings))
        assert all(1 <= len(s) <= batch_rows for s in sources)
        assert contents(sources) == expected
        assert warnings == odd
        assert contents([pickle.loads(pickle.dumps(s)) for s in sources]) == expected
        parts = [s.slice(i, i + 2) for s in sources for i in range(0, len(s), 2)]
        assert contents([pickle.loads(pickle.dumps(part)) for part in parts]) == expected


EXAMPLES = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(table=tables(), string=STRINGS, rows_per_group=st.integers(1, 5))
@EXAMPLES
def test_parquet(table, string, rows_per_group, tmp_path):
    types = {"id": None, "title": string, "description": pa.string(), "tags": pa.list_(pa.string()), **TYPES}
    arrow = pa.table({name: pa.array(values, types[name]) for name, values in table.items()})
    pq.write_table(arrow, tmp_path / "f.parquet", row_group_size=rows_per_group)
    check_same(tmp_path / "f.parquet")


@given(table=tables(JSON_OTHERS), blank=st.sampled_from(["", "\n", "\r\n", " \t\r\n"]), has_bom=st.booleans())
@EXAMPLES
def test_json_lines(table, blank, has_bom, tmp_path):
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    text = blank + "".join(json.dumps(row, ensure_ascii=len(row) % 2 == 0) + "\n" + blank for row in rows)
    (tmp_path / "f.jsonl").write_bytes(text.encode("utf-8-sig" if has_bom else "utf-8"))
    check_same(tmp_path / "f.jsonl")


@given(
    table=tables(("text",), ("str", "none")),
    end=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    delimiter=st.sampled_from(",;\t"),
    has_bom=st.booleans(),
    separator=st.sampled_from(",|"),
)
@EXAMPLES
def test_csv(table, end, delimiter, has_bom, separator, tmp_path):
    table["tags"] = [
        "" if tags is None else str(tags) if len(tags) % 2 else separator.join(tags) for tags in table["tags"]
    ]
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    (tmp_path / "f.csv").write_bytes(sink.getvalue().encode("utf-8-sig" if has_bom else "utf-8"))
    check_same(tmp_path / "f.csv", ColumnNames(separator=separator))


@given(table=tables(JSON_OTHERS))
@settings(EXAMPLES, max_examples=15)
def test_json(table, tmp_path):
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    (tmp_path / "f.json").write_text(json.dumps(rows), encoding="utf-8")
    check_same(tmp_path / "f.json")


# What is wrong with a file is told in the same words when all of it is in one batch.
PIECES = st.sampled_from(
    [*'[]{}",:;\n\r\t ', "id,title,tags\n", '{"id": 1, "title": "x"}\n', '{"id": 2, "title": [1]}\n', "1,a,[x\n",
     "2,b,c\n", '"', '{"id": null, "title": "y", "tags": [null, {}]}\n', "\ufeff", "\x0b", "é", "id", "title"]
)  # fmt: skip


@given(
    name=st.sampled_from(["f.jsonl", "f.csv", "f.tsv", "f.json", "f"]),
    pieces=st.lists(PIECES, max_size=12),
    is_cut=st.booleans(),
)
@settings(EXAMPLES, max_examples=300)
def test_any_text_is_refused_or_read_as_it_is_when_read_whole(name, pieces, is_cut, tmp_path):
    data = "".join(pieces).encode()
    (tmp_path / name).write_bytes(data[:-1] if is_cut else data)
    check_refused_alike(tmp_path / name)


def check_refused_alike(path):
    """Compare what is read in one batch; batches of one record only must never fail in another way."""
    whole, odd = read_whole(path)
    if whole is None:
        with pytest.raises(RecordsError) as caught:
            list(stream_records(str(path)))
        assert caught.value.problems == odd
        with pytest.raises(RecordsError):
            list(stream_records(str(path), batch_rows=1))
        return
    warnings = []
    sources = list(stream_records(str(path), warnings=warnings))
    assert (contents(sources), warnings) == (contents([whole]), odd)
