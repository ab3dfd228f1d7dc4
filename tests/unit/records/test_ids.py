from __future__ import annotations

import pytest

from support.parse import parse, refuse
from support.problems import shown, what, where
from weaklabel.errors import RecordsError


def entries(*ids):
    return [{"id": i, "title": "x", "tags": []} for i in ids]


def test_ids_keep_their_type_and_order():
    assert parse(entries(3, 1, 2))[0].ids == (3, 1, 2)
    assert parse(entries("b", "007", "a"))[0].ids == ("b", "007", "a")


def test_a_whole_float_is_an_int():
    # pandas writes a column of ints with one null as floats
    ids = parse(b'[{"id": 1.0, "title": "x"}, {"id": 2e3, "title": "x"}]')[0].ids
    assert ids == (1, 2000)
    assert [type(i) for i in ids] == [int, int]


def test_a_duplicate_id_names_both_lines():
    assert shown(refuse(entries(1, 2, 1))) == [
        "f.json:4:1: the id 1 stands twice. It is in line 2 too: change one, or remove it."
    ]


def test_every_duplicate_is_reported_at_once_with_the_line_of_the_first():
    problems = refuse(entries("a", "b", "a", "b", "a"))
    assert where(problems) == [(4, 1), (5, 1), (6, 1)]
    assert [p.fix.split(" too")[0] for p in problems] == ["It is in line 2", "It is in line 3", "It is in line 2"]


@pytest.mark.parametrize(
    ("bad", "named"),
    [(None, "missing"), ("", "an empty text"), (True, "'True'"), (1.5, "'1.5'"), ([1], "'[1]'"), ({}, "'{}'")],
)
def test_an_id_must_be_a_whole_number_or_a_text(bad, named):
    problems = refuse(entries(1, bad, 3))
    assert where(problems) == [(3, 1)]
    assert what(problems) == [f"the id is {named}."]


def test_several_missing_ids_are_no_duplicates_of_each_other():
    assert what(refuse([{"id": 1, "title": "x"}, {"title": "y"}, {"title": "z"}])) == ["the id is missing."] * 2


def test_a_missing_id_among_numbers_does_not_count_as_a_text():
    with pytest.raises(RecordsError) as caught:
        parse(entries(1, 2, None))
    assert "are text" not in str(caught.value)


def test_mixed_ids_are_all_read_as_text_with_a_warning_at_the_first_of_the_rarer_kind():
    records, warnings = parse(entries(1, 2, "x", 4))
    assert records.ids == ("1", "2", "x", "4")
    assert shown(warnings) == ["f.json:4:1: some ids are numbers (3) and some are text (1); all are read as text. Write them all in one way."]  # fmt: skip  # noqa: E501


def test_a_number_and_the_same_digits_as_text_are_one_id():
    assert where(refuse(entries(1, "1"))) == [(3, 1)]


def test_an_integer_beyond_64_bits_is_kept_as_text():
    # no Arrow integer holds it, and labels.parquet has ids as they are
    assert parse(entries(2**63 - 1))[0].ids == (2**63 - 1,)
    assert parse(entries(2**63))[0].ids == (str(2**63),)


def test_a_whole_float_beyond_64_bits_is_no_int():
    # labels.parquet could not hold it as a number
    assert parse(b'[{"id": 1e300, "title": "x"}]')[0].ids == (str(int(1e300)),)


def test_an_id_with_a_lone_surrogate_can_be_written_to_a_file():
    assert parse(rb'[{"id": "a\ud800", "title": "x"}]')[0].ids == ("a?",)


def test_without_a_column_like_an_id_rows_are_numbered_from_1():
    records, warnings = parse([{"title": "a", "tags": []}, {"title": "b", "tags": []}])
    assert records.ids == (1, 2)
    assert what(warnings) == ["no column looks like an id; rows are numbered."]


def test_an_object_keyed_by_id_gives_ids_unless_an_entry_has_its_own():
    keyed = parse({"a": {"title": "x"}, "b": {"title": "y"}})[0]
    assert (keyed.ids, keyed.texts["title"]) == (("a", "b"), ("x", "y"))
    assert parse({"a": {"id": 7, "title": "x"}, "b": {"id": 8, "title": "y"}})[0].ids == (7, 8)


def test_an_object_with_a_key_twice_is_a_duplicate_id():
    problems = refuse(b'{"a": {"title": "x"},\n "a": {"title": "y"}}')
    assert what(problems) == ["the id 'a' stands twice."]
    assert where(problems) == [(2, 2)]
