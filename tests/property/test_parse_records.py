"""Whatever the bytes, parse_records gives records or a RecordsError: never another exception."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weaklabel.errors import Problem, RecordsError
from weaklabel.records import parse_records
from weaklabel.terms import ColumnNames, Records

NAMES = st.sampled_from(["f.json", "f.jsonl", "f.csv", "f.tsv", "noend"])


def check(name: str, data: bytes, columns: ColumnNames = ColumnNames()) -> None:  # noqa: B008 - frozen
    try:
        records, warnings = parse_records(name, data, columns)
    except RecordsError as error:
        problems = error.problems
    else:
        check_records(records, warnings)
        return
    assert any(problem.severity == "error" for problem in problems)
    assert all(problem.place and problem.place.path == name and problem.fix for problem in problems)


def check_records(records: Records, warnings: list[Problem]) -> None:
    n = len(records)
    assert n == len(set(records.ids)) == len(records.given) == len(records.frame) > 0
    assert len({type(record_id) for record_id in records.ids}) == 1
    assert all(len(texts) == n and all(type(text) is str for text in texts) for texts in records.texts.values())
    assert all(tags is None or all(type(tag) is str and tag for tag in tags) for tags in records.given)
    assert all(warning.severity == "warning" for warning in warnings)
    for text in (*(t for texts in records.texts.values() for t in texts), *map(str, records.ids)):
        text.encode("utf-8")  # what is read can be written


@given(NAMES, st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes(name, data):
    check(name, data)


# Bytes at random are hardly ever JSON or CSV; these are made of the pieces that the parsers look for.
PIECES = st.sampled_from(
    [
        *'[]{}",:;\n\r\t \\',
        "'",
        "id",
        '"id":',
        '"title":',
        '"tags":',
        "title",
        "tags",
        "null",
        "NaN",
        "-1e999",
        "1.0",
        "id,title,tags\n",
        '["a"]',
        "\ufeff",
        "\\ud800",
        "\\u0000",
        "\x00",
        "\u2028",
        "é",
        "9" * 5000,
        "0x" + "f" * 5000,
        '[{"id": 1, "title": "x", "tags": ["a"]}]',
        '{"id": 2, "title": "y"}',
        "{[]: 1}",
        "1_0",
        "[" * 30,
    ],
)


@given(NAMES, st.lists(PIECES, max_size=25).map("".join))
@settings(deadline=None, max_examples=300)
def test_any_text_of_the_pieces_that_parsers_look_for(name, text):
    check(name, text.encode())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ENTRIES = (
    st.dictionaries(st.sampled_from(["id", "title", "description", "tags", "tag", "x"]), VALUES, max_size=5) | VALUES
)


@given(
    st.lists(ENTRIES, max_size=4),
    st.booleans(),
    st.sampled_from([ColumnNames(), ColumnNames("id", ("title",), "tags")]),
)
@settings(deadline=None, max_examples=300)
def test_any_json_values(entries, as_lines, columns):
    if as_lines:
        check("f.jsonl", "\n".join(json.dumps(entry) for entry in entries).encode(), columns)
    else:
        check("f.json", json.dumps(entries).encode(), columns)


CELLS = st.text(alphabet=st.sampled_from("[]{}()'\"\\,:;ab01xé-+*. \n\r\0"), max_size=12) | st.text(max_size=5)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4))
@settings(deadline=None, max_examples=300)
def test_any_csv_cells(rows):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    check("f.csv", "\n".join(["id,title,tags", *quoted]).encode("utf-8", errors="replace"))


def parquet_file() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2], "title": ["a", "é"], "tags": [["x"], None]}), sink)
    return sink.getvalue()


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_any_parquet_file_that_was_cut_off(data):
    whole = parquet_file()
    check("f.parquet", whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("f.csv", b"\xef\xbb\xbf"),
        ("f.csv", b'id,title,tags\n1,a,"[{[]: 1}]"\n'),
        ("f.csv", b"id,title,tags\n1,a,[0x" + b"f" * 5000 + b"]\n"),
        ("f.json", b'[{"id": "\\ud800", "title": "x"}]'),
    ],
)
def test_bytes_that_once_gave_another_exception(name, data):
    check(name, data)
