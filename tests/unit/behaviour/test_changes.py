"""Texts, changed."""

import numpy as np
import pytest

from weaklabel.behaviour import Change
from weaklabel.behaviour.changes import apply_change

TEXTS = {"title": "Torch for all", "body": "torchvision, torch and C++", "more": ""}


def changed(change, texts=TEXTS, variant=0, seed=0):
    return dict(apply_change(texts, change, variant, np.random.default_rng(seed)))


def test_whole_words_are_replaced_whatever_their_case_and_once():
    change = Change(replace=(("torch", "JAX"), ("jax", "no"), ("c++", "Rust")))
    assert changed(change) == {"title": "JAX for all", "body": "torchvision, JAX and Rust", "more": ""}


def test_sentences_are_added_to_a_field_that_has_a_text():
    change = Change(append=("One.", "Two."))
    assert changed(change, variant=1) == {**TEXTS, "body": "torchvision, torch and C++ Two."}
    assert changed(Change(prepend=("One.",))) == {**TEXTS, "title": "One. Torch for all"}
    assert changed(Change(append=("One.",), fields=("title",))) == {**TEXTS, "title": "Torch for all One."}


@pytest.mark.parametrize(
    ("case", "title"), [("upper", "TORCH FOR ALL"), ("lower", "torch for all"), ("title", "Torch For All")]
)
def test_case(case, title):
    assert changed(Change(case=case, fields=("title",))) == {**TEXTS, "title": title}


def test_title_case_leaves_what_follows_an_apostrophe():
    texts = {"title": "don’t don't\n a state-of-the-art 3d e2e"}
    assert changed(Change(case="title"), texts) == {"title": "Don’t Don't\n A State-Of-The-Art 3d E2e"}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_typing_errors_swap_neighbours_inside_words(number):
    texts = {"title": "representation learning with transformers"}
    for seed in range(30):
        [title] = changed(Change(typos=number), texts, seed=seed).values()
        words = zip(texts["title"].split(), title.split(), strict=True)
        assert all(a[0] == b[0] and sorted(a) == sorted(b) for a, b in words)
        assert sum(a != b for a, b in zip(texts["title"], title, strict=True)) == 2 * number


def test_there_may_be_nothing_to_change():
    for change in (Change(typos=1), Change(replace=(("x", "y"),)), Change(case="upper"), Change(append=("x",))):
        assert changed(change, {"title": "", "body": ""}) == {"title": "", "body": ""}
    assert changed(Change(typos=1), {"title": "at 123 a ll"}) == {"title": "at 123 a ll"}
