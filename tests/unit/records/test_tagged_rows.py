"""Rows of an id and tags, in every format."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.problems import shown
from weaklabel.errors import RecordsError
from weaklabel.records import parse_tagged_rows
from weaklabel.terms import ColumnNames


def tagged(location, data, **columns):
    rows, _ = parse_tagged_rows(location, data, ColumnNames(**columns))
    return [(row.value["id"], row.value["tags"], row.place.line) for row in rows]


def test_csv_cells_are_split_and_empty_ones_say_nothing():
    data = b'record_id,labels\n1,"a, b"\n2,\n3,[]\n'
    assert tagged("g.csv", data) == [("1", ["a", "b"], 2), ("3", [], 4)]


def test_the_separator_and_the_columns_can_be_named():
    data = b"key,what,tags\n1,a|b,zzz\n"
    assert tagged("g.csv", data, id="key", tags="what", separator="|") == [("1", ["a", "b"], 2)]


def test_parquet_lists_are_read_as_they_are():
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [7, 8], "tags": [["a, b"], None]}), sink)
    assert tagged("g.parquet", sink.getvalue()) == [(7, ["a, b"], 1)]


def test_json_keyed_by_id_and_one_name_for_a_list():
    assert tagged("g.json", b'{"x": {"tags": "a, b"}}') == [("x", ["a, b"], 1)]


def test_other_columns_are_kept():
    rows, _ = parse_tagged_rows("g.jsonl", b'{"id": 1, "tags": [], "planted": [{"kind": "missing"}]}\n')
    assert rows[0].value["planted"] == [{"kind": "missing"}]


def test_ids_that_are_known_come_before_those_of_the_file():
    rows, _ = parse_tagged_rows("r.csv", b'gold\na\n""\nb\n', ColumnNames(tags="gold"), (10, 11, 12))
    assert [(row.value["id"], row.value["tags"]) for row in rows] == [(10, ["a"]), (12, ["b"])]


@pytest.mark.parametrize(
    ("data", "columns", "said"),
    [
        (
            b"id,label\n1,a\n",
            {"tags": "labl"},
            "g.csv: no row has the column 'labl' (gold.tags). Did you mean 'label'?",
        ),
        (b"id,x\n1,a\n", {}, "g.csv: no column looks like tags. Name it with gold.tags. The columns are id, x."),
        (b"a,tags\n1,a\n", {}, "g.csv: no column looks like an id. Name it with gold.id. The columns are a, tags."),
    ],
)
def test_a_column_that_is_not_there_is_named_with_the_nearest(data, columns, said):
    with pytest.raises(RecordsError) as caught:
        tagged("g.csv", data, **columns)
    assert shown(caught.value.problems) == [said]


def test_every_row_that_cannot_be_read_is_said():
    with pytest.raises(RecordsError) as caught:
        tagged("g.json", b'[{"id": 1, "tags": [true]},\n 5,\n{"id": 2, "tags": {"a": 1}}]')
    assert [problem.place.line for problem in caught.value.problems] == [1, 2, 3]
