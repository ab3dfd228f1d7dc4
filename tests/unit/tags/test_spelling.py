from __future__ import annotations

import pandas as pd
import pytest

from support.vocabularies import vocabulary
from weaklabel.tags import Speller, canonical_form, resolve_given
from weaklabel.terms import GivenTag, Records, SpellingMatch

WORDS = vocabulary(
    "computer-vision = cv, image processing",
    "tensorflow = tf",
    "weak-supervision",
    "supervised-learning",
    "gpt-2",
    "resnet-51",
    "graphs",
    "convolutional-neural-networks = cnn, ConvNet",
    "data-sets",
    "attention = self-attention",
)


@pytest.mark.parametrize(
    ("spelling", "form"),
    [
        ("Computer-Vision", "computer vision"),
        ("a__b -- c", "a b c"),
        (" x ", "x"),
        ("ﬁne", "fine"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("C++", "c++"),
        ("a\u2013b", "a b"),
    ],
)
def test_the_canonical_form_folds_case_width_and_separators(spelling, form):
    assert canonical_form(spelling) == form


@pytest.mark.parametrize(
    ("spelling", "tag", "how", "surface", "confidence"),
    [
        ("computer-vision", "computer-vision", "name", "computer-vision", 1.0),
        ("Computer Vision", "computer-vision", "form", "computer-vision", 0.99),
        ("computer_vision", "computer-vision", "form", "computer-vision", 0.99),
        ("computervision", "computer-vision", "form", "computer-vision", 0.97),
        ("CV", "computer-vision", "alias", "cv", 0.99),
        ("image-processing", "computer-vision", "alias", "image processing", 0.99),
        ("graph", "graphs", "form", "graphs", 0.97),
        ("conv nets", "convolutional-neural-networks", "alias", "ConvNet", 0.97),
        ("dataset", "data-sets", "form", "data-sets", 0.97),
        ("Tensor-Flow", "tensorflow", "form", "tensorflow", 0.97),
    ],
)
def test_a_spelling_is_resolved_by_rule(spelling, tag, how, surface, confidence):
    assert Speller(WORDS).resolve(spelling) == SpellingMatch(tag, how, surface, confidence)


@pytest.mark.parametrize("spelling", ["vision", "computer", "", "-", "tensor", "gpt-3", "gpt", "tff", "日本"])
def test_a_spelling_of_nothing_is_not_resolved(spelling):
    assert Speller(WORDS).resolve(spelling) is None


@pytest.mark.parametrize(
    ("spelling", "tag", "how"),
    [
        ("tensorflw", "tensorflow", "typo"),
        ("tensorfolw", "tensorflow", "typo"),  # two letters swapped are one error
        ("weka-supervision", "weak-supervision", "typo"),
        ("weak-superviison", "weak-supervision", "typo"),
        ("computer-vis", "computer-vision", "truncated"),
        ("convolutional-neural-netw", "convolutional-neural-networks", "truncated"),
        ("atention", "attention", "typo"),
    ],
)
def test_a_typing_error_is_corrected(spelling, tag, how):
    found = Speller(WORDS).correct(spelling)
    assert (found.tag, found.how, found.surface) == (tag, how, tag)
    assert 0.5 < found.confidence < 0.99


@pytest.mark.parametrize(
    ("spelling", "why"),
    [
        ("unsupervised-learning", "other words begin with other letters"),
        ("gpt-3", "too short to tell"),
        ("resnet-101", "digits must agree"),
        ("resnet-511", "digits must agree"),
        ("grphs", "too short to tell"),
        ("tensors", "three letters away"),
        ("computer", "a whole word is not a cut-off one"),
        ("supervised", "a whole word is not a cut-off one"),
        ("atentoin", "two errors in a short word"),
        ("eattention", "another first letter"),
    ],
)
def test_what_may_be_another_word_is_not_corrected(spelling, why):
    assert Speller(WORDS).correct(spelling) is None, why


def test_lengths_from_which_on_errors_are_told_are_those_of_the_docs():
    speller = Speller(vocabulary("cycling", "baking", "cars", "crosswords", "archaeology"))
    assert speller.correct("Cyclng").tag == "cycling"  # six characters are left
    assert speller.correct("bakng") is None
    assert speller.correct("croswrds") is None  # eight, and two are missing
    assert speller.correct("archeolgy") is None  # nine
    assert speller.correct("archaolgoy").tag == "archaeology"  # ten
    assert speller.resolve("CARS").how == "form"
    assert speller.resolve("car") is None  # a plural has four letters before its s


def test_a_typing_error_that_is_as_near_to_two_tags_is_not_corrected():
    speller = Speller(vocabulary("detection-a", "detection-b"))
    assert speller.correct("detection-c") is None


def test_a_beginning_of_two_tags_is_not_completed():
    speller = Speller(vocabulary("recommendation-systems", "recommendation-systemics"))
    assert speller.correct("recommendation-syst") is None


def test_a_spelling_that_several_authors_use_is_no_typing_error():
    assert Speller(WORDS).correct("tensorflo").tag == "tensorflow"
    assert Speller(WORDS, ["TensorFlo"]).correct("tensorflo") is None


def test_a_tags_name_wins_over_another_tags_alias():
    speller = Speller(vocabulary("bert = transformers", "transformers"))
    assert speller.resolve("Transformers") == SpellingMatch("transformers", "form", "transformers", 0.99)


@pytest.mark.parametrize("method", ["resolve", "correct"])
def test_an_alias_that_two_tags_share_resolves_to_neither(method):
    speller = Speller(vocabulary("aaaa = segmentation", "bbbb = Segmentation"))
    assert getattr(speller, method)("segmentation") is None


def test_an_alias_that_two_tags_share_is_no_typing_error_for_a_third():
    speller = Speller(vocabulary("aaaa = segmentation", "bbbb = segmentation", "segmentations"))
    assert speller.resolve("segmentation") is None
    assert speller.correct("segmentation") is None


def test_two_aliases_of_one_tag_in_two_forms_still_resolve_to_it():
    assert Speller(vocabulary("cnn = conv net, conv-net")).resolve("Conv_Net").tag == "cnn"


def test_the_nearest_tag_is_a_suggestion():
    assert Speller(WORDS).nearest("supervised-lerning-x") == "supervised-learning"
    assert Speller(WORDS).nearest("zzzzzzzz") is None


def records(*given):
    return Records(tuple(range(len(given))), {}, given, pd.DataFrame())


def test_given_tags_are_resolved_record_by_record():
    unlabelled, empty, some = resolve_given(records(None, (), ("cv", "tensorflw", "resources")), WORDS)
    assert unlabelled is None
    assert empty == ()
    assert [(tag.spelling, tag.match and (tag.match.tag, tag.match.how)) for tag in some] == [
        ("cv", ("computer-vision", "alias")),
        ("tensorflw", ("tensorflow", "typo")),
        ("resources", None),
    ]


def test_an_unknown_spelling_comes_with_the_nearest_tag():
    (tags,) = resolve_given(records(("supervised-lerning-x",)), WORDS)
    assert tags == (GivenTag("supervised-lerning-x", None, "supervised-learning"),)


def test_a_spelling_in_three_records_is_a_tag_that_the_vocabulary_lacks():
    twice = resolve_given(records(("tensorflo",), ("tensorflo",)), WORDS)
    assert twice[0][0].match.how == "typo"
    thrice = resolve_given(records(("tensorflo",), ("tensorflo",), ("tensorflo",)), WORDS)
    assert thrice[0] == (GivenTag("tensorflo", None, "tensorflow"),)
