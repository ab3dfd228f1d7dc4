"""Copies of given tags: with mislabels, or with most of them hidden."""

import numpy as np
import pytest

from weaklabel.queueing.copies import as_given, plant_mislabels, with_tags
from weaklabel.tags import given_matrix, resolve_tags
from weaklabel.terms import Tag, Vocabulary

VOCABULARY = Vocabulary.of([Tag("fox"), Tag("owl", aliases=("strix",)), Tag("bee")])


def test_a_tenth_is_dropped_and_as_many_are_added():
    truth = np.random.default_rng(0).random((300, 12)) < 0.25
    noisy = plant_mislabels(truth, is_exclusive=False, seed=1)
    wanted = round(truth.sum() / 10)
    assert (truth & ~noisy).sum() == wanted
    assert (noisy & ~truth).sum() == wanted
    np.testing.assert_array_equal(plant_mislabels(truth, is_exclusive=False, seed=1), noisy)
    assert (plant_mislabels(truth, is_exclusive=False, seed=2) != noisy).any()


def test_only_some_records_change():
    truth = np.random.default_rng(0).random((300, 12)) < 0.25
    within = np.arange(300) % 3 == 0
    noisy = plant_mislabels(truth, within, is_exclusive=False, seed=1)
    wanted = round(truth[within].sum() / 10)
    assert (truth & ~noisy).sum() == (noisy & ~truth).sum() == wanted
    np.testing.assert_array_equal(noisy[~within], truth[~within])


def test_frequent_tags_are_added_more_often():
    truth = np.zeros((400, 3), dtype=bool)
    truth[:200, 0], truth[:30, 1], truth[:100, 2] = True, True, True
    added = sum(plant_mislabels(truth, is_exclusive=False, seed=s)[200:].sum(axis=0) for s in range(20))
    assert added[0] > added[2] > added[1] > 0


def test_an_exclusive_class_is_changed_into_another():
    truth = np.eye(3, dtype=bool)[np.arange(90) % 3]
    noisy = plant_mislabels(truth, is_exclusive=True, seed=0)
    assert (noisy.sum(axis=1) == 1).all()
    assert (noisy != truth).any(axis=1).sum() == 9


def test_a_class_that_is_everywhere_has_no_other():
    truth = np.ones((20, 1), dtype=bool)
    assert plant_mislabels(truth, is_exclusive=False, seed=0).sum() == 18


def test_tags_become_given_ones_and_back():
    tags = np.array([[True, False, True], [False, False, False], [True, True, False]])
    labelled = np.array([True, True, False])
    given = as_given(tags, labelled, VOCABULARY)
    assert given[2] is None
    matrix = given_matrix(given, VOCABULARY)
    np.testing.assert_array_equal(matrix.tags.toarray() > 0, tags & labelled[:, None])
    np.testing.assert_array_equal(matrix.labelled, labelled)


@pytest.mark.parametrize(  # the vocabulary's order is bee, fox, owl
    ("wanted", "spelt"), [([0, 1, 1], ["fox", "strix", "?"]), ([1, 0, 1], ["strix", "?", "bee"])]
)
def test_spellings_stay_as_they_were(wanted, spelt):
    given = resolve_tags([("fox", "strix", "?"), None], VOCABULARY)
    changed = with_tags(given, np.array([wanted, [1, 1, 1]]) > 0, VOCABULARY)
    assert [tag.spelling for tag in changed[0]] == spelt
    assert changed[1] is None
