from __future__ import annotations

from pathlib import Path

import pytest

from support.problems import shown, what
from support.vocabularies import vocabulary
from weaklabel.errors import TagsError
from weaklabel.records import parse_rows
from weaklabel.tags import build_vocabulary, check_vocabulary

REAL = Path(__file__).parents[4] / "shared/data/madewithml/tags.json"


def check(*entries, used=None):
    return check_vocabulary(vocabulary(*entries), used)


def test_a_clean_vocabulary_has_no_problems():
    assert (
        check("machine-learning = ml stuff", "language < machine-learning", used=["machine-learning", "language"]) == []
    )


def test_an_alias_that_is_another_tags_name():
    assert shown(check("bert = Transformers", "transformers")) == [
        "t.json:1: 'Transformers', an alias of 'bert', is the name of the tag 'transformers'. "
        "Remove the alias: a text with it counts as 'transformers'."
    ]


def test_an_alias_that_two_tags_share():
    assert shown(check("object-detection = detecting", "pose-estimation = Detecting")) == [
        "t.json:1: the alias 'detecting' stands for 'object-detection', 'pose-estimation'. Keep it with one of them."
    ]


@pytest.mark.parametrize("alias", ["Data-Sets", "data_sets", "data-sets"])
def test_an_alias_that_only_repeats_its_tags_name(alias):
    assert what(check(f"data-sets = {alias}")) == [f"the alias {alias!r} only repeats the name 'data-sets'."]


def test_two_tags_that_are_one_in_two_forms():
    assert what(check("Data-Sets", "data sets")) == ["the tags 'Data-Sets' and 'data sets' are one tag in two forms."]


def test_very_short_names_and_aliases():
    assert what(check("ai", "computer-vision = cv, vis")) == [
        "the name 'ai' of 'ai' is very short.",
        "the alias 'cv' of 'computer-vision' is very short.",
    ]


def test_more_than_three_suggestions_of_one_sort_are_one_with_their_number_and_examples():
    vocabulary_ = ["cv = ia", "aa", "language = ll", "music", "food", "birds", "metal"]
    problems = check(*vocabulary_, used=["cv", "language", "aa"])
    assert shown(problems) == [
        "t.json:2: 4 names and aliases are very short: 'aa' ('aa'), 'cv' ('cv'), 'ia' ('cv') and 1 more. "
        "Each may be ambiguous: see its agreement in lf_summary.csv.",
        "t.json:6: no record is tagged with any of 4 tags: 'birds', 'food', 'metal' and 1 more. "
        "Check their spelling, or remove them; tag_summary.csv of a run has all (given: 0).",
    ]
    assert len(check("cv", "aa", "language = ll")) == 3


def test_tags_that_are_spelt_almost_alike():
    assert what(check("segmentation", "segmentations", "language")) == [
        "'segmentation' and 'segmentations' are spelt almost alike."
    ]


def test_a_parent_that_another_parent_already_gives():
    assert shown(check("machine-learning", "nlproc < machine-learning", "bertish < nlproc, machine-learning")) == [
        "t.json:3: 'machine-learning' is a parent of 'bertish' twice: by itself and through 'nlproc'. "
        "Remove 'machine-learning' here."
    ]


def test_tags_that_no_record_uses():
    assert what(check("language", "vision", used=["vision", "elsewhere"])) == ["no record is tagged 'language'."]
    assert check("language", "vision", used=None) == []


def test_a_cycle_stands_first_and_does_not_hide_the_rest():
    problems = check("zz", "language < vision", "vision < language, gone")
    assert [(p.severity, p.what) for p in problems] == [
        ("error", "tags are their own ancestors: language → vision → language."),
        ("warning", "the name 'zz' of 'zz' is very short."),
        ("warning", "'gone', a parent of 'vision', is no tag; it is left out."),
    ]


@pytest.mark.skipif(not REAL.exists(), reason=f"the Made With ML data is not at {REAL}")
def test_the_real_files_parents_that_are_no_tag_are_found():
    tags, _ = build_vocabulary(str(REAL), parse_rows(str(REAL), REAL.read_bytes(), TagsError))
    problems = what(check_vocabulary(tags))
    left_out = {text.partition(",")[0] for text in problems if "is left out" in text}
    read_as = {text.partition(",")[0] for text in problems if "was read as" in text}
    assert left_out == {"'testing'", "'health'", "'audio'"}
    assert read_as == {"'qa'", "'decision-tree'"}
