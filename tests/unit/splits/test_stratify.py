"""Stratified splits: the whole, growth, groups."""

import numpy as np
import pytest
from iterstrat.ml_stratifiers import IterativeStratification
from scipy.sparse import csr_array

from weaklabel.splits import NEW, stratify

SHARES = (0.8, 0.1, 0.1)
N = 600


def draw_tags(n=N, seed=0):
    """Forty tags, a few frequent and most rare; some records have none."""
    rng = np.random.default_rng(seed)
    rates = 0.4 / np.arange(1, 41)
    return (rng.random((n, 40)) < rates).astype(np.float64)


def split_all(tags, kept=None, groups=None, shares=SHARES, seed=0):
    n = len(tags)
    kept = np.full(n, NEW) if kept is None else kept
    groups = np.arange(n) if groups is None else groups
    return stratify(csr_array(tags), groups, kept, shares, np.random.default_rng(seed))


def grow(tags, order, parts, seed=0):
    kept = np.full(len(tags), NEW)
    seen = np.zeros(len(tags), dtype=bool)
    for part in np.array_split(order, parts):
        seen[part] = True
        before = kept[seen]
        kept[seen] = split_all(tags[seen], before, seed=seed)
        assert (kept[seen][before != NEW] == before[before != NEW]).all()
    return kept


def deviation(tags, split):
    """How far a split's share of a tag's records is from its aim, on the mean over tags of ten records or more."""
    frequent = tags[:, tags.sum(axis=0) >= 10]
    got = np.stack([frequent[split == s].sum(axis=0) for s in range(3)]) / frequent.sum(axis=0)
    return np.abs(got - np.array(SHARES)[:, None]).mean()


def random_split(n, seed):
    return np.random.default_rng(seed).choice(3, n, p=SHARES)


def test_the_whole_is_as_near_its_aim_as_with_the_peer():
    ours, peers, randoms = [], [], []
    for seed in range(8):
        tags = draw_tags(seed=seed)
        peer = IterativeStratification(tags.astype(bool), np.array(SHARES), np.random.RandomState(seed))
        ours.append(deviation(tags, split_all(tags, seed=seed)))
        peers.append(deviation(tags, peer))
        randoms.append(deviation(tags, random_split(N, seed)))
    assert np.mean(ours) <= 1.1 * np.mean(peers)
    assert np.mean(ours) < 0.4 * np.mean(randoms)


@pytest.mark.parametrize("parts", [20, N])
@pytest.mark.parametrize("seed", [0, 1])
def test_growth_keeps_the_proportion_and_every_record(parts, seed):
    tags = draw_tags(seed=seed)
    grown = grow(tags, np.random.default_rng(seed).permutation(N), parts, seed)
    assert deviation(tags, grown) < 1.4 * deviation(tags, split_all(tags))
    assert deviation(tags, grown) < 0.5 * np.mean([deviation(tags, random_split(N, seed)) for seed in range(20)])
    assert np.abs(np.bincount(grown) / N - SHARES).max() < 0.02


def test_records_of_one_class_each_are_split_exactly():
    tags = np.repeat(np.eye(3), 10, axis=0)
    split = split_all(tags)
    assert [np.bincount(split[tags[:, c] > 0]).tolist() for c in range(3)] == [[8, 1, 1]] * 3


def test_records_without_tags_are_a_stratum_of_their_own():
    tags = np.zeros((80, 1))
    tags[:40] = 1
    kept = np.full(80, NEW)
    kept[:40] = 0  # more than train is to have of the tag: sizes alone would put only 24 of the others there
    assert np.bincount(split_all(tags, kept)[40:]).tolist() == [30, 5, 5]


def test_a_group_goes_to_one_split_and_follows_its_kept_records():
    tags = draw_tags()
    groups = np.arange(N) // 3
    split = split_all(tags, groups=groups)
    assert (split.reshape(-1, 3) == split.reshape(-1, 3)[:, :1]).all()
    assert deviation(tags, split) < 0.5 * np.mean([deviation(tags, random_split(N, seed)) for seed in range(20)])
    kept = np.full(N, NEW)
    kept[[0, 3, 4, 6, 7]] = [2, 1, 1, 0, 2]  # the third group's records differ already: they stay
    followed = split_all(tags, kept, groups)
    assert followed[:9].tolist() == [2, 2, 2, 1, 1, 1, 0, 2, 0]


def test_a_split_of_no_share_keeps_what_it_has_and_gets_no_more():
    tags = draw_tags()
    kept = np.full(N, NEW)
    kept[:50] = 1
    split = split_all(tags, kept, shares=(0.9, 0.0, 0.1))
    assert np.flatnonzero(split == 1).tolist() == list(range(50))


def test_the_seed_decides():
    tags = draw_tags()
    assert (split_all(tags) == split_all(tags)).all()
    assert (split_all(tags) != split_all(tags, seed=1)).any()


def test_nothing_new_changes_nothing():
    tags = draw_tags()
    kept = random_split(N, 0)
    assert (split_all(tags, kept) == kept).all()
