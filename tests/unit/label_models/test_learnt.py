"""What `dawid-skene`, `pooled`, `auto` and the estimated class balance learn from votes whose making is known."""

import numpy as np
import pytest

from weaklabel.label_models import VotePatterns, fit_label_model
from weaklabel.label_models.class_balance import estimate_class_balance
from weaklabel.label_models.pooled import DistinctVotes, Variant, fit_variant


def one_sided(rng, n, balance, hit, false_hit):
    """Votes of labeling functions that know one class each, and the classes."""
    classes = rng.choice(len(balance), n, p=balance)
    fires = [rng.random(n) < np.where(classes == j % len(balance), hit, false_hit) for j in range(3 * len(balance))]
    return np.stack([np.where(f, j % len(balance), -1) for j, f in enumerate(fires)], axis=1), classes


@pytest.mark.parametrize("seed", range(3))
def test_the_class_balance_is_found_from_labeling_functions_of_one_class_each(seed):
    balance = [0.6, 0.3, 0.1]
    L, classes = one_sided(np.random.default_rng(seed), 4_000, balance, hit=0.5, false_hit=0.03)
    covered = (L >= 0).any(axis=1)
    true = np.bincount(classes[covered], minlength=3) / covered.sum()
    found = estimate_class_balance(VotePatterns.of(L), 3)
    assert found.sum() == pytest.approx(1)
    np.testing.assert_allclose(found, true, atol=0.06)


def test_the_class_balance_of_no_votes_is_even():
    assert estimate_class_balance(VotePatterns.of([[-1, -1]] * 5), 4).tolist() == pytest.approx([0.25] * 4)


def test_the_class_balance_of_few_records_stays_near_even():
    found = estimate_class_balance(VotePatterns.of([[0, 0, 0]]), 2)
    assert 0.5 < found[0] < 0.6  # one record beside ten of an even balance


@pytest.mark.parametrize("method", ["dawid-skene", "pooled", "auto"])
def test_an_accurate_labeling_function_outweighs_two_poor_ones(method):
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 2, 3_000)
    right = rng.random((3_000, 6)) < [0.95, 0.95, 0.95, 0.6, 0.6, 0.6]
    L = np.where(right, classes[:, None], 1 - classes[:, None])
    model = fit_label_model(L, 2, method)
    row = [[1, -1, -1, 0, 0, -1]]
    assert model.predict_proba(row)[0, 1] > 0.65
    assert fit_label_model(L, 2, "majority").predict_proba(row)[0, 1] == pytest.approx(1 / 3)


@pytest.mark.parametrize("method", ["dawid-skene", "pooled", "auto"])
def test_an_abstain_is_evidence_where_labeling_functions_cover_their_class(method):
    # Each finds 80 % of its class: a record on which two of three say nothing is hardly of it.
    L, _ = one_sided(np.random.default_rng(1), 3_000, [0.5, 0.5], hit=0.8, false_hit=0.1)
    model = fit_label_model(L, 2, method)
    alone, with_others = model.predict_proba([[0, 1, -1, -1, -1, -1], [0, 1, 0, -1, 0, -1]])
    assert with_others[0] > alone[0]


def test_a_variant_that_is_deaf_to_silence_asks_only_those_that_vote():
    L, _ = one_sided(np.random.default_rng(1), 3_000, [0.5, 0.5], hit=0.8, false_hit=0.1)
    votes = DistinctVotes.of(VotePatterns.of(L), 2)
    even = np.array([0.5, 0.5])
    assert fit_variant(votes, even, Variant(hears_silence=False)).silence.tolist() == [0.0, 0.0]
    assert (fit_variant(votes, even, Variant()).silence < -0.1).all()


def test_labeling_functions_that_nearly_copy_count_less():
    rng = np.random.default_rng(3)
    classes = rng.integers(0, 2, 4_000)
    right = rng.random((4_000, 4)) < [0.8, 0.8, 0.8, 0.7]
    L = np.where(right, classes[:, None], 1 - classes[:, None])
    near = np.where(rng.random((4_000, 5)) < 0.95, L[:, 3:], -1)  # of the worst, each of which leaves out some
    model = fit_label_model(np.hstack([L, near]), 2, "pooled")
    row = [[1, 1, 1, *[0] * 6]]
    assert model.predict_proba(row)[0, 1] > 0.5
    assert fit_label_model(np.hstack([L, near]), 2, "dawid-skene").predict_proba(row)[0, 1] < 0.5


def test_auto_is_the_mean_of_the_evidence_of_its_variants():
    L = np.random.default_rng(4).integers(-1, 3, (60, 4))
    balance = np.array([0.2, 0.3, 0.5])
    votes = DistinctVotes.of(VotePatterns.of(L), 3)
    rows = VotePatterns.of([[0, 1, 2, 2], [1, 0, -1, -1]])
    variants = (Variant(hears_silence=False), Variant(), Variant(estimates_balance=True))
    answers = [fit_variant(votes, balance, variant).posterior(votes._one_hot_of(rows)) for variant in variants]
    product = np.prod(answers, axis=0) ** (1 / 3)
    expected = product / product.sum(axis=1, keepdims=True)
    found = fit_label_model(L, 3, "auto", class_balance=balance).predict_proba(rows)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_copy_that_speaks_up_only_later_still_counts_as_one():
    L = np.array([[0, 0, 1], [1, 1, 1], [0, 0, 0], [1, 1, 0]])
    model = fit_label_model(L, 2, "pooled")
    one, other, both = model.predict_proba([[0, -1, 1], [-1, 0, 1], [0, 0, 1]])
    np.testing.assert_allclose([other, both], [one, one], atol=1e-6)
