"""The phrase matcher against a slow plain-Python reference of what a phrase matches."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import phrase_reference as reference
from support.phrase_texts import WORDS, random_phrases, random_text
from weaklabel.folding import fold, fold_with_offsets
from weaklabel.vote import PhraseMatcher


def assert_matches_reference(phrases, text, *, keep_case=False):
    matcher = PhraseMatcher(phrases, keep_case=keep_case)
    expected = reference.matching_phrases(phrases, text, keep_case)
    assert matcher.matches([text]).indices.tolist() == expected, (phrases, text)
    assert_spans_are_right(matcher, phrases, text, keep_case=keep_case)
    assert fold(text, keep_case=keep_case) == reference.folded(text, keep_case)


def assert_spans_are_right(matcher, phrases, text, *, keep_case=False):
    spans = matcher.spans(text)
    assert sorted({phrase for phrase, _, _ in spans}) == reference.matching_phrases(phrases, text, keep_case)
    assert spans == sorted(set(spans), key=lambda span: (span[1], -span[2], span[0]))
    for phrase, start, end in spans:
        assert 0 <= start < end <= len(text), (phrases[phrase], text)
        forms = reference.accepted_forms(reference.surface(phrases[phrase], keep_case))
        shown = reference.folded(text[start:end], keep_case)
        assert shown in forms or _holds_partial_characters(text[start:end], shown, forms, keep_case), (
            phrases[phrase], text, text[start:end],
        )  # fmt: skip


def _holds_partial_characters(original, shown, forms, keep_case):
    """A span covers whole characters: it holds more than the form only of what its first or last one folds to."""
    pieces = _pieces(original)
    first, last = reference.folded(pieces[0], keep_case), reference.folded(pieces[-1], keep_case)
    return any(
        shown[before : before + len(form)] == form and len(shown) - before - len(form) < len(last)
        for form in forms
        for before in range(min(len(first), len(shown) - len(form) + 1))
    )


def _pieces(original):
    """Characters, each with the marks and conjoining jamo behind it: they may fold together."""
    pieces = [original[0]]
    for c in original[1:]:
        part = unicodedata.normalize("NFKD", c)[0]
        joins = unicodedata.category(part)[0] == "M" or unicodedata.name(part, "").startswith(
            ("HANGUL JUNGSEONG", "HANGUL JONGSEONG")
        )
        if joins:
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


@pytest.mark.parametrize("seed", range(50))
def test_random_texts_and_phrases_match_as_the_reference_says(seed):
    rng = random.Random(seed)
    for _ in range(100):
        # A small pool of words a text makes hits frequent: about half of the texts hold a phrase.
        words = rng.sample(WORDS, 8)
        phrases = random_phrases(rng, words)
        assert_matches_reference(phrases, random_text(rng, words), keep_case=rng.random() < 0.2)


def test_the_random_texts_hold_enough_matches_and_near_misses_to_mean_something():
    rng = random.Random(0)
    matched = bounded = 0
    for _ in range(500):
        words = rng.sample(WORDS, 8)
        phrases, text = random_phrases(rng, words), random_text(rng, words)
        inside = [i for i, phrase in enumerate(phrases) if reference.surface(phrase) in reference.folded(text)]
        matches = reference.matching_phrases(phrases, text)
        matched += len(matches)
        bounded += len(set(inside) - set(matches))
    assert matched > 500
    assert bounded > 100  # the phrase is a substring of the text, and a boundary forbids the match


@pytest.mark.parametrize("seed", range(10))
def test_dropping_nested_matches_follows_the_reference(seed):
    rng = random.Random(seed)
    parts = [
        "neural",
        "neural network",
        "graph neural network",
        "network",
        "graph",
        "net",
        "c",
        "c++",
        "学習",
        "機械学習",
    ]
    for _ in range(50):
        phrases = rng.sample(parts, 5)
        owners = [rng.choice("abc") for _ in phrases]
        text = random_text(rng, parts)
        matcher = PhraseMatcher(phrases, owners=owners)
        expected = reference.without_nested(phrases, owners, text)
        assert matcher.matches([text]).indices.tolist() == expected, (phrases, owners, text)
        assert sorted({phrase for phrase, _, _ in matcher.spans(text)}) == expected


any_text = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=8).map("".join)
any_phrase = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=4), any_text).filter(reference.surface)


@settings(max_examples=400, deadline=None)
@given(st.lists(any_phrase, min_size=1, max_size=6), any_text, st.booleans())
def test_any_phrases_match_in_any_text_as_the_reference_says(phrases, text, keep_case):
    assert_matches_reference(phrases, text, keep_case=keep_case)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_phrases_cut_from_a_text_match_as_the_reference_says(data):
    text = data.draw(any_text.filter(bool))
    start = data.draw(st.integers(0, len(text) - 1))
    phrase = text[start : data.draw(st.integers(start + 1, len(text)))]
    if reference.surface(phrase):
        assert_matches_reference([phrase], text)


@settings(max_examples=500, deadline=None)
@given(st.one_of(any_text, st.text()), st.booleans())
def test_folding_with_offsets_gives_the_same_text_as_folding(text, keep_case):
    folded, offsets = fold_with_offsets(text, keep_case=keep_case)
    assert folded == fold(text, keep_case=keep_case) == reference.folded(text, keep_case)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    assert offsets[0] == 0


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
