from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.loopback import closed_port, serve
from support.parse import parse, refuse
from support.problems import shown, what, where
from weaklabel.errors import RecordsError
from weaklabel.records import read_records
from weaklabel.terms import ColumnNames

REAL = Path(__file__).parents[4] / "shared/data/madewithml/projects.json"
JSON = b'[{"id": 1, "title": "a", "tags": ["x"]}]'
LINES = b'{"id": 1, "title": "a", "tags": ["x"]}\n{"id": 2, "title": "b", "tags": []}\n'


def parquet():
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [1], "title": ["a"], "tags": [["x"]]}), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "ids"),
    [
        ("a.json", JSON, (1,)),
        ("A.JSON", JSON, (1,)),
        ("a.jsonl", LINES, (1, 2)),
        ("a.ndjson", LINES, (1, 2)),
        ("a.csv", b"id,title\n1,a\n", ("1",)),
        ("a.tsv", b"id\ttitle\n1\ta\n", ("1",)),
        ("a.parquet", parquet(), (1,)),
        ("noend", JSON, (1,)),
        ("noend", b"\xef\xbb\xbf\r\n " + JSON, (1,)),
        ("noend", LINES, (1, 2)),
        ("noend", b'{\n "a": {"title": "x"}\n}', ("a",)),
        ("noend", parquet(), (1,)),
        ("a.txt", JSON, (1,)),
        ("http://h/a.jsonl?x=a.json#y.csv", LINES, (1, 2)),
        ("C:\\data\\a.v1\\a.csv", b"id,title\n1,a\n", ("1",)),
    ],
)
def test_the_ending_says_the_format_and_the_content_where_it_says_none(name, data, ids):
    assert parse(data, name=name)[0].ids == ids


def test_one_json_line_in_a_file_without_an_ending_is_one_record():
    assert parse(LINES.split(b"\n")[0] + b"\n", name="noend")[0].ids == (1,)


def test_an_unknown_format_lists_the_known_ones():
    assert shown(refuse(b"hello", name="a.docx")) == [
        "a.docx: the format of .docx is not known. Use one of .csv, .json, .jsonl, .ndjson, .parquet, .tsv."
    ]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.tsv", "a.parquet", "noend"])
@pytest.mark.parametrize("data", [b"", b" \r\n\t"])
def test_an_empty_file_is_an_error_in_every_format(name, data):
    assert what(refuse(data, name=name)) == ["the file is empty."]


@pytest.mark.parametrize("data", [b"[]", b"{}"])
def test_a_file_without_entries_is_an_error(data):
    assert what(refuse(data)) == ["the file has no records."]


def test_broken_json_is_found_by_line_and_column():
    problems = refuse(b'[\n{"id": 1, "title": "a"}\n{"id": 2, "title": "b"}\n]')
    assert where(problems) == [(3, 1)]
    assert what(problems) == ["expected a comma or ']' after entry 1."]


def test_all_bad_lines_of_json_lines_are_reported_at_once():
    assert where(refuse(b'{"id": 1\nx\n{"id": 3, "title": "a"}\n{]\n', name="f.jsonl")) == [(1, 9), (2, 1), (4, 2)]


def test_invalid_utf8_is_found_by_line_and_column():
    assert where(refuse(b'[\n{"id": 1, "title": "caf\xe9"}]')) == [(2, 24)]


def test_a_byte_order_mark_is_dropped():
    assert parse(b"\xef\xbb\xbf" + JSON)[0].ids == (1,)
    assert parse(b"\xef\xbb\xbf" + LINES, name="f.jsonl")[0].ids == (1, 2)


def test_records_of_a_path(tmp_path):
    (tmp_path / "a.json").write_bytes(JSON)
    records, warnings = read_records(str(tmp_path / "a.json"))
    assert (records.ids, dict(records.texts), records.given) == ((1,), {"title": ("a",)}, (("x",),))
    assert warnings == []


def test_records_of_a_url():
    with serve({"/d/a.jsonl": LINES}) as address:
        records, _ = read_records(f"{address}/d/a.jsonl?version=2")
    assert records.ids == (1, 2)


def test_a_broken_file_of_a_url_is_reported_under_the_url():
    with serve({"/a.json": b"[{]"}) as address, pytest.raises(RecordsError) as caught:
        read_records(f"{address}/a.json")
    assert shown(caught.value.problems)[0].startswith(f"{address}/a.json:1:3: this is not valid JSON")


def test_a_url_that_is_not_there_is_reported():
    with serve({}) as address, pytest.raises(RecordsError, match="the server answered 404"):
        read_records(f"{address}/a.json")


def test_a_server_that_does_not_listen_is_reported():
    with pytest.raises(RecordsError, match="cannot be reached"):
        read_records(f"http://127.0.0.1:{closed_port()}/a.json")


@pytest.mark.skipif(not REAL.exists(), reason=f"the Made With ML data is not at {REAL}")
def test_the_real_file_is_read_whole():
    expected = json.loads(REAL.read_text("utf-8"))
    records, warnings = read_records(str(REAL), ColumnNames("id", ("title", "description"), "tags"))
    assert records.ids == tuple(entry["id"] for entry in expected)
    assert len(records) == 2032
    assert records.texts["description"] == tuple(entry["description"] or "" for entry in expected)
    assert records.given == tuple(tuple(dict.fromkeys(t.strip() for t in entry["tags"])) for entry in expected)
    assert [text for text in what(warnings) if "carriage" in text] == [
        "89 records with carriage returns in their text."
    ]
