from __future__ import annotations

import pytest

from support.problems import shown
from support.vocabularies import vocabulary
from weaklabel.documents import Document
from weaklabel.errors import LabelingFunctionError, Place, Problem
from weaklabel.lfs import declare_lfs, discover_python_lfs, gather_lfs, generate_lfs
from weaklabel.terms import PhraseLF

TAGS = vocabulary("nlp")


def lf(name, line=1, origin="yaml"):
    place = Place("l.yaml", line) if line else None
    return PhraseLF(
        id=name, tags=("nlp",), origin=origin, family="x", definition="", place=place, phrases=("a",), fields=("title",)
    )


def test_labeling_functions_are_sorted_by_id():
    assert [found.id for found in gather_lfs([lf("b"), lf("a"), lf("C")])] == ["C", "a", "b"]


def test_two_of_one_id_name_both_places():
    with pytest.raises(LabelingFunctionError) as caught:
        gather_lfs([lf("a", 1), lf("b", 2), lf("a", 3), lf("b", 4)])
    assert shown(caught.value.problems) == [
        "l.yaml:3: two labeling functions have the id 'a'. The other is in l.yaml:1: rename one.",
        "l.yaml:4: two labeling functions have the id 'b'. The other is in l.yaml:2: rename one.",
    ]


def test_an_id_that_a_generated_one_has_says_so():
    with pytest.raises(LabelingFunctionError, match="The other is in the generated ones"):
        gather_lfs([lf("a", 0, "generated"), lf("a", 2)])


def test_duplicates_of_yaml_python_and_generated_ones_are_found_together(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("from weaklabel import labeling_function\n@labeling_function(tags='nlp')\ndef same(record): ...\n")
    text = "- {id: same, tags: nlp, match: {keywords: [x]}}\n- {id: same, tags: nlp, match: {regex: x}}\n"
    declared, _ = declare_lfs(Document("l.yaml", text), TAGS, ("title",))
    written, _ = discover_python_lfs([path], TAGS, with_entry_points=False)
    with pytest.raises(LabelingFunctionError) as caught:
        gather_lfs([*generate_lfs(TAGS, ("title",)), *declared, *written])
    assert shown(caught.value.problems) == [
        "l.yaml:2:3: two labeling functions have the id 'same'. The other is in l.yaml:1:3: rename one.",
        f"{path}:2: two labeling functions have the id 'same'. The other is in l.yaml:1:3: rename one.",
    ]


def test_earlier_problems_are_raised_with_the_duplicates():
    with pytest.raises(LabelingFunctionError) as caught:
        gather_lfs([lf("a", 1), lf("a", 2)], [Problem("broken.", Place("x.py", 3))])
    assert [p.what for p in caught.value.problems] == ["broken.", "two labeling functions have the id 'a'."]


def test_warnings_alone_do_not_raise():
    assert [f.id for f in gather_lfs([lf("a")], [Problem("odd.", severity="warning")])] == ["a"]
