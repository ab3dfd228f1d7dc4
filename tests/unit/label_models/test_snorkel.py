"""Snorkel's LabelModel, written out, against its own training."""

import random

import numpy as np
import pytest
import torch
from snorkel.labeling.model import LabelModel

from support.vote_matrices import random_balance, random_votes
from weaklabel.errors import LabelModelError
from weaklabel.label_models import VotePatterns, fit_label_model
from weaklabel.label_models.overlaps import count_together
from weaklabel.label_models.snorkel import MIN_LFS, PRIOR_ACCURACY, _name_classes, fit_mu, fit_snorkel


def case(seed, k, *, uniform=False):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(30, 200)), int(rng.integers(MIN_LFS, 9))
    L = random_votes(rng, n, m, k, coverage=rng.uniform(0.3, 1), accuracy=rng.uniform(0.4, 0.9))
    L[0] = 0  # every labeling function votes at least once
    balance = np.full(k, 1 / k) if uniform else random_balance(rng, k)
    return L, balance


def snorkels_own(L, balance, seed):
    model = LabelModel(cardinality=len(balance), verbose=False)
    model.fit(L, class_balance=balance.tolist(), seed=seed, progress_bar=False)
    return model


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_mu_and_probabilities_are_those_of_snorkels_own_training(k, seed):
    L, balance = case(seed, k, uniform=seed == 0)
    own = snorkels_own(L, balance, seed)
    mu = fit_mu(count_together(VotePatterns.of(L), k), len(L), balance, seed)
    assert mu.dtype == np.float32
    np.testing.assert_allclose(mu, own.mu.detach().numpy(), atol=1e-5)
    covered = L[(L != -1).any(axis=1)]
    patterns = VotePatterns.of(covered)
    estimated = fit_snorkel(VotePatterns.of(L), balance, seed)(patterns)
    np.testing.assert_allclose(estimated, own.predict_proba(patterns.dense()), atol=1e-5)


def test_the_public_model_answers_as_snorkel_on_rows_with_conflicts():
    seed = 1
    L, balance = case(seed, 2)
    votes = L[[len(set(row[row != -1].tolist())) == 2 for row in L]]
    assert len(votes) > 5
    result = fit_label_model(L, 2, "snorkel", class_balance=balance, seed=seed).predict_proba(votes)
    np.testing.assert_allclose(result, snorkels_own(L, balance, seed).predict_proba(votes), atol=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_labeling_functions_and_records_changes_no_bit(seed):
    L, balance = case(seed, 2)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(L)), rng.permutation(L.shape[1])
    first = fit_label_model(L, 2, "snorkel", class_balance=balance).predict_proba(L)
    again = fit_label_model(L[rows][:, columns], 2, "snorkel", class_balance=balance).predict_proba(L[:, columns])
    np.testing.assert_array_equal(again, first)


def test_labeling_functions_that_never_vote_change_nothing():
    L, balance = case(1, 3)
    silent = np.insert(L, [0, 2, L.shape[1]], -1, axis=1)
    first = fit_label_model(L, 3, "snorkel", class_balance=balance).predict_proba(L)
    again = fit_label_model(silent, 3, "snorkel", class_balance=balance).predict_proba(silent)
    np.testing.assert_allclose(again, first, atol=1e-12)


def test_with_fewer_than_three_voting_labeling_functions_each_is_right_with_the_prior_accuracy():
    L = [[1, -1, -1], [1, 0, -1], [0, 0, -1]]
    result = fit_label_model(L, 2, "snorkel", class_balance=[0.4, 0.6]).predict_proba(L)
    right, wrong = PRIOR_ACCURACY, 1 - PRIOR_ACCURACY
    expected = [
        0.6 * right / (0.6 * right + 0.4 * wrong),
        0.6,  # one vote each way cancels
        1 - 0.4 * right**2 / (0.4 * right**2 + 0.6 * wrong**2),
    ]
    np.testing.assert_allclose(result[:, 1], expected, atol=1e-12)


def test_global_random_states_are_left_as_they_were():
    L, balance = case(2, 2)
    random.seed(11)
    np.random.seed(12)  # noqa: NPY002 - the global state is what the test is about
    torch.manual_seed(13)
    before = random.getstate(), np.random.get_state()[1].tobytes(), torch.get_rng_state().tolist()  # noqa: NPY002
    fit_label_model(L, 2, "snorkel", class_balance=balance, seed=5).predict_proba(L)
    after = random.getstate(), np.random.get_state()[1].tobytes(), torch.get_rng_state().tolist()  # noqa: NPY002
    assert after == before


def test_global_random_states_do_not_change_the_answer():
    L, balance = case(2, 2)
    results = set()
    for state in (1, 2):
        np.random.seed(state)  # noqa: NPY002 - the global state is what the test is about
        torch.manual_seed(state)
        results.add(fit_label_model(L, 2, "snorkel", class_balance=balance, seed=5).predict_proba(L).tobytes())
    assert len(results) == 1


def test_a_descent_that_diverges_is_an_error_and_not_the_class_balance():
    # Snorkel stops with "Loss is NaN. Consider reducing learning rate."; the prior for every row would hide that.
    rng = np.random.default_rng(0)
    L = random_votes(rng, 300, 120, 2, coverage=1, accuracy=0.4)
    with pytest.raises(LabelModelError):
        fit_label_model(L, 2, "snorkel", class_balance=[0.3, 0.7])


def test_classes_of_one_balance_are_named_so_that_labeling_functions_are_right_most_often():
    # Columns 0 and 1 of μ stand for each other's classes; the third has a balance of its own and stays.
    balance = np.array([0.3, 0.3, 0.4])
    named = np.array([[0.6, 0.1, 0.2], [0.2, 0.7, 0.1], [0.1, 0.1, 0.5]] * 2, dtype=np.float32)
    np.testing.assert_array_equal(_name_classes(named[:, [1, 0, 2]], balance), named)
    np.testing.assert_array_equal(_name_classes(named, balance), named)
    apart = np.array([0.25, 0.35, 0.4])
    np.testing.assert_array_equal(_name_classes(named[:, [1, 0, 2]], apart), named[:, [1, 0, 2]])
