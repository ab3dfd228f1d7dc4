"""Predictions in every format are read alike, and what is wrong is told with its line."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weaklabel.errors import RecordsError
from weaklabel.evaluation.listing import read_listing

CELLS = [(1, "a", 0.9), (1, "b", 0.25), (3, "b", 1.0)]
RECORDS = [(1, ["a", "b"]), (2, []), (3, ["b"])]


def write(path, rows, names):
    """Write rows in the format that the path ends with."""
    frame = pd.DataFrame(rows, columns=names)
    entries = [dict(zip(names, row, strict=True)) for row in rows]
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(entries), path)
    elif path.suffix == ".csv":
        frame.assign(**{name: frame[name].map(as_cell) for name in names}).to_csv(path, index=False)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    else:
        path.write_text(json.dumps(entries), encoding="utf-8")
    return str(path)


def as_cell(value):
    return json.dumps(value) if isinstance(value, list) else value


def entries(listing):
    p = [None] * len(listing.row) if listing.probability is None else listing.probability.tolist()
    ids = [listing.ids[int(row)].as_py() for row in listing.row]
    return list(zip(ids, listing.tag.to_pylist(), p, strict=True))


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
@pytest.mark.parametrize("name", ["record_id", "id"])
def test_cells_in_every_format(tmp_path, suffix, name):
    listing = read_listing(write(tmp_path / f"p.{suffix}", CELLS, [name, "tag", "probability"]), ",", [])
    assert entries(listing) == [("1", "a", 0.9), ("1", "b", 0.25), ("3", "b", 1.0)]
    assert listing.is_by_cell


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
def test_records_in_every_format(tmp_path, suffix):
    listing = read_listing(write(tmp_path / f"p.{suffix}", RECORDS, ["record_id", "tags"]), ",", [])
    assert entries(listing) == [("1", "a", None), ("1", "b", None), ("3", "b", None)]
    assert listing.ids.to_pylist() == ["1", "2", "3"]
    assert listing.is_known.tolist() == [True, True, True]
    assert not listing.is_by_cell


def test_tags_as_text_with_a_separator(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("id,tags\nx,a; b\ny,\n", encoding="utf-8")
    listing = read_listing(str(path), ";", [])
    assert entries(listing) == [("x", "a", None), ("x", "b", None)]
    assert listing.is_known.tolist() == [True, True]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_null_tags_are_not_known(tmp_path, suffix):
    rows = [(1, ["a"]), (2, None), (3, [])]
    listing = read_listing(write(tmp_path / f"p.{suffix}", rows, ["id", "tags"]), ",", [])
    assert listing.is_known.tolist() == [True, False, True]
    assert entries(listing) == [("1", "a", None)]


def test_columns_of_a_run_and_dictionaries_and_whole_floats_are_read(tmp_path):
    table = pa.table(
        {
            "record_id": pa.array([1.0, 2.0]), "tag": pa.array(["a", "b"]).dictionary_encode(),
            "probability": pa.array([0.5, None], pa.float32()), "source": ["given", "voted"],
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "labels.parquet")
    listing = read_listing(str(tmp_path / "labels.parquet"), ",", [])
    assert listing.ids.to_pylist() == ["1", "2"]
    assert np.isnan(listing.probability).tolist() == [False, True]


def test_a_parquet_table_in_several_chunks(tmp_path):
    part = pa.table({"id": ["x"], "tags": [["a"]]})
    more = pa.table({"id": ["y", "z"], "tags": [["a", "b"], []]})
    pq.write_table(pa.concat_tables([part, more]), tmp_path / "p.parquet", row_group_size=1)
    assert entries(read_listing(str(tmp_path / "p.parquet"), ",", [])) == [
        ("x", "a", None), ("y", "a", None), ("y", "b", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "rows", "expected"),
    [
        (["recordid", "tag"], [(1, "a")], "there is no column record_id (or id). Did you mean 'recordid'?"),
        (["id", "t"], [(1, "a")], "there is no column tags (or tag). The columns are id, t."),
        (["id", "tags", "probability"], [(1, ["a"], 0.5)], "a row has a list of tags and one probability."),
    ],
)
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_columns_that_cannot_be(tmp_path, suffix, names, rows, expected):
    with pytest.raises(RecordsError) as raised:
        read_listing(write(tmp_path / f"p.{suffix}", rows, names), ",", [])
    assert expected in str(raised.value)


def test_a_column_that_is_almost_called_probability_is_told(tmp_path):
    warnings = []
    read_listing(write(tmp_path / "p.jsonl", CELLS, ["id", "tag", "probabilty"]), ",", warnings)
    assert [str(w).partition(": ")[2] for w in warnings] == [
        "there is no column 'probability', so each row is predicted. Did you mean 'probabilty'?"
    ]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
def test_a_column_of_shares_beside_cells_is_taken_for_probabilities_under_another_name(tmp_path, suffix):
    def told(score, tags="tag", **options):
        warnings = []
        rows = [(number, "a", "no", 7, share) for number, share in enumerate(score)]
        path = write(tmp_path / f"p.{suffix}", rows, ["id", tags, "text", "n", "score"])
        read_listing(path, ",", warnings, **options)
        return [warning.fix for warning in warnings]

    assert told([0.2, 1.0, 0.0]) == [
        "Did you mean 'score', which holds numbers from 0 to 1? Then name it 'probability'."
    ]
    assert told([0.2, None]) != []
    for others in ([0.2, 1.1], [-0.1, 0.5], [0.0, 1.0], [None, None]):
        assert told(others) == []
    assert told([0.2, 1.0], tags="tags") == []
    assert told([0.2, 1.0], empty="unknown") == []


def test_wrong_values_are_told_with_their_line(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("id,tag,probability\nx,a,high\n,b,0.5\nz,c,.5\n", encoding="utf-8")
    with pytest.raises(RecordsError) as raised:
        read_listing(str(path), ",", [])
    assert [(p.place.line, p.what) for p in raised.value.problems] == [
        (2, "the probability 'high' is no number."), (3, "there is no id."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"id": [1, None], "tag": ["a", "b"]}, "1 row without an id, the first is row 2."),
        ({"id": [1.5], "tag": ["a"]}, "the column 'id' holds double, which are no ids."),
        ({"id": [1], "tag": [1.5]}, "the column 'tag' holds double, which are no names."),
        ({"id": [1], "tag": ["a"], "probability": ["b"]}, "the column 'probability' holds string."),
    ],
)
def test_parquet_columns_of_other_types(tmp_path, table, expected):
    pq.write_table(pa.table(table), tmp_path / "p.parquet")
    with pytest.raises(RecordsError) as raised:
        read_listing(str(tmp_path / "p.parquet"), ",", [])
    assert expected in str(raised.value)


def test_a_broken_parquet_file(tmp_path):
    (tmp_path / "p.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(RecordsError, match="not a readable Parquet file"):
        read_listing(str(tmp_path / "p.parquet"), ",", [])


def read_both(tmp_path, rows):
    """Read the same rows as JSON Lines and as Parquet."""
    names = list(rows[0])
    values = [tuple(row.values()) for row in rows]
    return [read_listing(write(tmp_path / f"p.{suffix}", values, names), ",", []) for suffix in ("jsonl", "parquet")]


@pytest.mark.parametrize(
    ("values", "expected", "known"),
    [
        ([[" b", "a", "b", "a "], ["", None, "c"]], ["b", "a", "c"], [True, True]),
        ([[" "], None], [], [True, False]),
        ([" b ", ""], ["b"], [True, True]),
        ([7, 8], ["7", "8"], [True, True]),
    ],
)
def test_names_are_trimmed_and_stand_once_a_row_in_every_format(tmp_path, values, expected, known):
    for listing in read_both(tmp_path, [{"id": i, "tags": value} for i, value in enumerate(values)]):
        assert listing.tag.to_pylist() == expected
        assert listing.is_known.tolist() == known


def test_a_probability_stays_with_its_tag_where_others_are_empty(tmp_path):
    rows = [{"id": 1, "tag": "", "probability": 0.1}, {"id": 2, "tag": None, "probability": 0.2},
            {"id": 3, "tag": " a", "probability": 0.3}]  # fmt: skip
    for listing in read_both(tmp_path, rows):
        assert entries(listing) == [("3", "a", 0.3)]
        assert listing.is_known.tolist() == [True, False, True]


@pytest.mark.parametrize("column", ["id", "tag"])
def test_true_is_neither_an_id_nor_a_tag(tmp_path, column):
    rows = [{"id": 1, "tag": "a", column: True}]
    for suffix in ("jsonl", "parquet"):
        with pytest.raises(RecordsError):
            read_listing(write(tmp_path / f"p.{suffix}", [tuple(rows[0].values())], list(rows[0])), ",", [])


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
def test_a_file_without_rows_is_told_as_that(tmp_path, suffix):
    path = tmp_path / f"p.{suffix}"
    if suffix == "parquet":
        pq.write_table(pa.table({"other": pa.array([], pa.string())}), path)
    else:
        path.write_text({"csv": "other\n", "json": "[]"}.get(suffix, "\n"), encoding="utf-8")
    with pytest.raises(RecordsError, match=r"the file has no rows\.|the file is empty\."):
        read_listing(str(path), ",", [])


def test_cells_of_csv_are_lists_in_any_form_by_tag_reader_and_by_arrow(tmp_path):
    texts = ["a", " b ,a,,a", '["c", "a,b"]', "['d']", "[]", "", " "]
    pd.DataFrame({"id": range(len(texts)), "tags": texts}).to_csv(tmp_path / "p.csv", index=False)
    mixed = read_listing(str(tmp_path / "p.csv"), ",", [], empty="unknown")
    assert [mixed.tag.filter(pa.array(mixed.row == row)).to_pylist() for row in range(len(texts))] == [
        ["a"], ["b", "a"], ["c", "a,b"], ["d"], [], [], [],
    ]  # fmt: skip
    assert mixed.is_known.tolist() == [True] * 5 + [False] * 2
    pd.DataFrame({"id": range(3), "tags": ["a", " b ,a,,a", ""]}).to_csv(tmp_path / "p.csv", index=False)
    plain = read_listing(str(tmp_path / "p.csv"), ",", [])
    assert entries(plain) == [("0", "a", None), ("1", "b", None), ("1", "a", None)]
    assert plain.is_known.tolist() == [True] * 3


def test_what_is_no_list_in_csv_is_told_with_its_line(tmp_path):
    (tmp_path / "p.csv").write_text('id,tags\n"x\ny",a\nz,[a\n', encoding="utf-8")
    with pytest.raises(RecordsError) as raised:
        read_listing(str(tmp_path / "p.csv"), ",", [])
    assert [(p.place.line, p.what) for p in raised.value.problems] == [(4, "the tags '[a' are no complete list.")]


def test_probabilities_of_csv_are_numbers_in_any_form(tmp_path):
    (tmp_path / "p.csv").write_text("id,tag,probability\n1,a, .5 \n2,a,1e-1\n3,a,\n4,a,nan\n5,a,1\n", encoding="utf-8")
    found = read_listing(str(tmp_path / "p.csv"), ",", []).probability
    assert found == pytest.approx([0.5, 0.1, np.nan, np.nan, 1], nan_ok=True)
