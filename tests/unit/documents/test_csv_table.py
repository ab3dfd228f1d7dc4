"""CSV as columns is what CSV is row by row."""

import random

import pytest

from weaklabel.documents.csv_rows import read_csv_rows, read_csv_table

FILES = [
    b"id,tags\nx,a\n\ny,b\n",
    b"\r\n\r\n id , tags\r\n007,null\r\n,nan\r\n",
    b'\xef\xbb\xbfid;tags\nx;"a;""b"""\ny;"q\nr"\n',
    b"id\ttags\nx\t a \n",
    b"id,tags\rx,y\rz,w\r",
    b'"id","tags"\nx,a"b',
    "id,tags\né,日本\n".encode(),
]
WRONG = [
    b'id,tags\nx,"a"b\n',
    b'id,tags\nx,"ab\ny,c\n',
    b"id,tags\nx\n",
    b"id,tags\nx,a,b\n",
    b"id,id\nx,y\n",
    b"id, id\nx,y\n",
]


def by_rows(data):
    problems = []
    rows = [row.value for row in read_csv_rows("f.csv", [data.decode("utf-8-sig")], problems)]
    return rows, [problem for problem in problems if problem.severity == "error"]


@pytest.mark.parametrize("data", FILES)
def test_columns_are_those_of_the_rows(data):
    assert read_csv_table(data).to_pylist() == by_rows(data)[0]


@pytest.mark.parametrize("data", WRONG)
def test_what_is_wrong_is_left_to_the_rows(data):
    assert by_rows(data)[1]
    assert read_csv_table(data) is None


def test_bytes_that_are_no_text_are_left_to_the_rows():
    assert read_csv_table(b"id,tags\n\xff,a\n") is None
    assert read_csv_table(b'id,tags\n\xff,"a"\n') is None


@pytest.mark.parametrize("seed", range(300))
def test_any_text_is_read_alike_or_not_at_all(seed):
    rng = random.Random(seed)
    data = b"a,b\n" + "".join(rng.choices('x"", \n\r', k=rng.randint(1, 14))).encode()
    table = read_csv_table(data)
    rows, problems = by_rows(data)
    assert (table is None) if problems else (table is None or table.to_pylist() == rows)
