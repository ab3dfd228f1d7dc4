"""Ridge regression on sparse features, against scikit-learn's, fitted anew on the other folds."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge

from support.topics import random_features, random_given, random_spellings
from weaklabel.end_models import linear
from weaklabel.end_models.kernel import TAG_WEIGHT, KernelRidge
from weaklabel.end_models.linear import LinearRidge
from weaklabel.terms import SpellingMatrix

N, TAGS, FEATURES, PENALTY = 22, 4, 6, 0.7
OWN = np.eye(TAGS, dtype=np.bool_)  # each tag is scored without its own spellings
EVERYONE = np.ones(N, dtype=np.bool_)
CLOSE = {"abs": 1e-5}


def make(seed=0):
    rng = np.random.default_rng(seed)
    features = random_features(rng, N, FEATURES)
    features[rng.random((N, FEATURES)) < 0.4] = 0
    return rng, features, random_given(rng, N, TAGS)


def model_of(features, seed=0):
    return LinearRidge(csr_array(features), seed, PENALTY)


def folds_of(model, n):
    """Which records stand in a fold with each: those whose own tag plays no part in its score."""
    score = lambda Y: model.score(csr_array(Y), np.ones(n, dtype=np.bool_))[:, 0]  # noqa: E731 - of one tag
    usual = score(np.zeros((n, 1)))
    plays_no_part = np.column_stack([np.abs(score(np.eye(n)[:, [other]]) - usual) < 1e-7 for other in range(n)])
    return [frozenset(np.flatnonzero(row).tolist()) for row in plays_no_part]


def by_ridge(X, Y, rows, of):
    """Predictions of scikit-learn's ridge regression without an intercept, on tags less their mean."""
    mean = Y[rows].mean(axis=0)
    return Ridge(alpha=PENALTY, fit_intercept=False).fit(X[rows], Y[rows] - mean).predict(X[of]) + mean


def by_folds(X, Y, folds):
    scores = np.empty(Y.shape)
    for fold in folds:
        part = sorted(fold)
        scores[part] = by_ridge(X, Y, np.setdiff1d(np.arange(len(Y)), part), part)
    return scores


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_records_stand_in_five_folds_of_like_size_and_no_fold_scores_itself(seed):
    _, features, _ = make()
    folds = folds_of(model_of(features, seed), N)
    assert all(record in fold for record, fold in enumerate(folds))
    assert all(folds[other] == fold for fold in folds for other in fold)
    assert sorted(len(fold) for fold in set(folds)) == [4, 4, 4, 5, 5]


def test_another_seed_makes_other_folds():
    _, features, _ = make()
    assert folds_of(model_of(features, 0), N) != folds_of(model_of(features, 1), N)
    assert folds_of(model_of(features, 1), N) == folds_of(model_of(features, 1), N)


@pytest.mark.parametrize("seed", range(3))
def test_each_fold_is_scored_by_a_regression_on_the_others(seed):
    _, features, Y = make(seed)
    model = model_of(features, seed)
    scores = model.score(Y, EVERYONE)
    assert scores.dtype == np.float32
    assert scores == pytest.approx(by_folds(features, Y.toarray(), set(folds_of(model, N))), **CLOSE)


def test_records_that_are_not_fitted_are_scored_by_all_that_are():
    rng, features, Y = make(3)
    fitted = rng.permutation(N) < 14
    scores = model_of(features).score(Y, fitted)
    rows = np.flatnonzero(fitted)
    assert scores[~fitted] == pytest.approx(by_ridge(features, Y.toarray(), rows, ~fitted), **CLOSE)
    folds = set(folds_of(model_of(features[fitted]), 14))
    assert scores[fitted] == pytest.approx(by_folds(features[fitted], Y.toarray()[fitted], folds), **CLOSE)


def test_rows_that_are_not_fitted_are_not_read():
    rng, features, Y = make(5)
    fitted = rng.permutation(N) < 14
    other = Y.toarray()
    other[~fitted] = 1 - other[~fitted]
    model = model_of(features)
    assert model.score(csr_array(other), fitted).tobytes() == model.score(Y, fitted).tobytes()


@pytest.mark.parametrize("seed", range(3))
def test_a_tag_is_scored_by_the_other_tags_without_its_own_spellings(seed):
    rng, features, Y = make(seed)
    spellings = random_spellings(rng, N, [0, 0, 1, -1, 2, -1, 0])
    model = model_of(features, seed)
    folds = set(folds_of(model, N))
    scores = model.score_by_tags(Y, spellings, OWN)
    weights = spellings.weights.toarray()
    for tag in range(TAGS):
        X = np.hstack([features, np.sqrt(TAG_WEIGHT) * weights[:, spellings.tag != tag]])
        assert scores[:, tag] == pytest.approx(by_folds(X, Y.toarray(), folds)[:, tag], **CLOSE)


@pytest.mark.parametrize("seed", range(3))
def test_spellings_of_other_tags_may_be_hidden_too(seed):
    rng, features, Y = make(seed)
    owners = np.array([0, 0, 1, -1, 2, -1, 3])
    spellings = random_spellings(rng, N, owners)
    hidden = OWN | (rng.random((TAGS, TAGS)) < 0.4)
    model = model_of(features, seed)
    scores = model.score_by_tags(Y, spellings, hidden)
    for tag in range(TAGS):
        seen = [owner < 0 or not hidden[tag, owner] for owner in owners]
        X = np.hstack([features, np.sqrt(TAG_WEIGHT) * spellings.weights.toarray()[:, seen]])
        assert scores[:, tag] == pytest.approx(by_folds(X, Y.toarray(), set(folds_of(model, N)))[:, tag], **CLOSE)


def test_only_the_spellings_that_most_authors_use_are_features(monkeypatch):
    rng, features, Y = make(4)
    spellings = random_spellings(rng, N, [0, 1, -1, 2, -1, 3])
    used = (spellings.weights.toarray() > 0).sum(axis=0)
    monkeypatch.setattr(linear, "MAX_SPELLINGS", 3)
    most = np.sort(np.argsort(-used, kind="stable")[:3])
    kept = SpellingMatrix(csr_array(spellings.weights.toarray()[:, most]), spellings.tag[most])
    found = model_of(features).score_by_tags(Y, spellings, OWN)
    monkeypatch.undo()
    assert sorted(used)[2] < sorted(used)[3]  # which three they are is beyond doubt
    assert found == pytest.approx(model_of(features).score_by_tags(Y, kept, OWN), **CLOSE)
    assert np.abs(found - model_of(features).score_by_tags(Y, spellings, OWN)).max() > 1e-3


def test_without_spellings_the_scores_by_tags_are_those_by_texts():
    _, features, Y = make(8)
    none = SpellingMatrix(csr_array((N, 0)), np.array([], dtype=np.int32))
    model = model_of(features)
    assert model.score_by_tags(Y, none, OWN) == pytest.approx(model.score(Y, EVERYONE), **CLOSE)


def test_the_linear_and_the_kernel_model_are_one_where_nothing_is_left_out():
    """(XXᵀ + λI)⁻¹ and (XᵀX + λI)⁻¹ predict the same for records that neither was fitted on."""
    rng, features, Y = make(9)
    fitted = rng.permutation(N) < 15
    others = np.flatnonzero(~fitted)
    kernel = KernelRidge(features @ features.T, PENALTY)
    assert model_of(features).score(Y, fitted)[others] == pytest.approx(kernel.score(Y, fitted)[others], **CLOSE)
    assert model_of(features).similarity(3, others) == pytest.approx(kernel.similarity(3, others), abs=1e-12)


def test_some_of_the_records_are_a_model_of_their_own():
    _, features, Y = make(10)
    rows = np.array([8, 1, 5, 2, 11, 3, 20])
    part = model_of(features, 4).take(rows)
    fresh = model_of(features[rows], 4)
    everyone = np.ones(len(rows), dtype=np.bool_)
    assert part.score(Y[rows], everyone).tolist() == fresh.score(Y[rows], everyone).tolist()
    assert part.penalty == PENALTY


def test_fewer_records_than_folds_have_scores():
    """With two records, each is scored by the other: its tags, and as much more as the texts are alike."""
    model = LinearRidge(csr_array([[1.0, 0.0], [0.6, 0.8]]), 0, PENALTY)
    scores = model.score(csr_array([[1.0, 0.0], [0.0, 0.0]]), np.ones(2, dtype=np.bool_))
    assert scores.tolist() == [[0.0, 0.0], [1.0, 0.0]]
