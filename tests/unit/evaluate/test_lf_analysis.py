"""What a row of the summary says beyond Snorkel's columns, counted by hand."""

import json
import math

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import binomtest
from snorkel.labeling import LFAnalysis as SnorkelAnalysis

from support.made import make_vocabulary, make_votes, phrase_lf
from weaklabel.evaluate import CastVotes, Reference, analyse_lfs, summarise_lfs
from weaklabel.label_models import resolve_cells
from weaklabel.terms import GivenMatrix


def analyse(rows, given, *, n_records, lf_ids, tags="ab", name="given", standing=None, ids=None):
    """Rows by labeling function and tag, the cells, and the pairs; `given` has a set of tags or None a record."""
    votes = make_votes(rows, n_records=n_records, lf_ids=lf_ids)
    seen = votes if standing is None else make_votes(standing, n_records=n_records, lf_ids=lf_ids)
    vocabulary = make_vocabulary(*tags)
    matrix = np.array([[tag in (tags_ or ()) for tag in tags] for tags_ in given], dtype=float)
    reference = GivenMatrix(csr_array(matrix), np.array([tags_ is not None for tags_ in given]))
    cells = resolve_cells(seen, len(tags), "dawid-skene")
    lfs = [phrase_lf(lf_id, tuple(tags), "x") for lf_id in lf_ids]
    summary = summarise_lfs(votes, lfs, vocabulary, given)
    result = analyse_lfs(
        summary, CastVotes(votes), CastVotes(seen), cells, Reference(reference, name), lfs, vocabulary,
        ids or list(range(n_records)),
    )  # fmt: skip
    return {(row.lf, row.tag): row for row in result.rows}, cells, result.pairs


def random_rows(seed, n=40, m=5, tags=2):
    rng = np.random.default_rng(seed)
    L = rng.choice([-1, 0, 1], (tags, n, m), p=[0.15, 0.6, 0.25])
    rows = [(t, i, j, int(L[t, i, j])) for t, i, j in zip(*np.nonzero(L), strict=True)]
    given = [None if rng.random() < 0.2 else {tag for tag in "ab" if rng.random() < 0.4} for _ in range(n)]
    return L, rows, given


@pytest.mark.filterwarnings("ignore:Input has data type int64:FutureWarning")  # SciPy about Snorkel
@pytest.mark.parametrize("seed", range(4))
def test_precision_is_snorkels_empirical_accuracy_with_wilsons_interval(seed):
    L, rows, given = random_rows(seed)
    found, _, _ = analyse(rows, given, n_records=40, lf_ids=list("vwxyz"))
    labelled = [i for i, tags in enumerate(given) if tags is not None]
    for t, tag in enumerate("ab"):
        ints = np.where(L[t] == 0, -1, np.where(L[t] == 1, 1, 0))[labelled]
        accuracies = SnorkelAnalysis(L=ints).lf_empirical_accuracies(np.array([int(tag in given[i]) for i in labelled]))
        for accuracy, lf, column in zip(accuracies, "vwxyz", ints.T, strict=True):
            row, n = found[lf, tag], (column >= 0).sum()
            assert row.precision == pytest.approx(accuracy)
            interval = binomtest(round(accuracy * n), n).proportion_ci(0.95, method="wilson")
            assert (row.precision_low, row.precision_high) == pytest.approx((interval.low, interval.high))
            assert (row.reference, row.reference_n) == ("given", n)


@pytest.mark.parametrize("seed", range(4))
def test_estimated_accuracy_sole_votes_and_wrong_records_are_counted_as_by_hand(seed):
    L, rows, given = random_rows(seed)
    ids = [f"r{i}" for i in range(40)]
    found, cells, _ = analyse(rows, given, n_records=40, lf_ids=list("vwxyz"), ids=ids)
    p = {(r, t): q for r, t, q in zip(cells.record, cells.tag, cells.probability, strict=True)}
    for t, tag in enumerate("ab"):
        for j, lf in enumerate("vwxyz"):
            row, votes = found[lf, tag], np.flatnonzero(L[t, :, j])
            chances = {i: p[i, t] if L[t, i, j] > 0 else 1 - p[i, t] for i in votes}
            assert row.estimated_accuracy == pytest.approx(np.mean(list(chances.values())))
            wrong = [i for i in votes if given[i] is not None and (tag in given[i]) != (L[t, i, j] > 0)]
            sole = [i for i in votes if (L[t, i] == L[t, i, j]).sum() == 1 and i not in wrong]
            assert (row.sole, row.redundant) == (len(sole), not sole)
            listed = json.loads(row.wrong)
            assert listed == [ids[i] for i in sorted(wrong, key=lambda i: (chances[i], i))][:3]
            assert len(listed) == min(3, len(wrong))


def test_redundant_is_one_whose_right_votes_others_cast_too():
    rows = [(0, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (0, 2, 1, 1), (0, 5, 2, 1)]
    given = [{"a"}, {"a"}, set(), set(), set(), None]
    found, _, _ = analyse(rows, given, n_records=6, lf_ids=["all", "less", "unknown", "never"], tags="a")
    facts = {lf: (row.sole, row.redundant) for (lf, _), row in found.items()}
    # `less` has a vote of its own, which is wrong; whether `unknown` is right nobody knows.
    assert facts == {"all": (1, False), "less": (0, True), "unknown": (1, False), "never": (0, False)}


def test_duplicates_and_clusters_are_named_by_their_first():
    rows = [(0, i, j, 1) for i in range(4) for j in range(3)] + [(0, 4, 2, 1), (0, 9, 3, 1)]
    found, _, pairs = analyse(rows, [set()] * 30, n_records=30, lf_ids=["p", "q", "r", "s"], tags="a")
    likeness = {lf: (row.same_as, row.cluster) for (lf, _), row in found.items()}
    assert likeness == {"p": ("", "p"), "q": ("p", "p"), "r": ("", "p"), "s": ("", "")}
    assert [(pair.lf, pair.other) for pair in pairs] == [("p", "q"), ("p", "r"), ("q", "r")]


def test_one_that_never_votes_has_no_figures():
    found, _, pairs = analyse(
        [(0, 0, 1, 1)], [{"a"}, set()], n_records=2, lf_ids=["idle", "used"], tags="a", name="gold"
    )
    row = found["idle", "a"]
    assert (row.reference, row.reference_n, row.wrong, row.redundant, row.sole) == ("gold", 0, "[]", False, 0)
    assert all(math.isnan(x) for x in (row.precision, row.estimated_accuracy, row.value_f1, row.value_nats))
    assert pairs == []
    nothing, _, pairs = analyse([], [{"a"}, set()], n_records=2, lf_ids=["idle"], tags="a")
    assert (nothing["idle", "a"].reference, pairs) == ("given", [])


def test_votes_that_were_withdrawn_count_as_cast_but_have_no_value():
    """A hand-written "absent" stands against a generated vote, which the label model does not see."""
    denial, name = (0, 0, 0, -1), (0, 0, 1, 1)
    others = [(0, 1, 1, 1), (0, 2, 1, 1)]
    found, cells, pairs = analyse(
        [denial, name, *others], [set(), {"a"}, {"a"}, set()], n_records=4, lf_ids=["denial", "name"], tags="a",
        standing=[denial, *others],
    )  # fmt: skip
    assert found["name", "a"].precision == pytest.approx(2 / 3)
    assert found["name", "a"].estimated_accuracy == pytest.approx(cells.probability.mean())
    assert [(pair.conflicts, pair.correlation < 0) for pair in pairs] == [(1, True)]
    assert found["name", "a"].value_f1 == pytest.approx(1)
    assert found["denial", "a"].value_f1 == 0
