"""Vote patterns: what the property tests do not reach."""

import numpy as np
import pytest

from weaklabel.errors import LabelModelError
from weaklabel.label_models import VotePatterns, patterns
from weaklabel.label_models.patterns import group_rows


def test_many_blocks_give_what_one_does(monkeypatch):
    L = np.random.default_rng(0).integers(-1, 3, (500, 4))
    whole, inverse = group_rows(L)
    monkeypatch.setattr(patterns, "BLOCK_BYTES", 4 * 37)
    cut, cut_inverse = group_rows(L)
    assert cut.dense().tolist() == whole.dense().tolist()
    assert cut.counts.tolist() == whole.counts.tolist()
    assert cut_inverse.tolist() == inverse.tolist()


def test_rows_that_share_half_of_a_hash_stay_apart(monkeypatch):
    # The first of the two halves sees nothing but whether there are votes.
    salted = patterns._mix

    def blind(numbers):
        first = numbers[0] == np.uint64(patterns.SALTS[0])
        return np.zeros_like(numbers) if first else salted(numbers)

    monkeypatch.setattr(patterns, "_mix", blind)
    L = np.random.default_rng(1).integers(-1, 2, (300, 3))
    found, inverse = group_rows(L)
    assert sorted(found.dense().tolist()) == np.unique(L, axis=0).tolist()
    assert found.dense()[inverse].tolist() == L.tolist()


@pytest.mark.parametrize("classes", [126, 127, 128, 300])
def test_many_classes(classes):
    L = np.array([[0, classes - 1], [classes - 1, -1], [0, classes - 1]])
    found = VotePatterns.of(L)
    assert sorted(zip(found.dense().tolist(), found.counts.tolist(), strict=True)) == [
        ([0, classes - 1], 2),
        ([classes - 1, -1], 1),
    ]
    assert found.votes.dtype == (np.int8 if classes <= 127 else np.int32)
    assert found.class_counts(classes).sum(axis=1).tolist() == found.n_votes.tolist()


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int64, np.uint8])
def test_the_type_of_the_votes_does_not_matter(dtype):
    L = np.array([[0, 1], [1, 1], [0, 1]], dtype=dtype)
    assert VotePatterns.of(L).dense().tolist() == VotePatterns.of(L.astype(np.int64)).dense().tolist()


def test_a_matrix_that_is_not_contiguous():
    L = np.random.default_rng(2).integers(-1, 3, (40, 8)).astype(np.int8)
    for view in (L.T, L[::2, ::-1], np.asfortranarray(L)):
        assert VotePatterns.of(view).dense().tolist() == VotePatterns.of(view.copy()).dense().tolist()


def test_adding_needs_the_same_labeling_functions():
    with pytest.raises(LabelModelError) as caught:
        VotePatterns.of([[0, 1]]) + VotePatterns.of([[0, 1, 1]])
    assert "of 2 and of 3 labeling functions" in str(caught.value)
    with pytest.raises(TypeError):
        VotePatterns.of([[0, 1]]) + 1


@pytest.mark.parametrize("counts", [[1], [1, 2, 3], [1.0, 2.0], [1, -1], [[1, 1]]])
def test_counts_that_do_not_fit_are_said_to(counts):
    with pytest.raises(LabelModelError) as caught:
        VotePatterns.of([[0], [1]], counts)
    assert "the counts must be 2 whole numbers" in str(caught.value)


def test_one_hot_in_an_order_of_labeling_functions():
    found = VotePatterns.of([[0, 2, -1]]).one_hot(3, np.array([2, 1, 0]))
    assert found.toarray().tolist() == [[0, 0, 0, 0, 0, 1, 1, 0, 0]]
