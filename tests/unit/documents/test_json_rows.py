from __future__ import annotations

import pytest

from support.problems import where
from weaklabel.documents import Document, read_json_lines, read_json_rows
from weaklabel.errors import Place, RecordsError


def rows(text):
    return read_json_rows(Document("f.json", text), RecordsError)


def lines(text):
    problems = []
    found = read_json_lines(Document("f.jsonl", text), problems)
    if problems:
        raise RecordsError(problems)
    return found


def test_entries_of_an_array_know_their_line_and_column():
    found = rows('[\n  {"a": [1, {"b": 2}]},\n\n {"a": 3}, "x"]')
    assert [row.value for row in found] == [{"a": [1, {"b": 2}]}, {"a": 3}, "x"]
    assert [row.place for row in found] == [Place("f.json", 2, 3), Place("f.json", 4, 2), Place("f.json", 4, 12)]
    assert [row.key for row in found] == [None, None, None]


def test_entries_of_an_object_keep_their_key_and_stand_where_it_stands():
    found = rows('{\n "a": {"x": 1},\n "b" : null}')
    assert [(row.key, row.value, row.place.line, row.place.column) for row in found] == [
        ("a", {"x": 1}, 2, 2),
        ("b", None, 3, 2),
    ]


def test_a_key_that_stands_twice_gives_two_rows_so_that_it_can_be_reported():
    assert [row.key for row in rows('{"a": 1, "a": 2}')] == ["a", "a"]


@pytest.mark.parametrize("text", ["[]", "{}", " [ ]\n", "\n{\n}\n"])
def test_an_empty_container_has_no_rows(text):
    assert rows(text) == []


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("", 1, 1, "the file is empty"),
        (" \n ", 1, 1, "the file is empty"),
        ('"x"', 1, 1, "no JSON list of objects"),
        ("\n  nope", 2, 3, "no JSON list of objects"),
        ("[", 1, 2, "expecting value"),
        ('[{"a": 1}', 1, 10, "expected a comma or ']' after entry 1"),
        ('[{"a": 1}\n {"a": 2}]', 2, 2, "expected a comma or ']' after entry 1"),  # the missing comma
        ('[{"a": 1},\n]', 2, 1, "expecting value"),  # the comma too many
        ("[,]", 1, 2, "expecting value"),
        ('[\n{"a": 1,\n "b" 2}]', 3, 6, "expecting ':' delimiter"),
        ("[{'a': 1}]", 1, 3, "expecting property name enclosed in double quotes"),
        ('[{"a": "x\ny"}]', 1, 10, "invalid control character"),
        ('[{"a": "\\x"}]', 1, 9, r"invalid \\escape"),
        ('{"a": 1 "b": 2}', 1, 9, "expected a comma or '}' after entry 1"),
        ('{"a" 1}', 1, 6, "expected a colon after the key 'a'"),
        ("{1: 2}", 1, 2, "must be in double quotes"),
        ("[1] [2]", 1, 5, "more text after the end"),
        ("[1}", 1, 3, "expected a comma or ']' after entry 1"),
    ],
)
def test_broken_json_is_found_by_line_and_column(text, line, column, what):
    with pytest.raises(RecordsError, match=what) as caught:
        rows(text)
    (problem,) = caught.value.problems
    assert problem.place == Place("f.json", line, column)


def test_json_lines_under_the_name_of_json_are_told_what_they_are():
    with pytest.raises(RecordsError, match=r"name the file \.jsonl"):
        rows('{"a": 1}\n{"a": 2}\n')


def test_nesting_beyond_the_parser_is_an_error_with_its_place():
    with pytest.raises(RecordsError, match="nested too deeply") as caught:
        rows("[\n" + "[" * 100_000)
    assert where(caught.value.problems) == [(2, 1)]


def test_a_number_of_too_many_digits_is_an_error_with_its_place():
    with pytest.raises(RecordsError, match=r"an entry cannot be read: .*4300") as caught:
        rows("[1,\n " + "9" * 5000 + "]")
    assert where(caught.value.problems) == [(2, 2)]


def test_nan_and_infinity_are_null():
    assert [row.value for row in rows("[NaN, Infinity, -Infinity, 1e5]")] == [None, None, None, 1e5]


def test_json_lines_pass_over_blank_lines_and_keep_the_number_of_each():
    found = lines('{"a": 1}\n\n  \t\r\n{"a": 2}\r\n')
    assert [(row.value, row.place.line) for row in found] == [({"a": 1}, 1), ({"a": 2}, 4)]


def test_every_bad_line_of_json_lines_is_reported_at_once():
    with pytest.raises(RecordsError) as caught:
        lines('{"a": 1\n{"a": 2}\n  nope\n{"a": 3} x\n{"a":\n')
    assert where(caught.value.problems) == [(1, 8), (3, 3), (4, 9), (5, 6)]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_a_line_feed_ends_a_line_of_json_lines(separator):
    text = '{"a": "x' + separator + 'y"}'
    if separator < " ":  # JSON forbids raw control characters in strings: one problem, of one line
        with pytest.raises(RecordsError, match="invalid control character") as caught:
            lines(text)
        assert where(caught.value.problems) == [(1, 9)]
    else:
        assert [row.value for row in lines(text)] == [{"a": f"x{separator}y"}]


def test_empty_json_lines_have_no_rows():
    assert lines("") == []
    assert lines("\n \n") == []


def test_a_key_that_stands_twice_in_an_object_is_an_error():
    with pytest.raises(RecordsError, match=r"f\.json:2:1: an entry cannot be read: the key 'title' stands twice"):
        rows('[\n{"id": 1, "title": "a", "title": "b"}]')
