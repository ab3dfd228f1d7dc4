"""Label models and vote patterns against slow references, brute force, and each other."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from support import label_model_reference as reference
from weaklabel.label_models import VotePatterns, fit_label_model
from weaklabel.label_models.dawid_skene import estimate_error_rates, fit_dawid_skene
from weaklabel.label_models.overlaps import count_together
from weaklabel.label_models.patterns import group_rows
from weaklabel.label_models.pooled import DistinctVotes, Variant, fit_pooled, fit_variant
from weaklabel.label_models.snorkel import MIN_LFS


@st.composite
def matrices(draw, min_rows=0, max_rows=14, max_lfs=5):
    """A vote matrix with few enough values that rows and columns repeat, and its number of classes."""
    k = draw(st.integers(2, 4))
    m = draw(st.integers(1, max_lfs))
    row = st.lists(st.integers(-1, k - 1), min_size=m, max_size=m)
    rows = draw(st.lists(row, min_size=min_rows, max_size=max_rows))
    return np.array(rows, dtype=np.int64).reshape(len(rows), m), k


@st.composite
def balances(draw, k):
    weights = np.array(draw(st.lists(st.integers(1, 9), min_size=k, max_size=k)), dtype=np.float64)
    return weights / weights.sum()


def as_counter(patterns):
    return Counter(dict(zip(map(tuple, patterns.dense().tolist()), patterns.counts.tolist(), strict=True)))


# ---- patterns ----------------------------------------------------------------------------------------------------


@given(matrices())
def test_patterns_are_the_distinct_rows_with_their_counts(case):
    L, k = case
    patterns, inverse = group_rows(L)
    assert as_counter(patterns) == Counter(map(tuple, L.tolist()))
    assert len(patterns) == len(set(map(tuple, L.tolist())))
    assert patterns.dense()[inverse].tolist() == L.tolist()
    assert (patterns.n_records, patterns.n_lfs) == L.shape
    assert patterns.n_votes.tolist() == (patterns.dense() >= 0).sum(axis=1).tolist()
    expected = [[row.count(c) for c in range(k)] for row in patterns.dense().tolist()]
    assert patterns.class_counts(k).tolist() == expected
    one_hot = (patterns.dense()[:, :, None] == np.arange(k)).reshape(len(patterns), k * L.shape[1])
    assert (patterns.one_hot(k).toarray() == one_hot).all()


@given(matrices(), st.data())
def test_counts_of_parts_add_up(case, data):
    L, _ = case
    of_part = data.draw(st.lists(st.integers(0, 2), min_size=len(L), max_size=len(L)))
    parts = [VotePatterns.of(L[np.array(of_part, dtype=int) == i]) for i in range(3)]
    for added in (parts[0] + parts[1] + parts[2], parts[2] + (parts[0] + parts[1])):
        whole = VotePatterns.of(L)
        assert added.dense().tolist() == whole.dense().tolist()  # the same order too
        assert added.counts.tolist() == whole.counts.tolist()


@given(matrices(), st.data())
def test_weights_are_repeated_rows(case, data):
    L, _ = case
    weights = data.draw(st.lists(st.integers(0, 3), min_size=len(L), max_size=len(L)))
    repeated = Counter()
    for row, weight in zip(map(tuple, L.tolist()), weights, strict=True):
        repeated[row] += weight
    weighted = VotePatterns.of(L, np.array(weights, dtype=np.int64))
    assert as_counter(weighted) == +repeated


@given(matrices(), st.data())
def test_columns_of_patterns_are_patterns_of_columns(case, data):
    L, _ = case
    columns = np.array(data.draw(st.permutations(range(L.shape[1]))))[: data.draw(st.integers(1, L.shape[1]))]
    found = VotePatterns.of(L).of_lfs(columns)
    expected = VotePatterns.of(L[:, columns])
    assert found.dense().tolist() == expected.dense().tolist()
    assert found.counts.tolist() == expected.counts.tolist()


@given(matrices())
def test_overlaps_are_counted_as_pair_by_pair(case):
    L, k = case
    together = count_together(VotePatterns.of(L), k)
    for i in range(together.shape[0]):
        for j in range(together.shape[0]):
            both = (L[:, i // k] == i % k) & (L[:, j // k] == j % k)
            assert together[i, j] == both.sum()


# ---- Dawid and Skene ---------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(matrices(min_rows=1), st.data())
def test_dawid_skene_on_patterns_is_em_row_by_row(case, data):
    L, k = case
    assume((L >= 0).any())
    balance = data.draw(balances(k))
    expected = reference.dawid_skene(L.tolist(), k, balance.tolist())
    rows = VotePatterns.of(list(expected))
    found = fit_dawid_skene(VotePatterns.of(L), balance, 0)(rows)
    np.testing.assert_allclose(found, [expected[tuple(row)] for row in rows.dense().tolist()], atol=1e-4)


@settings(deadline=None)
@given(matrices(min_rows=1, max_lfs=3), st.data())
def test_the_posterior_is_bayes_rule_over_the_error_rates(case, data):
    L, k = case
    balance = data.draw(balances(k))
    patterns = VotePatterns.of(L)
    votes = patterns.one_hot(k)
    soft = np.array([data.draw(balances(k)) for _ in range(len(patterns))])
    rates = estimate_error_rates(votes, patterns.counts.astype(np.float64), soft)
    m = L.shape[1]
    silence = np.exp(rates.silence)
    for row, found in zip(patterns.dense().tolist(), rates.posterior(votes, balance).tolist(), strict=True):
        weights = [
            balance[y]
            * silence[y]
            * math.prod(math.exp(rates.votes[j * k + v, y]) for j, v in enumerate(row) if v >= 0)
            for y in range(k)
        ]
        assert found == pytest.approx((np.array(weights) / sum(weights)).tolist(), abs=1e-9)
    # All rows there could be have probabilities that sum to 1, whatever the class.
    every = np.array(np.meshgrid(*[np.arange(-1, k)] * m)).reshape(m, -1).T
    logs = VotePatterns.of(every).one_hot(k) @ rates.votes + rates.silence
    np.testing.assert_allclose(np.exp(logs).sum(axis=0), 1, atol=1e-9)


# ---- pooled ------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(matrices(min_rows=1), st.booleans(), st.booleans(), st.data())
def test_pooled_on_patterns_is_its_equations_row_by_row(case, hears, estimates, data):
    L, k = case
    assume((L >= 0).any())
    balance = data.draw(balances(k))
    expected = reference.pooled(L.tolist(), k, balance.tolist(), hears_silence=hears, estimates_balance=estimates)
    patterns = VotePatterns.of(L)
    votes = DistinctVotes.of(patterns, k)
    evidence = fit_variant(votes, balance, Variant(hears, estimates))
    rows = patterns.take(np.flatnonzero(patterns.n_votes))
    found = evidence.posterior(votes.one_hot)
    np.testing.assert_allclose(found, [expected[tuple(row)] for row in rows.dense().tolist()], atol=1e-6)


@settings(deadline=None)
@given(matrices(min_rows=1), st.sampled_from(["pooled", "auto"]), st.data())
def test_copies_change_no_answer(case, method, data):
    L, k = case
    copies = data.draw(st.lists(st.integers(0, L.shape[1] - 1), max_size=6))
    columns = data.draw(st.permutations([*range(L.shape[1]), *copies]))
    first = fit_label_model(L, k, method).predict_proba(L)
    again = fit_label_model(L[:, columns], k, method).predict_proba(L[:, columns])
    np.testing.assert_allclose(again, first, atol=1e-6)


# ---- all ---------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=200)
@given(matrices(min_rows=1), st.sampled_from(["auto", "dawid-skene", "majority", "pooled", "snorkel"]), st.data())
@example((np.array([[0, -1, 1, -1], [-1, 0, -1, 0], [-1, 1, -1, 1], [-1, 1, -1, -1]]), 2), "pooled", None)
def test_order_never_matters_and_unanimity_always_does(case, method, data):
    L, k = case
    if data is None:
        balance, rows, columns = np.full(k, 1 / k), np.array([2, 0, 3, 1]), np.array([3, 1, 0, 2])
    else:
        balance = data.draw(balances(k))
        rows = np.array(data.draw(st.permutations(range(len(L)))))
        columns = np.array(data.draw(st.permutations(range(L.shape[1]))))
    model = fit_label_model(L, k, method, class_balance=balance)
    first = model.predict_proba(L)
    again = fit_label_model(L[rows][:, columns], k, method, class_balance=balance).predict_proba(L[:, columns])
    np.testing.assert_allclose(again, first, atol=1e-6)
    np.testing.assert_allclose(first.sum(axis=1), 1, atol=1e-9)
    for row, answer in zip(L.tolist(), first, strict=True):
        voted = set(row) - {-1}
        if not voted:
            assert answer.tolist() == model.class_balance.tolist()
        if len(voted) == 1:
            assert answer.argmax() == voted.pop()


@settings(deadline=None)
@given(matrices(min_rows=1, max_lfs=MIN_LFS - 1), st.data())
def test_snorkel_with_too_few_labeling_functions_is_bayes_rule_with_one_accuracy(case, data):
    L, k = case
    balance = data.draw(balances(k))
    result = fit_label_model(L, k, "snorkel", class_balance=balance).predict_proba(L)
    for row, answer in zip(L.tolist(), result.tolist(), strict=True):
        if len(set(row) - {-1}) > 1:  # where votes agree, no answer may go against them
            weights = [
                balance[y] * math.prod(0.7 if v == y else 0.3 / (k - 1) for v in row if v >= 0) for y in range(k)
            ]
            assert answer == pytest.approx((np.array(weights) / sum(weights)).tolist(), abs=1e-9)


def test_pooled_is_the_variant_that_hears_silence():
    L = np.random.default_rng(1).integers(-1, 3, (40, 4))
    patterns, balance = VotePatterns.of(L), np.array([0.2, 0.3, 0.5])
    expected = reference.pooled(L.tolist(), 3, balance.tolist())
    rows = VotePatterns.of(list(expected))
    found = fit_pooled(patterns, balance, 0)(rows)
    np.testing.assert_allclose(found, [expected[tuple(row)] for row in rows.dense().tolist()], atol=2e-4)
