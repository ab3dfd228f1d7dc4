"""Kernel ridge regression in closed form, against one that is fitted anew without each record."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.kernel_ridge import KernelRidge as SklearnKernelRidge

from support.topics import random_features, random_given, random_spellings
from weaklabel.end_models.kernel import TAG_WEIGHT, KernelRidge, rbf_kernel
from weaklabel.terms import SpellingMatrix

N, TAGS, PENALTY = 15, 4, 0.7
OWN = np.eye(TAGS, dtype=np.bool_)  # each tag is scored without its own spellings
CLOSE = {"abs": 1e-6, "rel": 1e-5}


def make(seed=0, n=N):
    rng = np.random.default_rng(seed)
    features = random_features(rng, n, 5)
    return rng, features @ features.T, random_given(rng, n, TAGS)


def without_each(kernel, Y, penalty=PENALTY):
    """Scores of each record by a regression of the others; what is usual is that of all, as if it were known."""
    mean = Y.mean(axis=0)
    scores = np.empty(Y.shape)
    for left in range(len(Y)):
        rest = np.delete(np.arange(len(Y)), left)
        alpha = np.linalg.solve(kernel[np.ix_(rest, rest)] + penalty * np.eye(len(rest)), Y[rest] - mean)
        scores[left] = mean + kernel[left, rest] @ alpha
    return scores


@pytest.mark.parametrize("seed", range(3))
def test_scores_of_fitted_records_are_those_of_a_model_that_has_not_seen_them(seed):
    _, kernel, Y = make(seed)
    scores = KernelRidge(kernel, PENALTY).score(Y, np.ones(N, dtype=np.bool_))
    assert scores.dtype == np.float32
    assert scores == pytest.approx(without_each(kernel, Y.toarray()), **CLOSE)


def test_records_that_are_not_fitted_are_scored_by_all_that_are():
    rng, kernel, Y = make(4)
    fitted = rng.permutation(N) < 10
    scores = KernelRidge(kernel, PENALTY).score(Y, fitted)
    known, mean = Y.toarray()[fitted], Y.toarray()[fitted].mean(axis=0)
    inner = kernel[np.ix_(fitted, fitted)]
    reference = SklearnKernelRidge(alpha=PENALTY, kernel="precomputed").fit(inner, known - mean)
    assert scores[~fitted] == pytest.approx(reference.predict(kernel[np.ix_(~fitted, fitted)]) + mean, **CLOSE)
    assert scores[fitted] == pytest.approx(without_each(inner, known), **CLOSE)


def test_rows_that_are_not_fitted_are_not_read():
    rng, kernel, Y = make(5)
    fitted = rng.permutation(N) < 10
    other = Y.toarray()
    other[~fitted] = 1 - other[~fitted]
    model = KernelRidge(kernel, PENALTY)
    assert model.score(csr_array(other), fitted).tobytes() == model.score(Y, fitted).tobytes()


def test_a_records_own_tag_counts_in_its_score_as_one_of_all_in_the_mean_only():
    """The score without record i is m + k(K + λI)⁻¹(Y - m): Y_i is in the mean m alone, with 1/n."""
    _, kernel, Y = make(6)
    model, everyone = KernelRidge(kernel, PENALTY), np.ones(N, dtype=np.bool_)
    before = model.score(Y, everyone)
    for record in range(N):
        flipped = Y.toarray()
        change = 1 - 2 * flipped[record, 0]
        flipped[record, 0] += change
        after = model.score(csr_array(flipped), everyone)
        rest = np.delete(np.arange(N), record)
        weights = np.linalg.solve(kernel[np.ix_(rest, rest)] + PENALTY * np.eye(N - 1), kernel[rest, record])
        difference = float(after[record, 0]) - float(before[record, 0])
        assert difference == pytest.approx(change * (1 - weights.sum()) / N, abs=1e-6)
        assert after[:, 1:].tobytes() == before[:, 1:].tobytes()


@pytest.mark.parametrize("seed", range(3))
def test_a_tag_is_scored_by_the_other_tags_without_its_own_spellings(seed):
    rng, kernel, Y = make(seed)
    spellings = random_spellings(rng, N, [0, 0, 1, -1, 2, -1, 0])  # tag 0 has three spellings, tag 3 has none
    scores = KernelRidge(kernel, PENALTY).score_by_tags(Y, spellings, OWN)
    weights = spellings.weights.toarray()
    for tag in range(TAGS):
        others = weights[:, spellings.tag != tag]
        expected = without_each(kernel + TAG_WEIGHT * others @ others.T, Y.toarray()[:, [tag]])
        assert scores[:, [tag]] == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("seed", range(3))
def test_spellings_of_other_tags_may_be_hidden_too(seed):
    rng, kernel, Y = make(seed)
    owners = np.array([0, 0, 1, -1, 2, -1, 3])
    spellings = random_spellings(rng, N, owners)
    hidden = OWN | (rng.random((TAGS, TAGS)) < 0.4)
    scores = KernelRidge(kernel, PENALTY).score_by_tags(Y, spellings, hidden)
    for tag in range(TAGS):
        seen = [owner < 0 or not hidden[tag, owner] for owner in owners]
        others = spellings.weights.toarray()[:, seen]
        expected = without_each(kernel + TAG_WEIGHT * others @ others.T, Y.toarray()[:, [tag]])
        assert scores[:, [tag]] == pytest.approx(expected, **CLOSE)


def test_how_a_tag_itself_was_spelt_does_not_matter_to_it_and_does_to_others():
    rng, kernel, Y = make(7)
    spellings = random_spellings(rng, N, [0, 1, -1])
    other = spellings.weights.toarray()
    other[:, 0] = rng.random(N) < 0.5
    model = KernelRidge(kernel, PENALTY)
    before = model.score_by_tags(Y, spellings, OWN)
    after = model.score_by_tags(Y, SpellingMatrix(csr_array(other), spellings.tag), OWN)
    assert after[:, 0] == pytest.approx(before[:, 0], **CLOSE)
    assert np.abs(after[:, 1] - before[:, 1]).max() > 1e-3


def test_without_spellings_the_scores_by_tags_are_those_by_texts():
    _, kernel, Y = make(8)
    none = SpellingMatrix(csr_array((N, 0)), np.array([], dtype=np.int32))
    model = KernelRidge(kernel, PENALTY)
    assert model.score_by_tags(Y, none, OWN) == pytest.approx(model.score(Y, np.ones(N, dtype=np.bool_)), **CLOSE)


def test_some_of_the_records_are_a_model_of_their_own():
    _, kernel, Y = make(9)
    rows = np.array([8, 1, 5, 2, 11])
    part = KernelRidge(kernel, PENALTY).take(rows)
    scores = part.score(Y[rows], np.ones(5, dtype=np.bool_))
    assert scores == pytest.approx(without_each(kernel[np.ix_(rows, rows)], Y[rows].toarray()), **CLOSE)
    assert part.similarity(1, np.array([0, 4])).tolist() == [kernel[1, 8], kernel[1, 11]]


def test_a_rearrangement_of_all_records_is_taken_too():
    _, kernel, Y = make(10)
    order = np.arange(N)[::-1]
    scores = KernelRidge(kernel, PENALTY).take(order).score(Y[order], np.ones(N, dtype=np.bool_))
    assert scores == pytest.approx(without_each(kernel, Y.toarray())[order], **CLOSE)


def test_scoring_leaves_the_kernel_alone():
    rng, kernel, Y = make(11)
    before = kernel.copy()
    KernelRidge(kernel, PENALTY).score(Y, np.ones(N, dtype=np.bool_))
    KernelRidge(kernel, PENALTY).score_by_tags(Y, random_spellings(rng, N, [0, -1]), OWN)
    assert kernel.tobytes() == before.tobytes()


def test_the_kernel_of_embeddings_falls_with_the_squared_distance():
    vectors = random_features(np.random.default_rng(0), 6, 3)
    expected = [[np.exp(-((a - b) ** 2).sum() / 0.6) for b in vectors] for a in vectors]
    assert rbf_kernel(vectors, 0.6) == pytest.approx(np.array(expected), abs=1e-12)
