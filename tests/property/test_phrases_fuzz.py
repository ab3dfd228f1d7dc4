"""The compiled matcher, the one in Python and the plain reference, over many random texts and phrases."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import phrase_reference as reference
from support.phrase_matchers import native_matcher, python_matcher, votes
from support.phrase_texts import WORDS, random_mixture, random_phrases

TEXTS_A_SET = 200


def phrases_and_texts(seed):
    rng = random.Random(seed)
    words = rng.sample(WORDS, 8)  # a small pool, so that texts hold phrases
    phrases = random_phrases(rng, words)
    texts = [None if rng.random() < 0.02 else random_mixture(rng, words) for _ in range(TEXTS_A_SET)]
    return rng, phrases, texts


def assert_all_agree(seed):
    rng, phrases, texts = phrases_and_texts(seed)
    keep_case = rng.random() < 0.2
    expected = [[] if text is None else reference.matching_phrases(phrases, text, keep_case) for text in texts]
    for make in (native_matcher, python_matcher):
        found = votes(make(phrases, keep_case=keep_case), texts)
        for text, listed, wanted in zip(texts, found, expected, strict=True):
            assert listed == wanted, (make.__name__, seed, phrases, text, keep_case)
    return expected


def assert_all_agree_on_nested_matches(seed):
    rng, phrases, texts = phrases_and_texts(seed)
    owners = [rng.choice("abc") for _ in phrases]
    expected = [[] if text is None else reference.without_nested(phrases, owners, text) for text in texts]
    for make in (native_matcher, python_matcher):
        assert votes(make(phrases, owners=owners), texts) == expected, (make.__name__, seed)


@pytest.mark.parametrize("seed", range(8))
def test_compiled_and_python_matcher_agree_with_the_reference(seed):
    assert_all_agree(seed)


@pytest.mark.parametrize("seed", range(2))
def test_compiled_and_python_matcher_drop_the_same_nested_matches(seed):
    assert_all_agree_on_nested_matches(seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_texts_match_as_the_reference_says(part):
    for seed in range(1000 + 51 * part, 1000 + 51 * (part + 1)):
        assert_all_agree(seed)
    for seed in range(1000 + 2 * part, 1000 + 2 * (part + 1)):
        assert_all_agree_on_nested_matches(seed)


def test_the_random_texts_mean_something():
    n_texts = n_matching = n_rejected = n_long = 0
    for seed in range(8):
        _, phrases, texts = phrases_and_texts(seed)
        for text in filter(None, texts):
            folded = reference.folded(text)
            inside = [i for i, phrase in enumerate(phrases) if reference.surface(phrase) in folded]
            matching = reference.matching_phrases(phrases, text)
            n_texts += 1
            n_matching += bool(matching)
            n_rejected += bool(set(inside) - set(matching))
            n_long += text.isascii() and len(text) > 64
    assert n_matching > 0.3 * n_texts
    assert n_rejected > 0.1 * n_texts  # the phrase is there, and a boundary forbids the match
    assert n_long > 0.1 * n_texts


@pytest.mark.parametrize("seed", range(3))
def test_two_threads_over_halves_find_what_one_does(seed):
    _, phrases, texts = phrases_and_texts(seed)
    matcher = native_matcher(phrases)
    half = len(texts) // 2
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda part: votes(matcher, part), (texts[:half], texts[half:]))
    assert [*first, *second] == votes(matcher, texts)
