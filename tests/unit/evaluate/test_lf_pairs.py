"""Pairs against Snorkel's overlaps and conflicts, scikit-learn's φ, and counting by hand."""

import math
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from scipy.stats import pearsonr
from sklearn.metrics import jaccard_score, matthews_corrcoef

from support.made import make_vocabulary, make_votes, phrase_lf
from weaklabel.evaluate import CastVotes, VoteUnits
from weaklabel.evaluate.lf_pairs import MAX_PAIRS, find_clusters, find_duplicates, find_pairs, list_pairs
from weaklabel.label_models.classes import class_matrix
from weaklabel.terms.quality import CORRELATED, MIN_ALIKE


def votes_of(matrices, ids=None):
    """Votes of one matrix (+1, -1, 0) for each tag."""
    n, m = matrices[0].shape
    rows = [(t, i, j, int(L[i, j])) for t, L in enumerate(matrices) for i in range(n) for j in range(m) if L[i, j]]
    return make_votes(rows, n_records=n, lf_ids=ids or [f"lf{j}" for j in range(m)])


def pairs_of(votes, n_tags, classes=None):
    """Pairs by ((lf, tag), (lf, tag))."""
    units = VoteUnits.of(votes, n_tags)
    pairs, names = find_pairs(CastVotes(votes, classes), units), units.pairs()
    keys = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    figures = zip(pairs.both, pairs.conflicts, pairs.correlation, pairs.jaccard, pairs.same, strict=True)
    return {(names[a], names[b]): row for (a, b), row in zip(keys, figures, strict=True)}


@pytest.mark.parametrize("seed", range(6))
def test_pairs_of_a_tag_are_counted_as_by_hand_and_correlate_as_pearson_says(seed):
    rng = np.random.default_rng(seed)
    matrices = [rng.choice([-1, 0, 1], (50, 5), p=[0.2, 0.5, 0.3]) for _ in range(3)]
    found = pairs_of(votes_of(matrices), 3)
    assert len(found) == 30  # ten pairs a tag; none across tags
    for tag, L in enumerate(matrices):
        for a, b in combinations(range(5), 2):
            both, conflicts, correlation, jaccard, same = found[(a, tag), (b, tag)]
            voting = (L[:, a] != 0) & (L[:, b] != 0)
            assert both == voting.sum()
            assert conflicts == (voting & (L[:, a] != L[:, b])).sum()
            assert correlation == pytest.approx(pearsonr(L[:, a], L[:, b]).statistic, abs=1e-12)
            alike = (voting & (L[:, a] == L[:, b])).sum()
            assert jaccard == pytest.approx(alike / ((L[:, a] != 0) | (L[:, b] != 0)).sum())
            assert same == (L[:, a] == L[:, b]).all()


@pytest.mark.parametrize("seed", range(6))
def test_of_votes_for_presence_alone_the_correlation_is_phi(seed):
    rng = np.random.default_rng(seed)
    L = (rng.random((80, 4)) < 0.3).astype(int)
    L[:, 1] = np.where(rng.random(80) < 0.8, L[:, 0], L[:, 1])
    for (a, b), (_, conflicts, correlation, jaccard, _) in pairs_of(votes_of([L]), 1).items():
        assert correlation == pytest.approx(matthews_corrcoef(L[:, a[0]], L[:, b[0]]), abs=1e-12)
        assert jaccard == pytest.approx(jaccard_score(L[:, a[0]], L[:, b[0]]))
        assert conflicts == 0


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("seed", range(4))
def test_of_classes_pairs_meet_on_a_record_and_conflict_across_classes(seed, n_classes):
    rng = np.random.default_rng(seed)
    L = np.where(rng.random((60, 5)) < 0.5, -1, rng.integers(n_classes, size=(60, 5)))
    rows = [(int(L[i, j]), i, j, 1) for i, j in zip(*np.nonzero(L >= 0), strict=True)]
    votes = make_votes(rows, n_records=60, lf_ids=[f"lf{j}" for j in range(5)])
    found = pairs_of(votes, n_classes, class_matrix(votes, n_classes)[0])
    for ((a, tag), (b, other)), (both, conflicts, correlation, _, _) in found.items():
        assert a != b
        expected = ((L[:, a] == tag) & (L[:, b] == other)).sum()
        assert both == expected
        assert conflicts == (expected if tag != other else 0)
        phi = matthews_corrcoef(L[:, a] == tag, L[:, b] == other)
        assert math.isnan(correlation) if tag != other else correlation == pytest.approx(phi, abs=1e-12)
    for a, b in combinations(range(5), 2):
        met = [row for ((x, _), (y, _)), row in found.items() if (x, y) == (a, b)]
        assert sum(row[0] for row in met) == ((L[:, a] >= 0) & (L[:, b] >= 0)).sum()
        assert sum(row[1] for row in met) == ((L[:, a] >= 0) & (L[:, b] >= 0) & (L[:, a] != L[:, b])).sum()


def test_of_two_classes_absent_for_one_conflicts_with_presence_of_it_and_not_with_the_other():
    votes = make_votes([(0, 0, 0, -1), (0, 0, 1, 1), (1, 0, 2, 1)], n_records=3, lf_ids=["x", "y", "z"])
    found = pairs_of(votes, 2, class_matrix(votes, 2)[0])
    assert {key: (row[0], row[1]) for key, row in found.items()} == {
        ((0, 0), (1, 0)): (1, 1), ((0, 0), (2, 1)): (1, 0), ((1, 0), (2, 1)): (1, 1),
    }  # fmt: skip


def test_one_that_votes_the_same_on_every_record_correlates_with_none():
    L = np.array([[1, 1], [1, 0], [1, 1]])
    [(both, _, correlation, _, same)] = pairs_of(votes_of([L]), 1).values()
    assert (both, same, math.isnan(correlation)) == (2, False, True)


def test_duplicates_name_the_first_that_votes_the_same_on_the_tag():
    L = np.zeros((6, 5), dtype=int)
    L[:2, [0, 2, 4]] = 1
    L[:2, 1] = [1, -1]
    L[:3, 3] = 1
    units = VoteUnits.of(votes := votes_of([L]), 1)
    assert find_duplicates(find_pairs(CastVotes(votes), units), 5).tolist() == [0, 1, 0, 3, 0]


@pytest.mark.parametrize("seed", range(6))
def test_clusters_are_the_connected_components_of_what_correlates(seed):
    rng = np.random.default_rng(seed)
    base = rng.random((200, 3)) < 0.15
    L = np.stack([base[:, j % 3] ^ (rng.random(200) < 0.01 * j) for j in range(9)], axis=1).astype(int)
    votes = votes_of([L])
    units = VoteUnits.of(votes, 1)
    graph = nx.empty_graph(9)
    for a, b in combinations(range(9), 2):
        if matthews_corrcoef(L[:, a], L[:, b]) >= CORRELATED and (L[:, a] & L[:, b]).sum() >= MIN_ALIKE:
            graph.add_edge(a, b)
    expected = np.full(9, -1)
    for part in nx.connected_components(graph):
        if len(part) > 1:
            expected[list(part)] = min(part)
    assert find_clusters(find_pairs(CastVotes(votes), units), 9).tolist() == expected.tolist()
    assert (expected >= 0).sum() > 2


def test_few_shared_hits_make_no_cluster():
    L = np.zeros((50, 3), dtype=int)
    L[: MIN_ALIKE - 1, :2] = 1
    votes = votes_of([L])
    pairs = find_pairs(CastVotes(votes), VoteUnits.of(votes, 1))
    assert pairs.correlation.tolist() == [1]
    assert find_clusters(pairs, 2).tolist() == [-1, -1]


def listed(L, **families):
    votes = votes_of([L])
    units = VoteUnits.of(votes, 1)
    lfs = [phrase_lf(lf_id, "a", "x") for lf_id in votes.lf_ids]
    return list_pairs(find_pairs(CastVotes(votes), units), units, lfs, make_vocabulary("a"))


def test_the_table_has_conflicts_first_then_what_correlates_and_nothing_else():
    L = np.zeros((40, 5), dtype=int)
    L[:10, 0], L[:10, 1] = 1, 1
    L[8:12, 2] = -1
    L[9:30, 3] = 1  # meets all, agrees with some
    L[11:31, 4] = 1
    rows = [(row.lf, row.other, row.both, row.conflicts, row.family) for row in listed(L)]
    assert rows == [
        ("lf2", "lf3", 3, 3, "keyword"), ("lf0", "lf2", 2, 2, "keyword"), ("lf1", "lf2", 2, 2, "keyword"),
        ("lf2", "lf4", 1, 1, "keyword"), ("lf0", "lf1", 10, 0, "keyword"), ("lf3", "lf4", 19, 0, "keyword"),
    ]  # fmt: skip


def test_the_table_is_capped():
    L = np.zeros((30, 60), dtype=int)
    L[:10] = 1  # 1,770 pairs that all correlate
    assert len(listed(L)) == MAX_PAIRS
    L[:10, 50:] = -1  # 500 conflicts among them
    rows = listed(L)
    assert [row.conflicts for row in rows[:500]] == [10] * 500
    assert len(rows) == 500 + MAX_PAIRS
