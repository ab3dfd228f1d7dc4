from __future__ import annotations

import pytest

from support.parse import parse, refuse
from support.problems import shown, what
from weaklabel.terms import ColumnNames


def test_columns_are_found_by_their_usual_names():
    records, warnings = parse([{"_id": 1, "body": "b", "name": "a", "labels": ["x"], "stars": 3}])
    assert (records.ids, dict(records.texts), records.given) == ((1,), {"name": ("a",), "body": ("b",)}, (("x",),))
    assert warnings == []


def test_text_columns_stand_in_the_usual_order_whatever_the_files_order():
    assert parse([{"id": 1, "description": "b", "title": "a"}])[0].fields == ("title", "description")


def test_named_columns_are_taken():
    columns = ColumnNames("key", ("b", "a"), "topics")
    records, _ = parse(
        [{"id": 9, "key": "k", "a": "1", "b": "2", "title": "3", "tags": ["no"], "topics": ["x"]}], columns
    )
    assert (records.ids, dict(records.texts), records.given) == (("k",), {"b": ("2",), "a": ("1",)}, (("x",),))


def test_a_single_tag_column_stands_in_for_tags():
    # another release of one data set: `tag` in place of `tags`
    rows = [{"id": 1, "title": "x", "tag": "nlp"}, {"id": 2, "title": "y", "tag": None}]
    for columns in (ColumnNames(), ColumnNames("id", ("title",), "tags")):
        records, warnings = parse(rows, columns)
        assert records.given == (("nlp",), None)
        assert what(warnings) == ["1 record with null tags."]


def test_a_column_that_only_some_records_have_is_a_column():
    records, _ = parse([{"id": 1, "title": "x"}, {"id": 2, "description": "y", "tags": ["a"]}])
    assert dict(records.texts) == {"title": ("x", ""), "description": ("", "y")}
    assert records.given == (None, ("a",))


def test_every_missing_column_is_reported_with_the_nearest_name():
    problems = refuse(
        [{"identifier": 1, "titel": "x", "zzz": "y"}], ColumnNames("identifer", ("title", "body"), "tags")
    )
    assert shown(problems) == [
        "f.json: no record has the column 'identifer' (records.id). Did you mean 'identifier'?",
        "f.json: no record has the column 'title' (records.fields). Did you mean 'titel'?",
        "f.json: no record has the column 'body' (records.fields). The columns are identifier, titel, zzz.",
        "f.json: no record has the column 'tags' (records.tags). The columns are identifier, titel, zzz.",
    ]


def test_no_column_like_text_is_an_error_that_lists_the_columns():
    (problem,) = refuse([{"id": 1, "foo": "x", "bar": "y"}])
    assert problem.what == "no column looks like text."
    assert problem.fix.endswith("The columns are id, foo, bar.")


def test_no_column_like_tags_leaves_every_record_unlabelled():
    records, warnings = parse([{"id": 1, "title": "x"}])
    assert records.given == (None,)
    assert what(warnings) == ["no column looks like tags."]


@pytest.mark.parametrize("tags", [[], ["a"]])
def test_null_tags_are_counted_apart_from_no_tags(tags):
    records, warnings = parse([{"id": 1, "title": "x", "tags": tags}, {"id": 2, "title": "y", "tags": None}])
    assert records.given == (tuple(tags), None)
    assert shown(warnings) == [
        "f.json: 1 record with null tags. They count as unlabelled, not as records without tags."
    ]
