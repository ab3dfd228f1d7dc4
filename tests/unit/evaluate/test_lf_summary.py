"""The summary against Snorkel's LFAnalysis on the same binary matrices."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from snorkel.labeling import LFAnalysis

from support.made import make_vocabulary, make_votes, phrase_lf, python_lf
from weaklabel.evaluate import summarise_lfs, wilson_interval
from weaklabel.label_models.classes import class_matrix
from weaklabel.terms import Failure


def random_tables(seed):
    """Random votes of five labeling functions on three tags, and random given tags, some records unlabelled."""
    rng = np.random.default_rng(seed)
    n, m, tags = 40, 5, ("a", "b", "c")
    matrices = {tag: rng.choice([-1, 0, 1], (n, m), p=[0.2, 0.5, 0.3]) for tag in tags}
    matrices["b"][:, 3] = 0  # a labeling function that never votes on this tag
    given = [None if rng.random() < 0.2 else {tag for tag in tags if rng.random() < 0.4} for _ in range(n)]
    return matrices, given


def summarise(matrices, given):
    tags = sorted(matrices)
    n, m = matrices[tags[0]].shape
    ids = [f"lf{i}" for i in range(m)]
    rows = [
        (t, record, lf, int(matrices[tag][record, lf]))
        for t, tag in enumerate(tags)
        for record in range(n)
        for lf in range(m)
        if matrices[tag][record, lf]
    ]
    lfs = [phrase_lf(lf_id, tags, "x") for lf_id in ids]
    votes = make_votes(rows, n_records=n, lf_ids=ids)
    return {(row.lf, row.tag): row for row in summarise_lfs(votes, lfs, make_vocabulary(*tags), given)}


@pytest.mark.filterwarnings("ignore:Input has data type int64:FutureWarning")  # SciPy about Snorkel
@pytest.mark.parametrize("seed", range(8))
def test_coverage_overlap_and_conflict_are_those_of_snorkel(seed):
    matrices, given = random_tables(seed)
    summary = summarise(matrices, given)
    for tag, matrix in matrices.items():
        L = np.where(matrix == 0, -1, np.where(matrix == 1, 1, 0))  # Snorkel's ints: -1 abstains, 0 absent, 1 present
        analysis = LFAnalysis(L=L)
        for i in range(L.shape[1]):
            row = summary[f"lf{i}", tag]
            assert row.coverage == pytest.approx(analysis.lf_coverages()[i], abs=1e-9)
            assert row.overlap == pytest.approx(analysis.lf_overlaps()[i], abs=1e-9)
            assert row.conflict == pytest.approx(analysis.lf_conflicts()[i], abs=1e-9)
            polarity = {(): "", (0,): "absent", (1,): "present", (0, 1): "both"}
            assert row.polarity == polarity[tuple(analysis.lf_polarities()[i])]


@pytest.mark.parametrize("seed", range(8))
def test_agreement_is_snorkels_empirical_accuracy_on_the_labelled_records(seed):
    matrices, given = random_tables(seed)
    summary = summarise(matrices, given)
    labelled = [i for i, tags in enumerate(given) if tags is not None]
    for tag, matrix in matrices.items():
        L = np.where(matrix == 0, -1, np.where(matrix == 1, 1, 0))[labelled]
        Y = np.array([int(tag in given[i]) for i in labelled])
        votes = (L != -1).sum(axis=0)
        voting = np.flatnonzero(votes)
        # Snorkel divides by zero for one that never votes.
        accuracies = LFAnalysis(L=L[:, voting]).lf_empirical_accuracies(Y)
        for accuracy, i in zip(accuracies, voting, strict=True):
            row = summary[f"lf{i}", tag]
            assert row.agreement == pytest.approx(accuracy, abs=1e-9)
            assert row.n == votes[i]


def test_the_interval_in_a_row_is_wilsons():
    matrices, given = random_tables(1)
    for row in summarise(matrices, given).values():
        if row.n:
            interval = wilson_interval(round(row.agreement * row.n), row.n)
            assert (row.agreement_low, row.agreement_high) == pytest.approx(interval, abs=1e-12)
            assert row.agreement_low <= row.agreement <= row.agreement_high


@pytest.mark.parametrize("n", [1, 2, 7, 100, 12345])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_wilson_interval_is_that_of_scipy(n, confidence):
    for successes in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        expected = binomtest(successes, n).proportion_ci(confidence, method="wilson")
        assert wilson_interval(successes, n, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_wilson_interval_of_nothing_is_nan():
    assert all(math.isnan(limit) for limit in wilson_interval(0, 0))


def test_a_labeling_function_that_never_votes_has_a_row_of_zeros():
    votes = make_votes([(0, 1, 1, 1)], n_records=4, lf_ids=["idle", "used"])
    lfs = [phrase_lf("idle", ("a", "b"), "x"), phrase_lf("used", "a", "x")]
    rows = {(row.lf, row.tag): row for row in summarise_lfs(votes, lfs, make_vocabulary("a", "b"), [set()] * 4)}
    assert sorted(rows) == [("idle", "a"), ("idle", "b"), ("used", "a")]
    idle = rows["idle", "a"]
    assert (idle.polarity, idle.coverage, idle.overlap, idle.conflict, idle.n) == ("", 0, 0, 0, 0)
    assert math.isnan(idle.agreement)
    assert (rows["used", "a"].coverage, rows["used", "a"].agreement, rows["used", "a"].n) == (0.25, 0, 1)


def test_a_labeling_function_without_declared_tags_has_a_row_for_each_tag_it_voted_on():
    votes = make_votes([(0, 0, 0, 1), (2, 0, 0, -1)], n_records=2, lf_ids=["any", "none"])
    lfs = [python_lf("any", (), lambda record: []), python_lf("none", (), lambda record: [])]
    rows = summarise_lfs(votes, lfs, make_vocabulary("a", "b", "c"), [{"a"}, None])
    assert [(row.lf, row.tag, row.polarity) for row in rows] == [
        ("any", "a", "present"),
        ("any", "c", "absent"),
        ("none", "", ""),
    ]
    assert [row.agreement for row in rows[:2]] == [1, 1]


def test_an_unlabelled_record_is_no_negative_evidence():
    votes = make_votes([(0, 0, 0, 1), (0, 1, 0, 1), (0, 2, 0, 1)], n_records=3, lf_ids=["x"])
    [row] = summarise_lfs(votes, [phrase_lf("x", "a", "x")], make_vocabulary("a"), [{"a"}, None, None])
    assert (row.agreement, row.n, row.coverage) == (1, 1, 1)
    [row] = summarise_lfs(votes, [phrase_lf("x", "a", "x")], make_vocabulary("a"), [{"a"}, set(), None])
    assert (row.agreement, row.n) == (0.5, 2)


def test_failures_stand_in_every_row_of_the_labeling_function():
    failures = [Failure("bad", 3, 0, "ValueError: x", "")]
    votes = make_votes([(0, 0, 1, 1)], n_records=4, lf_ids=["bad", "good"], failures=failures)
    lfs = [phrase_lf("bad", ("a", "b"), "x"), phrase_lf("good", "a", "x")]
    rows = summarise_lfs(votes, lfs, make_vocabulary("a", "b"), [None] * 4)
    assert {(row.lf, row.tag): row.failures for row in rows} == {("bad", "a"): 3, ("bad", "b"): 3, ("good", "a"): 0}


def test_no_records():
    votes = make_votes([], n_records=0, lf_ids=["x"])
    [row] = summarise_lfs(votes, [phrase_lf("x", "a", "x")], make_vocabulary("a"), [])
    assert (row.coverage, row.n) == (0, 0)


def summarise_classes(votes, lfs, names):
    classes, _ = class_matrix(votes, len(names))
    rows = summarise_lfs(votes, lfs, make_vocabulary(*names), [None] * votes.n_records, classes)
    return {(row.lf, row.tag): row for row in rows}


@pytest.mark.filterwarnings("ignore:Input has data type int64:FutureWarning")  # SciPy about Snorkel
@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize("seed", range(6))
def test_of_classes_overlap_and_conflict_are_those_of_snorkel_on_the_class_matrix(seed, n_classes):
    rng = np.random.default_rng(seed)
    names = "abcde"[:n_classes]
    L = np.where(rng.random((60, 6)) < 0.6, -1, rng.integers(n_classes, size=(60, 6)))
    L[:, 3] = np.where(L[:, 3] < 0, -1, 0)  # for one class only
    L[:, 4] = -1  # never
    rows = [(int(L[i, j]), i, j, 1) for i, j in zip(*np.nonzero(L >= 0), strict=True)]
    votes = make_votes(rows, n_records=60, lf_ids=[f"lf{j}" for j in range(6)])
    summary = summarise_classes(votes, [phrase_lf(lf_id, tuple(names), "x") for lf_id in votes.lf_ids], names)
    analysis = LFAnalysis(L=L)
    for j, lf_id in enumerate(votes.lf_ids):
        rows = [summary[lf_id, name] for name in names]
        assert sum(row.coverage for row in rows) == pytest.approx(analysis.lf_coverages()[j], abs=1e-9)
        assert sum(row.overlap for row in rows) == pytest.approx(analysis.lf_overlaps()[j], abs=1e-9)
        assert sum(row.conflict for row in rows) == pytest.approx(analysis.lf_conflicts()[j], abs=1e-9)
    assert analysis.lf_conflicts()[3] > 0


def test_of_two_classes_absent_for_one_is_a_vote_for_the_other():
    votes = make_votes([(0, 0, 0, -1), (1, 0, 1, 1), (0, 1, 0, -1), (0, 1, 1, 1)], n_records=4, lf_ids=["x", "y"])
    summary = summarise_classes(votes, [phrase_lf("x", "a", "x"), phrase_lf("y", ("a", "b"), "x")], "ab")
    figures = {key: (row.coverage, row.overlap, row.conflict) for key, row in summary.items()}
    assert figures == {("x", "a"): (0.5, 0.5, 0.25), ("y", "a"): (0.25, 0.25, 0.25), ("y", "b"): (0.25, 0.25, 0)}


def test_votes_that_a_class_matrix_cannot_hold_meet_none():
    """Absent for one of three classes, and votes for two classes of a record."""
    rows = [(0, 0, 0, -1), (1, 0, 1, 1), (0, 1, 2, 1), (1, 1, 2, 1), (1, 1, 1, 1)]
    lfs = [phrase_lf("x", "a", "x"), phrase_lf("y", "b", "x"), phrase_lf("z", ("a", "b"), "x")]
    summary = summarise_classes(make_votes(rows, n_records=2, lf_ids=["x", "y", "z"]), lfs, "abc")
    assert {key: row.coverage for key, row in summary.items()} == {
        ("x", "a"): 0.5, ("y", "b"): 1, ("z", "a"): 0.5, ("z", "b"): 0.5,
    }  # fmt: skip
    assert {(row.overlap, row.conflict) for row in summary.values()} == {(0, 0)}
