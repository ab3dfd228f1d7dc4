from __future__ import annotations

from pathlib import Path

import pytest

from support.problems import shown, what, where
from weaklabel.documents import Document, read_json_rows
from weaklabel.errors import Place, TagsError
from weaklabel.records import parse_rows
from weaklabel.tags import build_vocabulary, export_tags
from weaklabel.terms import Tag

REAL = Path(__file__).parents[4] / "shared/data/madewithml/tags.json"


def build(text):
    return build_vocabulary("t.json", read_json_rows(Document("t.json", text), TagsError))


def refuse(text):
    with pytest.raises(TagsError) as caught:
        build(text)
    return caught.value.problems


def test_a_list_of_tags_is_sorted_by_name_and_knows_its_places():
    vocabulary, warnings = build(
        '[{"tag": "nlp", "aliases": ["nat lang", "NLProc"], "parents": ["ai"],'
        ' "description": "words"},\n {"tag": "ai"}]'
    )
    assert vocabulary.names == ("ai", "nlp")
    assert vocabulary["nlp"] == Tag("nlp", ("nat lang", "NLProc"), ("ai",), "words", Place("t.json", 1, 2))
    assert vocabulary["ai"] == Tag("ai", place=Place("t.json", 2, 2))
    assert warnings == []


def test_an_object_keyed_by_tag():
    vocabulary, warnings = build('{"nlp": {"aliases": ["nat lang"], "parents": ["ai"]}, "cv": null, "ai": ["AI!"]}')
    assert [(tag.name, tag.aliases, tag.parents) for tag in vocabulary.tags] == [
        ("ai", ("AI!",), ()),
        ("cv", (), ()),
        ("nlp", ("nat lang",), ("ai",)),
    ]
    assert warnings == []


def test_a_list_of_names():
    assert build('["nlp", " cv "]')[0].names == ("cv", "nlp")


@pytest.mark.parametrize("key", ["tag", "name", "id"])
def test_the_name_may_stand_under_other_keys(key):
    vocabulary, warnings = build(f'[{{"{key}": "nlp"}}]')
    assert (vocabulary.names, warnings) == (("nlp",), [])


def test_names_are_stripped_and_repeats_dropped():
    vocabulary, _ = build(
        '[{"tag": " nlp ", "aliases": [" a", "a ", "", "b"], "parents": "ai"}, {"tag": "ai", "aliases": null}]'
    )
    assert vocabulary["nlp"].aliases == ("a", "b")
    assert vocabulary["nlp"].parents == ("ai",)
    assert vocabulary["nlp"].surfaces == ("nlp", "a", "b")


def test_a_number_as_a_name_is_read_as_text():
    assert build('[{"tag": 3, "aliases": [3.5]}]')[0]["3"].aliases == ("3.5",)


def test_every_problem_is_reported_at_once_with_its_line():
    problems = refuse(
        """[{"tag": "nlp"},
 {"x": "cv"},
 5,
 {"tag": "nlp"},
 {"tag": ""},
 {"tag": "a", "aliases": {"x": 1}},
 {"tag": "b", "parents": [["x"]]},
 {"tag": true}]"""
    )
    assert shown(problems) == [
        't.json:2:2: this entry has no tag name. Give it "tag": "…".',
        't.json:3:2: this entry is \'5\', not an object. Write {"tag": "…", "aliases": […], "parents": […]}.',
        "t.json:4:2: the tag 'nlp' stands twice. It is in line 1 too: join the two.",
        't.json:5:2: this entry has no tag name. Give it "tag": "…".',
        't.json:6:2: \'aliases\' is no list of names. Write "aliases": ["…", "…"].',
        't.json:7:2: \'parents\' is no list of names. Write "parents": ["…", "…"].',
        't.json:8:2: this entry has no tag name. Give it "tag": "…".',
    ]


def test_a_misspelt_key_for_the_name_is_told_the_right_key():
    (problem,) = refuse('[{"tga": "cv"}]')
    assert problem.what == "this entry has no tag name."
    assert "'tag'" in problem.fix or '"tag"' in problem.fix


def test_a_tag_twice_in_an_object_keyed_by_tag_is_reported():
    assert where(refuse('{"nlp": {},\n "nlp": {}}')) == [(2, 2)]


@pytest.mark.parametrize("name", ["true", "false", "null"])
def test_a_truth_value_is_no_alias(name):
    assert what(refuse(f'[{{"tag": "a", "aliases": [{name}]}}]')) == ["'aliases' is no list of names."]


def test_a_misspelt_key_is_an_error_with_the_nearest_told_once_with_the_number_of_entries():
    problems = refuse(
        '[{"tag": "nlp", "alias": ["x"], "Parent": [], "colour": "red"},\n'
        ' {"tag": "cv", "alias": []},\n {"tag": "ai", "aliass": [], "sample": "x"}]'
    )
    assert shown(problems) == [
        "t.json:1:2: the key 'alias' of 2 entries is not known. Did you mean 'aliases'?",
        "t.json:1:2: the key 'Parent' is not known. Did you mean 'parents'?",
        "t.json:3:2: the key 'aliass' is not known. Did you mean 'aliases'?",
        "t.json:3:2: the key 'sample' is not known and is left out. Did you mean 'examples'?",
    ]
    assert [problem.severity for problem in problems] == ["error"] * 3 + ["warning"]


def test_keys_of_a_files_own_are_left_alone():
    own = '"colour": "red", "synonyms": ["x"], "owner": "me", "count": 5, "url": "x", "type": "y", "level": 3'
    assert build(f'[{{"tag": "nlp", {own}}}]')[1] == []


def test_a_file_without_tags_is_an_error():
    assert what(refuse("[]")) == ["the file has no tags."]


def test_aliases_in_a_csv_cell_are_split_or_refused():
    # One alias "tf, tensor flow" would match nothing, silently
    try:
        vocabulary, warnings = build_vocabulary(
            "t.csv", parse_rows("t.csv", b'tag,aliases\ntensorflow,"tf, tensor flow"\n', TagsError)
        )
    except TagsError:
        return
    assert vocabulary["tensorflow"].aliases == ("tf", "tensor flow") or warnings


@pytest.mark.skipif(not REAL.exists(), reason=f"the Made With ML data is not at {REAL}")
def test_the_real_file_is_read_whole():
    vocabulary, warnings = build_vocabulary(str(REAL), parse_rows(str(REAL), REAL.read_bytes(), TagsError))
    assert len(vocabulary) == 400
    assert sum(len(tag.aliases) for tag in vocabulary.tags) == 82
    assert sum(not tag.aliases for tag in vocabulary.tags) == 332
    assert sum(len(tag.parents) > 1 for tag in vocabulary.tags) == 15
    assert warnings == []


def test_examples_are_texts_and_are_written_again():
    vocabulary, warnings = build('[{"tag": "ai", "examples": ["a, b", "c"]}, {"tag": "ml", "examples": "d, e"}]')
    assert (vocabulary["ai"].examples, vocabulary["ml"].examples, warnings) == (("a, b", "c"), ("d, e",), [])
    assert b'"examples": ["a, b", "c"]' in export_tags(vocabulary)
    assert what(refuse('[{"tag": "ai", "examples": [1]}]')) == ["'examples' is no list of texts."]
