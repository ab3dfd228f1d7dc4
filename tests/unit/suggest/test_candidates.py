import re

import numpy as np
import pytest

from weaklabel.suggest import Evidence, fire_beginnings, list_nearby, list_phrases


def thrice(*texts):
    return [text for text in texts for _ in range(3)]


def test_phrases_are_one_to_three_words_of_three_texts():
    assert list_phrases(thrice("Deep neural nets win")) == [
        "deep", "deep neural", "deep neural nets", "nets", "nets win", "neural", "neural nets", "neural nets win",
        "win",
    ]  # fmt: skip
    assert list_phrases(["deep", "deep", "nets"]) == []


def test_a_phrase_is_folded_and_does_not_cross_punctuation():
    assert list_phrases(["Fine-Tuning, of\tBERT", "fine_tuning. of bert", "FINE  TUNING (of) bert"]) == [
        "bert", "fine", "fine tuning", "of", "tuning",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("C++ or C#", ["c#", "c++", "c++ or", "c++ or c#", "or", "or c#"]),
        ("node.js", ["node.js"]),
        ("at&t", ["at&t"]),
        ("हिन्दी", ["हिन्दी"]),
        ("...", []),
        ("", []),
    ],
)
def test_what_a_word_is(text, phrases):
    assert list_phrases(thrice(text)) == phrases


def test_in_scripts_without_word_spaces_a_phrase_is_of_characters():
    assert list_phrases(thrice("学習AI")) == ["ai", "学", "学習", "習"]
    assert max(map(len, list_phrases(thrice("機械学習機械学習")))) == 6


@pytest.mark.parametrize("text", ["fine, tuning", "fine. tuning", "fine (tuning", "fine/tuning"])
def test_words_with_punctuation_between_them_are_no_phrase(text):
    assert list_phrases(thrice(text)) == ["fine", "tuning"]


def test_no_texts_have_no_phrases():
    assert list_phrases([]) == []
    assert list_phrases(["", " "]) == []


def test_nearby_phrases_hold_the_surface_or_stand_within_two_words():
    text = "we always Go to the big school"
    assert list_nearby(text, [(10, 12)]) == {
        "we", "we always", "we always go", "always", "always go", "always go to", "go to", "go to the", "to", "to the",
        "the",
    }  # fmt: skip


def test_nearby_phrases_may_be_longer_by_the_surface():
    assert "a graph neural network b" in list_nearby("a graph neural network b", [(2, 22)])
    assert list_nearby("go", [(0, 2)]) == set()
    assert list_nearby("go", []) == set()


def test_a_beginning_is_as_long_as_it_can_be_and_stands_in_two_words():
    texts = [["Segment it", "segmentation", "segmenting", "other others"]]
    evidence, fires = fire_beginnings(texts)
    assert evidence == [Evidence("regex", r"\bsegment\w*")]
    assert fires.toarray().ravel().tolist() == [1, 1, 1, 0]


def test_beginnings_are_found_in_any_field_and_by_records_once():
    evidence, fires = fire_beginnings([["class classes classy", "x", "y"], ["", "classes", "classify"]])
    assert [e.text for e in evidence] == [r"\bclass\w*"]
    assert fires.toarray().ravel().tolist() == [1, 1, 1]


def test_letters_that_re_holds_equal_where_case_is_ignored_begin_a_word():
    evidence, fires = fire_beginnings([["segment", "\u017fegments", "segmental"]])
    assert [e.text for e in evidence] == [r"\bsegment\w*"]
    assert fires.toarray().ravel().tolist() == [1, 1, 1]
    assert re.search(evidence[0].text, "\u017fegments", re.IGNORECASE)


@pytest.mark.parametrize("texts", [[], [[]], [["", ""]], [["abc", "abd", "abe"]], [["größe", "größer", "großer"]]])
def test_where_no_beginning_is_shared_there_is_none(texts):
    evidence, fires = fire_beginnings(texts)
    assert evidence == []
    assert fires.shape == (len(texts[0]) if texts else 0, 0)


def test_a_beginning_fires_where_its_regular_expression_is_found():
    texts = [
        "Kernels",
        "\u212aernels",
        "kerneling",
        "\u212aernel",
        "subkernel",
        "kern el",
        "ſkerne",
        "KERNEL_X",
        "0kernel",
    ]
    evidence, fires = fire_beginnings([texts])
    assert evidence
    for column, beginning in enumerate(evidence):
        found = [bool(re.search(beginning.text, text, re.IGNORECASE)) for text in texts]
        assert (fires.toarray()[:, column] > 0).tolist() == found
    assert np.all(fires.sum(axis=0) >= 3)
