from __future__ import annotations

import pytest

from support.parse import parse, refuse
from support.problems import shown, what, where


def titles(*values):
    return [{"id": i, "title": value, "tags": ["a"]} for i, value in enumerate(values)]


def test_null_and_missing_texts_are_empty():
    records, warnings = parse([*titles("a", None), {"id": 9, "tags": []}])
    assert records.texts == {"title": ("a", "", "")}
    assert shown(warnings) == ["f.json: 2 records with no text at all. No labeling function can vote there."]


def test_nan_is_empty():
    assert parse(b'[{"id": 1, "title": NaN, "text": "b"}]')[0].texts == {"title": ("",), "text": ("b",)}


def test_a_record_with_one_empty_field_of_two_has_text():
    _, warnings = parse([{"id": 1, "title": " ", "description": "x", "tags": []}])
    assert warnings == []


def test_white_space_alone_is_no_text():
    assert what(parse(titles(" \n\t\u3000"))[1]) == ["1 record with no text at all."]


def test_carriage_returns_are_kept_and_counted():
    records, warnings = parse(titles("a\r\nb", "c", "d\re"))
    assert records.texts["title"] == ("a\r\nb", "c", "d\re")
    assert shown(warnings) == [
        "f.json: 2 records with carriage returns in their text. They are kept, and treated as white space."
    ]


def test_numbers_and_booleans_are_converted_with_one_warning_for_the_field():
    records, warnings = parse(titles("a", 5, True, 2.5))
    assert records.texts["title"] == ("a", "5", "True", "2.5")
    assert what(warnings) == ["'title' is no text in 3 records; it was converted."]
    assert where(warnings) == [(3, 1)]


@pytest.mark.parametrize(("value", "named"), [({"en": "x"}, "an object"), (["x"], "a list")])
def test_an_object_or_a_list_is_no_text(value, named):
    problems = refuse(titles("a", value))
    assert what(problems) == [f"'title' is {named}, not text."]
    assert where(problems) == [(3, 1)]


def test_a_text_of_a_megabyte_is_kept_whole():
    long = "é" * 500_000 + "x" * 1_000_000
    assert parse(titles(long))[0].texts["title"] == (long,)


def test_unicode_is_kept_as_it_is_written():
    odd = "e\u0301 ﬁ 😀 \u202e \u0000 \ufeff 日本"
    assert parse(titles(odd))[0].texts["title"] == (odd,)


def test_a_lone_surrogate_becomes_a_question_mark():
    # no encoder takes it, so it could not be written to labels.parquet or to the report
    assert parse(rb'[{"id": 1, "title": "a\ud800b"}]')[0].texts["title"] == ("a?b",)


def test_all_problems_of_a_file_are_reported_together():
    rows = [{"id": None, "title": ["x"], "tags": 5}, {"id": 1, "title": "x"}, {"id": 1, "title": {}}]
    assert sorted(where(refuse(rows))) == [(2, 1), (2, 1), (2, 1), (4, 1), (4, 1)]


def test_an_entry_that_is_no_object_is_reported_with_what_it_is():
    problems = refuse(b'[{"id": 1, "title": "x"},\n [1],\n "x",\n 5,\n null,\n true]')
    assert where(problems) == [(2, 2), (3, 2), (4, 2), (5, 2), (6, 2)]
    assert [text.removeprefix("this entry is ").partition(",")[0] for text in what(problems)] == [
        "a list",
        "a text",
        "a number",
        "null",
        "true or false",
    ]


def test_the_frame_has_every_column_as_it_was_read():
    records, _ = parse([{"id": 1, "title": None, "stars": 3}, {"id": 2, "title": "x", "url": "u"}])
    assert records.frame.columns.tolist() == ["id", "title", "stars", "url"]
    assert records.frame["stars"].tolist() == [3, None]
    assert records.frame["url"].tolist() == [None, "u"]
    assert records.frame["title"].tolist() == [None, "x"]
