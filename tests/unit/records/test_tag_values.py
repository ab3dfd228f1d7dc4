from __future__ import annotations

import pytest

from support.problems import what, where
from weaklabel.errors import Place
from weaklabel.records.oddities import Oddities
from weaklabel.records.tag_values import TagReader

PLACE = Place("f", 7)


def read(value, *, typed=True, separator=","):
    problems = []
    reader = TagReader(typed=typed, separator=separator, problems=problems, oddities=Oddities())
    return reader.read(value, PLACE), problems


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        (["b", "a"], ("b", "a")),
        (("a",), ("a",)),
        ([], ()),  # the author gave no tags: not the same as null
        (None, None),
        (float("nan"), None),
        ("nlp", ("nlp",)),
        ("a, b", ("a, b",)),  # where the format knows lists, a text is one tag
        ("", ()),
        (["a", " a ", "A", ""], ("a", "A")),
        ([1, 2.5], ("1", "2.5")),
        (["  "], ()),
    ],
)
def test_tags_of_a_typed_format(value, tags):
    assert read(value) == (tags, [])


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("", None),
        ("  ", None),
        ("[]", ()),
        ("nlp", ("nlp",)),
        ("a, b ,, a", ("a", "b")),
        ('["a", "b, c"]', ("a", "b, c")),
        (" ['a', \"b's\"]", ("a", "b's")),  # as pandas' to_csv writes a list
        ("[1]", ("1",)),
        ('["a"', None),
    ],
)
def test_tags_of_a_csv_cell(cell, tags):
    assert read(cell, typed=False)[0] == tags


def test_a_csv_cell_is_split_at_the_given_separator():
    assert read("a, b; c", typed=False, separator=";")[0] == ("a, b", "c")


@pytest.mark.parametrize(
    "cell",
    ['["a"', "[a, b]", "['a', __import__('os')]", "[1] + [2]", "[", "[" * 5000, "[{[]: 1}]", "[{1: {[]}}]"],
)
def test_a_csv_cell_that_is_no_complete_list_is_one_problem(cell):
    tags, problems = read(cell, typed=False)
    assert tags is None
    assert what(problems) == [f"the tags {cell[:40]!r} are no complete list."]
    assert where(problems) == [(7, 0)]


def test_a_number_too_long_to_write_down_is_a_problem():
    _, problems = read("[0x" + "f" * 5000 + "]", typed=False)
    assert [p.severity for p in problems] == ["error"]


@pytest.mark.parametrize("value", [5, True, 2.5, {"a": 1}])
def test_a_value_that_is_no_tags_is_refused(value):
    tags, problems = read(value)
    assert tags is None
    assert what(problems) == [f"a tag is {str(value)!r}, which is no name."]


def test_every_wrong_tag_of_a_list_is_a_problem_and_the_others_are_kept():
    tags, problems = read(["a", {"x": 1}, None, ["y"], True, "b"])
    assert tags == ("a", "b")
    assert [p.severity for p in problems] == ["error", "warning", "error", "error"]
    assert problems[1].what == "the tags hold a null, which was left out."


def test_a_tag_with_a_lone_surrogate_can_be_written_to_a_file():
    tags, problems = read(["a\ud800"])
    assert problems or all(tag.encode("utf-8") for tag in tags)


def test_records_with_a_repeated_tag_are_counted_once_each():
    oddities = Oddities()
    reader = TagReader(typed=True, separator=",", problems=[], oddities=oddities)
    for tags in (["a", "a", " a "], ["a", "b", ""], ["b", "a", "b"], None, ["", ""]):
        reader.read(tags, PLACE)
    assert oddities.repeating == 2
    assert what(oddities.health("r.json", ",")) == ["2 records with a tag given more than once."]
