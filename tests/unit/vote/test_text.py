import pytest

from support.made import pattern_lf, phrase_lf
from weaklabel.terms import Unless
from weaklabel.vote import TextMatcher


def test_evidence_in_any_field_is_a_match():
    matcher = TextMatcher(phrase_lf("a", "t", "bert", "elmo"))
    assert matcher.is_match(["nothing", "uses BERT"])
    assert matcher.is_match(["ELMo", ""])
    assert not matcher.is_match(["nothing", "roberta"])
    assert not matcher.is_match([])


def test_unless_in_one_field_silences_evidence_in_another():
    matcher = TextMatcher(phrase_lf("a", "t", "transformer", unless=Unless(phrases=("electrical",))))
    assert matcher.is_match(["a transformer", ""])
    assert not matcher.is_match(["a transformer", "Electrical grids"])
    assert matcher.is_silenced(["electrical"])
    assert matcher.is_match(["a transformer", "electricals-free electric"]) is False  # plural s


def test_unless_pattern_silences():
    matcher = TextMatcher(pattern_lf("a", "t", r"\bRL\b", unless=Unless(pattern=r"no rl")))
    assert matcher.is_match(["rl agents"])
    assert not matcher.is_match(["RL agents", "No RL here"])


@pytest.mark.parametrize(
    "make", [lambda **o: phrase_lf("a", "t", "R", **o), lambda **o: pattern_lf("a", "t", r"\bR\b", **o)]
)
def test_case_counts_only_where_asked(make):
    assert TextMatcher(make()).is_match(["in r"])
    assert not TextMatcher(make(keep_case=True)).is_match(["in r"])
    assert TextMatcher(make(keep_case=True)).is_match(["in R"])


def test_unless_follows_the_case_setting():
    lenient = phrase_lf("a", "t", "Go", unless=Unless(phrases=("Pokemon",)))
    strict = phrase_lf("a", "t", "Go", keep_case=True, unless=Unless(phrases=("Pokemon",)))
    assert not TextMatcher(lenient).is_match(["Go pokemon"])
    assert TextMatcher(strict).is_match(["Go pokemon"])


def test_a_pattern_sees_the_original_text_not_the_folded_one():
    matcher = TextMatcher(pattern_lf("a", "t", r"gpt-\d"))
    assert matcher.is_match(["GPT-2"])
    assert not matcher.is_match(["gpt 2"])


def test_spans_of_phrases_and_patterns_are_offsets_of_the_original():
    assert TextMatcher(phrase_lf("a", "t", "gpt 2", "bert")).spans("BERT, GPT-2") == [(0, 4), (6, 11)]
    assert TextMatcher(pattern_lf("a", "t", "b.r")).spans("bar BUR") == [(0, 3), (4, 7)]
