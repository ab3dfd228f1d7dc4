"""Which records are in which slices, as a table says; definitions are tested with the slices."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from weaklabel.errors import Place, RecordsError, UsageError
from weaklabel.evaluation import load_reference, read_slices
from weaklabel.evaluation.slices import read_slices_table
from weaklabel.project import Project
from weaklabel.scoring import Limit

KNOWN = pa.array([str(i) for i in range(8)])


def table(**columns):
    written = io.BytesIO()
    pd.DataFrame(columns).to_parquet(written)
    return written.getvalue()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["int64", "float64", "str", "category"])
def test_members_are_those_of_the_rows_in_any_order_and_of_any_type_of_id(seed, kind):
    rng = np.random.default_rng(seed)
    ids = rng.permutation(8)[:6]
    one, other = (rng.random(6) < 0.5 for _ in range(2))
    warnings = []
    data = table(record_id=pd.Series(ids).astype(kind), one=one, other=other)
    found = read_slices_table("s.parquet", data, KNOWN, warnings)
    assert found.names == ("one", "other")
    assert [set(np.flatnonzero(found.of(name))) for name in found.names] == [set(ids[one]), set(ids[other])]
    missing = sorted(set(range(8)) - set(ids.tolist()))
    assert [warning.what for warning in warnings] == [
        f"2 records without a row ('{missing[0]}', '{missing[1]}') count as in no slice."
    ]


def test_record_id_is_taken_before_id():
    with pytest.raises(RecordsError, match="the slice 'id' is a column of int64, not of bool"):
        read_slices_table("s.parquet", table(id=[7], record_id=["0"], s=[True]), KNOWN, [])
    found = read_slices_table("s.parquet", table(id=["1"], s=[True]), KNOWN, [])
    assert np.flatnonzero(found.of("s")).tolist() == [1]


@pytest.mark.parametrize("kind", ["bool", "int64", "uint8", "float64"])
def test_members_are_true_or_1_and_the_index_of_pandas_is_no_slice(kind):
    written = io.BytesIO()
    frame = pd.DataFrame({"id": ["1", "2", "3"], "s": np.array([1, 0, 1]).astype(kind)}, index=[9, 8, 7])
    frame.to_parquet(written)
    found = read_slices_table("s.parquet", written.getvalue(), KNOWN, [])
    assert found.names == ("s",)
    assert np.flatnonzero(found.of("s")).tolist() == [1, 3]
    with pytest.raises(RecordsError, match="the slice 's' is a column of double, not of bool"):
        read_slices_table("s.parquet", table(id=["1", "2"], s=[1, 0.5]), KNOWN, [])


def test_all_that_no_slice_can_be_is_told_together():
    data = table(id=[["1"], ["2"]], all=[True, False], n=[1, 2], gap=[True, None])
    with pytest.raises(RecordsError) as raised:
        read_slices_table("s.parquet", data, KNOWN, [])
    assert [problem.what for problem in raised.value.problems] == [
        "no slice can have the id 'all': it stands for all records.",
        "the slice 'n' is a column of int64, not of bool.",
        "the slice 'gap' has 1 null.",
        "the column 'id' holds list<element: string>, which are no ids.",
    ]


def test_a_file_that_is_no_table_is_told():
    with pytest.raises(RecordsError, match="not a readable Parquet file"):
        read_slices_table("s.parquet", b"PAR1", KNOWN, [])


def test_a_table_in_another_format_is_told(tmp_path):
    (tmp_path / "s.csv").write_text("id,s\n1,1\n")
    (tmp_path / "g.csv").write_text("id,tag\n1,a\n")
    reference = load_reference(str(tmp_path / "g.csv"), None, [])
    with pytest.raises(UsageError, match=r"s\.csv: slices are read from Parquet or from definitions, not from \.csv"):
        read_slices(str(tmp_path / "s.csv"), reference, None, [])


def test_what_definitions_expect_comes_with_where_it_is_defined(tmp_path):
    (tmp_path / "r.json").write_text('[{"id": 1, "title": "a b", "tags": ["t"]}, {"id": 2, "title": "a", "tags": []}]')
    (tmp_path / "t.json").write_text('[{"tag": "t"}]')
    path = tmp_path / "s.yaml"
    path.write_text('- {id: long, where: {words: {">": 1}}, expect: {f1: "> .5", n: "< 9"}}\n')
    settings = Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json")).settings
    reference = load_reference(None, settings, [])
    found = read_slices(str(path), reference, settings, [])
    assert found.membership.of("long").tolist() == [True, False]
    place = Place(str(path), 1, 3)
    assert found.expected == (Limit("long", "f1", "> .5", place), Limit("long", "n", "< 9", place))


def test_a_file_of_definitions_that_holds_none_is_warned_of(tmp_path):
    (tmp_path / "r.json").write_text('[{"id": 1, "title": "a b", "tags": ["t"]}]')
    (tmp_path / "t.json").write_text('[{"tag": "t"}]')
    (tmp_path / "s.yaml").write_text("slices: []\n")
    settings = Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json")).settings
    warnings = []
    read_slices(str(tmp_path / "s.yaml"), load_reference(None, settings, []), settings, warnings)
    assert [each.what for each in warnings] == ["it holds no slice."]
