from __future__ import annotations

import os

import pytest

from support.loopback import closed_port, serve
from weaklabel.documents import Document, is_url, read_bytes, read_document
from weaklabel.documents.document import decode
from weaklabel.errors import Place, RecordsError, TagsError


@pytest.mark.parametrize(
    ("offset", "line", "column"),
    [(0, 1, 1), (2, 1, 3), (3, 2, 1), (4, 3, 1), (5, 3, 2), (7, 3, 4)],
)
def test_an_offset_is_found_by_line_and_column(offset, line, column):
    assert Document("f", "ab\n\nxyz").place(offset) == Place("f", line, column)


def test_columns_count_characters_not_bytes():
    assert Document("f", "é😀x").place(2) == Place("f", 1, 3)


def test_only_http_and_https_are_urls():
    assert [is_url(x) for x in ("http://a/b", "https://a/b", "ftp://a/b", "data/http://x", "C:\\a")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_missing_file_is_named_with_the_nearest_name_beside_it(tmp_path):
    (tmp_path / "projects.json").write_text("[]")
    with pytest.raises(RecordsError) as caught:
        read_bytes(str(tmp_path / "project.json"), RecordsError)
    assert str(caught.value) == f"{tmp_path}/project.json: there is no such file. Did you mean 'projects.json'?"


def test_a_missing_file_in_a_missing_folder_asks_to_check_the_path(tmp_path):
    with pytest.raises(TagsError, match=r"x/y\.json: there is no such file\. Check the path\."):
        read_bytes(str(tmp_path / "x/y.json"), TagsError)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(RecordsError, match="this is a folder, not a file"):
        read_bytes(str(tmp_path), RecordsError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_reported(tmp_path):
    secret = tmp_path / "a.json"
    secret.write_text("[]")
    secret.chmod(0)
    with pytest.raises(RecordsError, match=r"cannot be read: Permission denied\. Check its permissions"):
        read_bytes(str(secret), RecordsError)


def test_a_path_with_a_null_character_is_a_problem_of_the_input():
    with pytest.raises(RecordsError):
        read_bytes("a\0b.json", RecordsError)


def test_a_byte_order_mark_is_dropped_and_does_not_shift_columns(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfab")
    document = read_document(str(path), RecordsError)
    assert document.text == "ab"
    assert document.place(1) == Place(str(path), 1, 2)


@pytest.mark.parametrize(
    ("data", "line", "column", "byte"),
    [
        (b"\xff", 1, 1, "ff"),
        (b"a\nb\xe9c", 2, 2, "e9"),
        ("é\né".encode() + b"\xe9", 2, 2, "e9"),  # columns count the characters before, not their bytes
        (b"ab\xe2\x82", 1, 3, "e2"),  # cut off inside a character
        (b"\xed\xa0\x80", 1, 1, "ed"),  # a surrogate is no character
    ],
)
def test_a_byte_that_is_no_utf8_is_found_by_line_and_column(data, line, column, byte):
    with pytest.raises(RecordsError) as caught:
        decode("f.json", data, RecordsError)
    (problem,) = caught.value.problems
    assert problem.place == Place("f.json", line, column)
    assert problem.what == f"byte 0x{byte} is not valid UTF-8."
    assert "iconv" in problem.fix


def test_a_url_is_read():
    with serve({"/a.json": b"[1]"}) as address:
        assert read_bytes(f"{address}/a.json", RecordsError) == b"[1]"


def test_a_404_names_the_url_and_the_answer():
    with serve({}) as address, pytest.raises(RecordsError) as caught:
        read_bytes(f"{address}/a.json", RecordsError)
    (problem,) = caught.value.problems
    assert problem.what == "the server answered 404 Not Found."
    assert problem.place == Place(f"{address}/a.json")
    assert problem.fix == "Check the URL, or download the file and give its path."


def test_a_server_that_does_not_listen_is_reported():
    with pytest.raises(RecordsError, match=r"cannot be reached: .*[Cc]onnection refused"):
        read_bytes(f"http://127.0.0.1:{closed_port()}/a.json", RecordsError)


@pytest.mark.parametrize("url", ["http://127.0.0.1:x/a", "http://", "http://[", "http://a b/", "https:///x"])
def test_a_malformed_url_is_an_error_of_the_given_type(url):
    with pytest.raises(RecordsError) as caught:
        read_bytes(url, RecordsError)
    assert caught.value.problems[0].place == Place(url)
