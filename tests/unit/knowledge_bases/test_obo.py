"""OBO files, written here."""

import contextlib
import logging

import pytest

from support.problems import shown, what, where

pytest.importorskip("obonet", reason="the extra kb is not installed")

from weaklabel.errors import Place, TagsError
from weaklabel.inputs import parse_vocabulary
from weaklabel.terms import TagLabels

OBO = """\
format-version: 1.4
ontology: bread

[Term]
id: B:1
name: baking
def: "To make \\"bread\\"." [B:x]

[Term]
id: B:2
name: rye bread {source="x"} ! a comment
synonym: "black bread" EXACT []
synonym: "Rye-Bread" EXACT []
synonym: "dark \\"loaf\\"" BROAD [B:x]
synonym: "loaf" []
is_a: B:1 ! baking
relationship: part_of B:1 {x="y"} ! baking

[Term]
id: B:3
name: sippets
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""


def read(text, **labels):
    return parse_vocabulary("t.obo", text.encode(), TagLabels(**labels))


def refuse(text):
    with pytest.raises(TagsError) as caught:
        read(text)
    return caught.value.problems


def facts(vocabulary):
    return {tag.name: (tag.aliases, tag.parents, tag.description) for tag in vocabulary.tags}


def test_names_exact_synonyms_parents_and_definitions():
    vocabulary, warnings = read(OBO)
    assert facts(vocabulary) == {
        "baking": ((), (), 'To make "bread".'),
        "rye bread": (("black bread",), ("baking",), ""),
    }
    assert warnings == []
    assert vocabulary["rye bread"].place == Place("t.obo", 10)


@pytest.mark.parametrize(
    ("scopes", "aliases"),
    [(("broad",), ('dark "loaf"',)), (("exact", "related"), ("black bread", "loaf")), ((), ()), (("narrow",), ())],
)
def test_other_synonyms_are_aliases_where_their_scope_is_wanted(scopes, aliases):
    assert read(OBO, synonyms=scopes)[0]["rye bread"].aliases == aliases


def test_dangling_links_are_said_with_id_and_line():
    vocabulary, warnings = read(OBO.replace("is_a: B:1 ! baking", "is_a: B:9\nis_a: B:3"))
    assert facts(vocabulary)["rye bread"][1] == ()
    assert shown(warnings) == [
        f"t.obo:10: B:{number}, which B:2 ('rye bread') stands below, {why}; it is no parent. "
        "Name a concept of the file, or remove it."
        for number, why in ((9, "is not in the file"), (3, "is obsolete"))
    ]


def test_a_cycle_is_an_error_with_its_path():
    [problem] = refuse(OBO.replace("name: baking\n", "name: baking\nis_a: B:2\n"))
    assert problem.what == "concepts are their own ancestors: B:1 ('baking') → B:2 ('rye bread') → B:1 ('baking')."
    assert problem.place == Place("t.obo", 5)


def test_two_terms_of_one_name_become_one_tag_and_two_of_one_id_are_an_error():
    vocabulary, [warning] = read(OBO + '\n[Term]\nid: B:4\nname: baking\nsynonym: "oven work" EXACT []\n')
    assert facts(vocabulary)["baking"][0] == ("oven work",)
    assert warning.what == "B:1 and B:4 have one label, 'baking'; they become one tag."
    problems = refuse(OBO + "\n[Term]\nid: B:1\nname: cooking\n")
    assert what(problems) == ["two terms have the id 'B:1'."]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("format-version: 1.4\n\ngarbage\n", "this is no OBO: a line is no pair of tag and value.", 3),
        ("format-version: 1.4\n", "the file has no terms.", 0),
        ("", "the file has no terms.", 0),
        ("[Term]\nname: x\n", "a term has no id (its name is 'x').", 0),
    ],
)
def test_what_is_no_obo(text, message, line):
    problems = refuse(text)
    assert (what(problems)[0], where(problems)[0]) == (message, (line, 0))


def test_nothing_is_logged_where_there_is_no_header(caplog):
    with caplog.at_level(logging.DEBUG):
        assert read("[Term]\nid: a\nname: b\n")[0].names == ("b",)
    assert caplog.records == []


@pytest.mark.parametrize("cut", range(0, len(OBO), 29))
def test_half_a_file_is_read_or_refused(cut):
    for text in (OBO[:cut], OBO[cut:]):
        with contextlib.suppress(TagsError):
            read(text)
