from __future__ import annotations

import datetime
import io
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.parse import parse, refuse
from support.problems import what, where
from weaklabel.errors import RecordsError


def parquet(**columns):
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def read(data, name="f.parquet"):
    return parse(data, name=name)


def test_types_are_kept():
    records, warnings = read(parquet(id=[3, 1], title=["a", None], tags=[["x", "y"], None], stars=[1.5, 2.0]))
    assert (records.ids, records.texts["title"], records.given) == ((3, 1), ("a", ""), (("x", "y"), None))
    assert records.frame["stars"].tolist() == [1.5, 2.0]
    assert what(warnings) == ["1 record with no text at all.", "1 record with null tags."]


def test_an_empty_list_is_no_tags_and_null_is_unlabelled():
    assert read(parquet(id=[1, 2], title=["a", "b"], tags=pa.array([[], None], pa.list_(pa.string()))))[0].given == (
        (),
        None,
    )


def test_a_text_column_of_tags_is_one_tag_a_record():
    assert read(parquet(id=[1], title=["a"], tags=["x, y"]))[0].given == (("x, y",),)


def test_ids_of_a_float_column_are_ints():
    assert read(parquet(id=[1.0, 2.0], title=["a", "b"]))[0].ids == (1, 2)


def test_a_null_id_is_reported_with_its_row():
    problems = refuse(parquet(id=pa.array([1, None, 3], pa.int64()), title=["a", "b", "c"]), name="f.parquet")
    assert where(problems) == [(2, 0)]


def test_text_stored_as_bytes_is_text_or_an_error_but_not_a_python_literal():
    # Older Spark and Impala write strings without the UTF-8 annotation
    with suppress(RecordsError):
        records, _ = read(parquet(id=[1], title=pa.array([b"caf\xc3\xa9"], pa.binary())))
        assert records.texts["title"] == ("café",)


def test_columns_of_dates_are_kept_as_dates():
    day = datetime.date(2020, 1, 2)
    assert read(parquet(id=[1], title=["a"], day=[day]))[0].frame["day"].tolist() == [day]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([10**12], pa.timestamp("s")),
        pa.array([2**62], pa.timestamp("ms")),
        pa.array([2**30], pa.date32()),
        pa.array([1], pa.timestamp("s", "Nowhere/Never")),
    ],
    ids=["year beyond 9999", "overflow", "date beyond 9999", "unknown time zone"],
)
def test_a_value_that_python_cannot_hold_is_an_error_of_the_file(column):
    assert where(refuse(parquet(id=[1], title=["a"], odd=column), name="f.parquet")) == [(0, 0)]


@pytest.mark.parametrize("data", [b"hello", b"PAR1", b"PAR1xxxxPAR1", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_an_error_of_the_file(data):
    (problem,) = refuse(data, name="f.parquet")
    assert problem.what.startswith("this is not a readable Parquet file: ")


def test_a_cut_off_file_is_an_error():
    (problem,) = what(refuse(parquet(id=[1], title=["a"])[:-20], name="f.parquet"))
    assert problem.startswith("this is not a readable Parquet file: ")


def test_a_file_without_rows_has_no_records():
    empty = parquet(id=pa.array([], pa.int64()), title=pa.array([], pa.string()))
    assert what(refuse(empty, name="f.parquet")) == ["the file has no records."]


def test_text_that_is_no_utf8_is_an_error():
    # pyarrow does not check what it is given
    invalid = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff"))
    (problem,) = what(refuse(parquet(id=[1], title=invalid), name="f.parquet"))
    assert problem.startswith("this is not a readable Parquet file: ")


def test_a_duplicate_id_names_both_rows():
    (problem,) = refuse(parquet(id=[5, 6, 5], title=["a", "b", "c"]), name="f.parquet")
    assert (problem.place.line, "1 too" in problem.fix) == (3, True)
