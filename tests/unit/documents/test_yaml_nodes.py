from __future__ import annotations

import pytest

from weaklabel.documents import Document, read_yaml
from weaklabel.errors import Place, ProjectError

TEXT = """\
records:
  path: a.json
  fields: [title, description]
lfs:
- id: x
  tags: nlp
"""


def read(text):
    return read_yaml(Document("f.yaml", text), ProjectError)


def test_values_are_plain():
    assert read(TEXT).value == {
        "records": {"path": "a.json", "fields": ["title", "description"]},
        "lfs": [{"id": "x", "tags": "nlp"}],
    }


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("records",), 1, 1),
        (("records", "path"), 2, 3),
        (("records", "fields", 1), 3, 19),
        (("lfs", 0), 5, 3),
        (("lfs", 0, "tags"), 6, 3),
        (("lfs", 0, "missing"), 5, 3),  # what is not there stands where it should be
        (("nothing", "at", "all"), 1, 1),
    ],
)
def test_every_key_and_item_has_its_place(path, line, column):
    assert read(TEXT).place(path) == Place("f.yaml", line, column)


def test_a_part_keeps_the_places_of_its_parts():
    part = read(TEXT).at("lfs", 0)
    assert part.value == {"id": "x", "tags": "nlp"}
    assert part.place(("tags",)) == Place("f.yaml", 6, 3)
    assert part.place() == Place("f.yaml", 5, 3)


@pytest.mark.parametrize("text", ["", "# a comment\n"])
def test_an_empty_document_is_null(text):
    assert read(text).value is None
    assert read(text).place() == Place("f.yaml", 1, 1)


def test_every_key_that_stands_twice_is_reported_with_both_lines():
    with pytest.raises(ProjectError) as caught:
        read("a: 1\nb: {c: 1, c: 2}\na: 2\n")
    assert [str(p) for p in caught.value.problems] == [
        "f.yaml:2:11: the key 'c' stands twice. It is in line 2 too.",
        "f.yaml:3:1: the key 'a' stands twice. It is in line 1 too.",
    ]


def test_a_merge_is_no_key_that_stands_twice():
    text = "a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n  z: 3\n"
    assert read(text).value["c"] == {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("a: [1", 1, 6, "expected ',' or ']'"),
        ("a: b: c", 1, 5, "mapping values are not allowed here"),
        ("a:\n\tb: 1", 2, 1, "cannot start any token"),
        ("a: 1\nb: *c", 2, 4, "undefined alias 'c'"),
        ("a: 1\n---\nb: 2", 2, 1, "another document"),
        ("a: !!python/object/apply:os.system [true]", 1, 4, "could not determine a constructor"),
        ("? [1]\n: 2", 1, 3, "unhashable key"),
        ("a: &x [*x]", 1, 4, "an anchor contains itself"),
    ],
)
def test_broken_yaml_is_found_by_line_and_column(text, line, column, what):
    with pytest.raises(ProjectError) as caught:
        read(text)
    assert what in caught.value.problems[0].what
    assert caught.value.problems[0].place == Place("f.yaml", line, column)


@pytest.mark.parametrize("text", ["a: 1\nb: x\x07", "a: 1\nb: \x00", "a: 1\nb: \x1b[31m", "a: 1\nb: \ufffe"])
def test_a_control_character_is_an_error_of_the_file_and_not_a_traceback(text):
    with pytest.raises(ProjectError) as caught:
        read(text)
    assert caught.value.problems[0].place.path == "f.yaml"


@pytest.mark.parametrize("text", ["a: 1\nb: 2020-13-45", 'a: 1\nb: !!int "x"'])
def test_a_value_that_cannot_be_built_is_found_by_line(text):
    with pytest.raises(ProjectError) as caught:
        read(text)
    assert caught.value.problems[0].place.line == 2


def test_nesting_beyond_the_parser_is_an_error():
    with pytest.raises(ProjectError, match="nested too deeply"):
        read("[" * 5000)
