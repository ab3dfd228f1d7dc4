"""What holds for every query strategy, and for mixtures of them."""

import numpy as np
import pytest

from support.evidence import make_evidence, permute
from weaklabel.sampling import POOLS, STRATEGIES, Ranking, parse_mixture

MIXTURE = "expected_correction:.7,diversity:.3"
NAMES = [
    "expected_correction",
    "entropy",
    "least_confidence",
    "margin",
    "label_model_disagreement",
    "ensemble_disagreement",
    "lf_conflict",
    "long_tail",
    "diversity",
    "representative",
    "random",
]


@pytest.fixture(params=[*NAMES, MIXTURE])
def strategy(request):
    return parse_mixture(request.param)


@pytest.fixture(params=[False, True], ids=["multilabel", "multiclass"])
def is_exclusive(request):
    return request.param


def test_all_strategies_keep_this_contract():
    assert list(STRATEGIES) == NAMES


def test_what_is_pooled_is_declared(strategy, is_exclusive):
    evidence = make_evidence(is_exclusive=is_exclusive)
    for part in strategy.parts:
        is_pooled = part.strategy.score(evidence).records is None
        assert part.strategy.is_pooled(is_exclusive=is_exclusive) == is_pooled


def ids_in_order(evidence, strategy, pool=None):
    return [evidence.ids[record] for record in Ranking(evidence, strategy, pool).order]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_records_does_not_matter(strategy, is_exclusive, seed):
    evidence = make_evidence(20, seed=seed, is_exclusive=is_exclusive)
    order = np.random.default_rng(seed).permutation(20)
    ranking, moved = Ranking(evidence, strategy), Ranking(permute(evidence, order), strategy)
    np.testing.assert_allclose(moved.scores, ranking.scores[order], atol=1e-12)
    if len(set(ranking.scores.round(9))) == 20:  # no two tie
        assert ids_in_order(evidence, strategy) == ids_in_order(permute(evidence, order), strategy)


def test_best_come_first_and_ties_go_by_position(strategy, is_exclusive):
    ranking = Ranking(make_evidence(30, 1, seed=1, is_exclusive=is_exclusive), strategy)
    keys = [(-ranking.scores[record], record) for record in ranking.order]
    assert keys == sorted(keys)


def test_only_what_waits_is_asked_for(strategy, is_exclusive):
    decided = np.arange(12) % 3 == 0
    evidence = make_evidence(is_exclusive=is_exclusive, decided=decided, waiting=~decided)
    asked = [entry.record for entry in Ranking(evidence, strategy).entries()]
    assert sorted(asked) == [1, 2, 4, 5, 7, 8, 10, 11]


def test_the_same_seed_gives_the_same_queue(strategy, is_exclusive):
    first, again = (list(Ranking(make_evidence(is_exclusive=is_exclusive), strategy).entries()) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("n_tags", [1, 2, 5])
@pytest.mark.parametrize("n", [0, 1, 7])
@pytest.mark.parametrize("has_votes", [False, True])
def test_scores_are_finite_and_entries_complete(strategy, is_exclusive, n, n_tags, has_votes, pool):
    evidence = make_evidence(n, n_tags, has_votes=has_votes, is_exclusive=is_exclusive)
    ranking = Ranking(evidence, strategy, pool)
    assert ranking.scores.shape == (n,)
    assert ranking.scores.dtype == np.float64
    assert np.isfinite(ranking.scores).all()
    entries = list(ranking.entries())
    assert sorted(entry.record for entry in entries) == list(range(n))
    for entry in entries:
        assert len(entry.reasons) == len(strategy.parts)
        assert all(entry.reasons)
        assert entry.tags
        assert len(set(entry.tags)) == len(entry.tags) <= max(5, n_tags)


def test_where_nothing_is_known_every_record_still_has_a_place(strategy, is_exclusive):
    zeros, none = np.zeros((6, 3)), np.zeros((6, 3), dtype=bool)
    evidence = make_evidence(
        6,
        3,
        has_votes=False,
        is_exclusive=is_exclusive,
        probability=zeros,
        given=none,
        labelled=none.any(axis=1),
        suspicion=zeros,
        opinions={},
    )
    assert sorted(Ranking(evidence, strategy).order) == list(range(6))


def test_scores_do_not_change_what_they_are_made_from(strategy, is_exclusive):
    evidence, twin = (make_evidence(is_exclusive=is_exclusive) for _ in range(2))
    list(Ranking(evidence, strategy).entries())
    for name in ("probability", "given", "suspicion", "present", "absent", "waiting", "decided"):
        np.testing.assert_array_equal(getattr(evidence, name), getattr(twin, name))
