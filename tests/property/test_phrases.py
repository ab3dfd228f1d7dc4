"""The phrase matcher against a slow plain-Python reference of what a phrase matches."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import phrase_reference as reference
from weaklabel.folding import fold, fold_with_offsets
from weaklabel.vote import PhraseMatcher

# Fragments are chosen so that phrases meet each other, their own look-alikes and characters that fold to several.
WORDS = [
    "c", "C", "c++", "C++", "c#", "C#", "f#", "c+", "r", "go", "net", ".net", ".NET", "asp.net", "node.js", "js",
    "gpt-2", "gpt 2", "GPT_2", "gpt", "2", "3d", "3", "d", "python", "Python3", "word", "words", "class", "classes",
    "neural network", "graph-neural network", "graph", "network", "networks", "data", "data  set", "#python", "#",
    "##", "+", "++", "+++", ".", "..", "@", "at&t", "-", "_", "--", "s", "S", "ss", "es", "x", "i", "ix",
    "straße", "STRASSE", "strasse", "ß", "ẞ", "İ", "i\u0307", "ı", "I", "ﬁ", "fi", "ﬁne", "fine", "oﬃce", "office",
    "ﬆ", "st", "½", "1", "1⁄2", "①", "Ⅸ", "℡", "tel", "㎏", "kg", "㍿", "株式会社", "ＡＩ", "ＡＩ２", "ai", "ai2",
    "café", "cafe\u0301", "cafe", "e\u0301", "e", "\u0301", "\u0300", "\u0323", "\u0345", "ΐ", "ς", "Σ", "σ",
    "機械学習", "機械", "学習", "学", "データ", "ﾃﾞｰﾀ", "テ\u3099", "ー", "々", "한국어", "한국", "어",
    "\u1112\u1161\u11ab", "\u1112", "\u1161", "\u11ab", "\uac00", "\u11a8", "ภาษาไทย", "ไทย", "ำ", "กำ", "ລາວ", "កម្ពុជា",
    "हिन्दी", "हिन्द", "ी", "𠮷野家", "𠮷", "😀", "👩\u200d💻", "❤\ufe0f", "\U0001d400", "\U0001f1fa", "𝒜", "a",
    "\x00", "\x1c", "\x1f", "\x1d\x1e", "\x85", "\u2011", "\u2010", "\u2014", "\u2212", "\u00ad", "\u00a0",
    "\u200b", "\u3000", "\u2028", "\t", "\n", "\r\n", "'", "’s", "/", "(", ")", "،", "\u0640", "\ufdfa", "ǰ", "ŉ", "n",
]  # fmt: skip
SEPARATORS = ["", "", "", " ", " ", "-", "_", "\u2011", "\x1f", " \t-", "\n", ".", ","]
WAYS = [
    str,
    str,
    str.upper,
    str.title,
    lambda w: unicodedata.normalize("NFD", w),
    lambda w: unicodedata.normalize("NFKC", w),
    lambda w: w + "s",
    lambda w: w.replace(" ", "\u2011"),
    lambda w: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in w),  # full width
]


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


def random_text(rng, words):
    return "".join(rng.choice(WAYS)(rng.choice(words)) + rng.choice(SEPARATORS) for _ in range(rng.randint(1, 7)))


def random_phrases(rng, words):
    phrases = []
    while len(phrases) < 8:
        phrase = rng.choice(WAYS)(rng.choice(words))
        if rng.random() < 0.3:
            phrase += rng.choice(SEPARATORS) + rng.choice(words)
        if reference.surface(phrase):
            phrases.append(phrase)
    return phrases


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
