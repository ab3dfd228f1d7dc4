import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import binom

from weaklabel.suggest import LiftPrior
from weaklabel.suggest.precision import LIFTS


def ones(*values):
    return np.array(values, dtype=np.float64)


def test_a_prior_at_one_lift_says_the_same_of_all():
    weights = np.where(LIFTS == 2.0, 1.0, 0.0)
    estimate = LiftPrior(weights).estimate(ones(0, 5, 50), ones(5, 5, 100), 0.2)
    expected = expit(logit(0.2) + 2)
    assert estimate.mean == pytest.approx([expected] * 3)
    assert estimate.low == pytest.approx([expected] * 3)
    assert estimate.high == pytest.approx([expected] * 3)


def test_the_posterior_is_bayes_rule_over_the_grid():
    weights = np.where(LIFTS == 0, 0.9, np.where(LIFTS == 4, 0.1, 0.0))
    p = expit(logit(0.1) + np.array([0.0, 4.0]))
    for k, n in ((3, 3), (1, 4), (0, 2)):
        share = np.array([0.9, 0.1]) * binom.pmf(k, n, p)
        share /= share.sum()
        found = LiftPrior(weights).estimate(ones(k), ones(n), 0.1)
        assert found.mean[0] == pytest.approx(share @ p)
        assert found.low[0] == pytest.approx(p[0] if share[0] >= 0.05 else p[1])
        assert found.high[0] == pytest.approx(p[0] if share[0] >= 0.95 else p[1])


def test_the_prior_finds_two_kinds_of_candidates():
    rng = np.random.default_rng(0)
    lift = np.where(rng.random(20_000) < 0.9, 0.0, 4.0)
    k = rng.binomial(20, expit(logit(0.1) + lift)).astype(np.float64)
    prior = LiftPrior.fit(k, np.full(len(k), 20.0), np.full(len(k), 0.1), np.ones(len(k)))
    assert prior.weights.sum() == pytest.approx(1)
    assert prior.weights[LIFTS > 2].sum() == pytest.approx(0.1, abs=0.01)


def test_counts_stand_for_candidates():
    k, n, base = ones(0, 3), ones(3, 3), ones(0.1, 0.1)
    many = LiftPrior.fit(np.repeat(k, [7, 2]), np.repeat(n, [7, 2]), np.repeat(base, [7, 2]), np.ones(9))
    assert LiftPrior.fit(k, n, base, ones(7, 2)).weights == pytest.approx(many.weights)


def test_few_records_are_believed_less_than_many_with_the_same_share():
    kinds = [(0, 3, 5000), (1, 3, 200), (3, 3, 20), (0, 30, 500), (30, 30, 5)]
    k, n, count = (ones(*column) for column in zip(*kinds, strict=True))
    prior = LiftPrior.fit(k, n, np.full(5, 0.02), count)
    estimate = prior.estimate(ones(3, 30), ones(3, 30), 0.02)
    assert estimate.mean[0] < estimate.mean[1]
    assert estimate.low[0] < estimate.low[1] <= estimate.mean[1] <= estimate.high[1]


def test_selection_does_not_bias_the_estimate():
    rng = np.random.default_rng(1)
    p = expit(logit(0.05) + np.where(rng.random(50_000) < 0.95, rng.normal(0, 0.3, 50_000), rng.normal(4, 1, 50_000)))
    k, n = rng.binomial(8, p).astype(np.float64), np.full(50_000, 8.0)
    estimate = LiftPrior.fit(k, n, np.full(50_000, 0.05), np.ones(50_000)).estimate(k, n, 0.05)
    chosen = estimate.mean >= 0.7
    assert chosen.sum() > 500
    assert estimate.mean[chosen].mean() == pytest.approx(p[chosen].mean(), abs=0.01)
    assert (k / n)[chosen].mean() > p[chosen].mean() + 0.03  # what the naive share would have said
    assert np.mean((estimate.low <= p) & (p <= estimate.high)) > 0.85


def test_without_candidates_the_prior_is_flat():
    prior = LiftPrior.fit(ones(), ones(), ones(), ones())
    assert prior.weights == pytest.approx(np.full(len(LIFTS), 1 / len(LIFTS)))
    assert len(prior.estimate(ones(), ones(), 0.1).mean) == 0
