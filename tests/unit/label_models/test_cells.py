"""One small binary label model a tag, with silence and competitor."""

from itertools import count

import numpy as np
import pytest

from support.made import make_votes
from weaklabel.label_models import cells as cells_module
from weaklabel.label_models import fit_label_model, resolve_cells

A, B, C, D = range(4)


def as_dict(cells):
    keys = zip(cells.record.tolist(), cells.tag.tolist(), strict=True)
    return dict(zip(keys, cells.probability.tolist(), strict=True))


def small_votes():
    """Six records. Tag A: two labeling functions say present (0, 1), one absent (1, 2); tag B: present in 3."""
    rows = [(A, 0, 0, 1), (A, 1, 0, 1), (A, 1, 1, 1), (A, 1, 2, -1), (A, 2, 2, -1), (B, 3, 3, 1), (B, 0, 3, 1)]
    return make_votes(rows, n_records=6, lf_ids=["a", "b", "c", "d"])


def test_silence_and_competitor_are_two_more_labeling_functions():
    """Where no vote says present, silence votes absent; where another tag is present there, so does competitor."""
    x = -1
    # Columns: a, b, c, silence, competitor. Records 0 and 1 say present; 2 is denied and no other tag is there;
    # 3 is silent and has tag B; 4 and 5 have nothing.
    L = [[1, x, x, x, x], [1, 1, 0, x, x], [x, x, 0, 0, x], [x, x, x, 0, 0], [x, x, x, 0, x], [x, x, x, 0, x]]
    model = fit_label_model(L, 2, "snorkel", class_balance=[0.8, 0.2], seed=3)
    expected = model.predict_proba(L)[:, 1]
    cells = resolve_cells(small_votes(), 3, "snorkel", class_balance=np.array([0.2, 0.5, 0.5]), seed=3)
    found = as_dict(cells)
    for record in (0, 2):
        assert found[record, A] == pytest.approx(expected[record], abs=1e-9), record
    assert cells.silent[A].tolist() == pytest.approx([expected[4], expected[3]], abs=1e-9)
    assert cells.has_positive.tolist() == [True, True, False, True, False, False]


def test_votes_both_ways_are_weighed_as_two_sides_and_absent_is_at_least_as_strong_as_silence():
    x = -1
    L = [[1, x, x, x, x], [1, 1, 0, x, x], [x, x, 0, 0, x], [x, x, x, 0, 0], [x, x, x, 0, x], [x, x, x, 0, x]]
    model = fit_label_model(L, 2, "snorkel", class_balance=[0.8, 0.2], seed=3)
    sides = model.predict_proba([[1, 1, x, x, x], [x, x, 0, 0, 0], [x, x, x, 0, 0]])[:, 1]
    present, absent, silent = np.log(sides / (1 - sides))
    log_odds = present + min(absent, silent) - np.log(0.2 / 0.8)
    cells = resolve_cells(small_votes(), 3, "snorkel", class_balance=np.array([0.2, 0.5, 0.5]), seed=3)
    assert as_dict(cells)[1, A] == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-9)


def test_a_tag_whose_label_model_diverges_is_resolved_by_prior_accuracy_and_named():
    rng = np.random.default_rng(0)
    rows = [(A, r, lf, 1) for r in range(60) for lf in range(64) if rng.random() < 0.98] + [(B, 0, 64, 1)]
    votes = make_votes(rows, n_records=60, lf_ids=[f"lf{i:02}" for i in range(65)])
    cells = resolve_cells(votes, 2, "snorkel")
    assert cells.diverged == (A,)
    assert (cells.probability[cells.tag == A] > 0.99).all()
    assert (cells.silent[A] < 0.5).all()


def test_competitor_votes_absent_where_the_tag_is_denied_and_another_is_present():
    rows = [(A, 0, 0, -1), (B, 0, 1, 1), (A, 1, 0, -1), (A, 2, 2, 1)]
    x = -1
    L = [[0, x, 0, 0], [0, x, 0, x], [x, 1, x, x], [x, x, 0, x]]
    model = fit_label_model(L, 2, "snorkel", seed=0)
    expected = model.predict_proba(L)[:, 1]
    votes = make_votes(rows, n_records=4, lf_ids=["a", "b", "c"])
    found = as_dict(resolve_cells(votes, 2, "snorkel"))
    assert [found[record, A] for record in range(3)] == pytest.approx(expected[:3].tolist(), abs=1e-9)


def test_majority_counts_votes_as_they_are():
    cells = resolve_cells(small_votes(), 3, "majority", class_balance=np.array([0.2, 0.3, 0.5]))
    assert as_dict(cells) == pytest.approx({(0, A): 1, (0, B): 1, (1, A): 2 / 3, (2, A): 0, (3, B): 1})
    # A silent cell has no vote at all, so it keeps the prior; tag C has no votes anywhere: nothing is known.
    assert cells.silent[:2].tolist() == [pytest.approx([0.2, 0.2]), pytest.approx([0.3, 0.3])]
    assert np.isnan(cells.silent[C]).all()


@pytest.mark.parametrize("method", ["majority", "snorkel"])
def test_every_voted_cell_has_a_probability_and_no_other(method):
    cells = resolve_cells(small_votes(), 3, method)
    keys = list(zip(cells.record.tolist(), cells.tag.tolist(), strict=True))
    assert keys == [(0, A), (0, B), (1, A), (2, A), (3, B)]
    assert cells.voted.all()


def test_a_silent_cell_is_less_likely_than_one_that_is_voted_present():
    cells = resolve_cells(small_votes(), 3, "snorkel")
    found = as_dict(cells)
    assert found[0, A] > 0.5 > max(cells.silent[A])


def random_cell_votes(seed, *, present_only=False):
    rng = np.random.default_rng(seed)
    n, lf_count, tags = 60, 9, 6
    rows = {}
    for _ in range(260):
        lf = int(rng.integers(lf_count))
        key = (lf % tags if rng.random() < 0.8 else int(rng.integers(tags)), int(rng.integers(n)), lf)
        rows[key] = 1 if present_only or rng.random() < 0.7 else -1
    return make_votes([(*key, vote) for key, vote in rows.items()], n_records=n, lf_ids=list("abcdefghi"))


@pytest.mark.parametrize("method", ["majority", "snorkel"])
def test_cells_whose_votes_all_say_present_have_at_least_one_half(method):
    for seed in range(6):
        votes = random_cell_votes(seed)
        says = {}
        for tag, record, vote in zip(votes.tag.tolist(), votes.record.tolist(), votes.vote.tolist(), strict=True):
            says.setdefault((record, tag), set()).add(vote)
        found = as_dict(resolve_cells(votes, 6, method, class_balance=np.full(6, 0.01)))
        unanimous = {key for key, seen in says.items() if seen == {1}}
        assert len(unanimous) > 50
        assert min(found[key] for key in unanimous) >= 0.5
        assert max(found[key] for key, seen in says.items() if seen == {-1}) <= 0.5


def test_tags_with_the_same_pattern_share_one_fit_and_the_answer_of_fitting_each_alone(monkeypatch):
    # Tags A, B and C have the same votes on other records; D differs by one vote.
    pattern = [(0, 0, 1), (1, 0, 1), (1, 1, 1), (2, 1, -1)]
    shift = {A: 0, B: 4, C: 8, D: 12}
    rows = [(tag, record + by, lf, vote) for tag, by in shift.items() for record, lf, vote in pattern]
    votes = make_votes([*rows, (D, 15, 1, 1)], n_records=20, lf_ids=["a", "b"])
    fits = []

    def counting(*arguments, **options):
        fits.append(arguments)
        return fit_label_model(*arguments, **options)

    monkeypatch.setattr(cells_module, "fit_label_model", counting)
    together = as_dict(resolve_cells(votes, 4, "snorkel", seed=1))
    assert len(fits) == 2
    monkeypatch.setattr(cells_module, "_VoteTable", _Unshared)
    alone = as_dict(resolve_cells(votes, 4, "snorkel", seed=1))
    assert len(fits) == 2 + 4
    assert together == alone
    assert together[0, A] == together[4, B] == together[8, C]


_numbers = count()


class _Unshared(cells_module._VoteTable):
    """A vote table that never shares its label model with another tag's."""

    def key(self, p):
        return str(next(_numbers)).encode()


@pytest.mark.parametrize("seed", range(3))
def test_sharing_fits_changes_no_probability(monkeypatch, seed):
    votes = random_cell_votes(seed)
    balance = np.array([0.5, 0.5, 0.2, 0.2, 0.7, 0.7])
    shared = resolve_cells(votes, 6, "snorkel", class_balance=balance)
    monkeypatch.setattr(cells_module, "_VoteTable", _Unshared)
    alone = resolve_cells(votes, 6, "snorkel", class_balance=balance)
    np.testing.assert_array_equal(shared.probability, alone.probability)
    np.testing.assert_array_equal(shared.silent, alone.silent)


def test_tags_with_the_same_patterns_in_other_numbers_are_fitted_apart(monkeypatch):
    agreeing, denied = [(0, 1), (1, 1)], [(0, 1), (1, -1)]
    records = {A: [agreeing, agreeing, denied], B: [agreeing, denied, denied]}
    rows = [
        (tag, record, lf, vote)
        for tag, patterns in records.items()
        for record, pattern in enumerate(patterns)
        for lf, vote in pattern
    ]
    votes = make_votes(rows, n_records=9, lf_ids=["a", "b"])
    shared = resolve_cells(votes, 2, "snorkel")
    monkeypatch.setattr(cells_module, "_VoteTable", _Unshared)
    np.testing.assert_array_equal(shared.probability, resolve_cells(votes, 2, "snorkel").probability)
    found = as_dict(shared)
    assert found[2, A] != found[2, B]  # the same votes, judged by other fits


def test_tags_with_the_same_votes_and_other_priors_are_fitted_apart():
    rows = [(tag, record, lf, 1) for tag in (A, B) for record in (0, 1) for lf in (0, 1)]
    votes = make_votes([*rows, (A, 2, 0, -1), (B, 2, 0, -1)], n_records=9, lf_ids=["a", "b"])
    cells = resolve_cells(votes, 2, "snorkel", class_balance=np.array([0.1, 0.6]))
    assert cells.silent[A, 0] < cells.silent[B, 0]


def test_no_votes_at_all():
    cells = resolve_cells(make_votes([], n_records=3, lf_ids=["a"]), 2, "snorkel")
    assert len(cells) == 0
    assert np.isnan(cells.silent).all()
    assert cells.silent.shape == (2, 2)
    assert cells.has_positive.tolist() == [False, False, False]


def test_progress_counts_tags():
    steps = []
    resolve_cells(small_votes(), 3, "majority", on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
