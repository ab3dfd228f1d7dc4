"""Cohen's κ and Krippendorff's α, against scikit-learn, worked examples and brute force."""

import warnings
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

pytest.importorskip("krippendorff", reason="the extra review is not installed")

import krippendorff

from weaklabel.agreement import Annotations, Decision, measure_alpha, measure_alpha_by_tag, measure_pairs
from weaklabel.agreement.alpha import _alpha, _sum_cells
from weaklabel.agreement.resamples import BLOCK, ROUNDS, find_intervals

WORDS = {1: "yes", 0: "no", -1: "unsure"}


def decide(*columns, tags=("t",)):
    """Decisions of annotators a0, a1, …: a column each, cells record by record; None is not asked."""
    return Annotations.of(
        Decision(cell // len(tags), tags[cell % len(tags)], f"a{i}", WORDS[verdict])
        for i, column in enumerate(columns)
        for cell, verdict in enumerate(column)
        if verdict is not None
    )


def brute_force_alpha(columns):
    """Krippendorff's own words: the share of differing pairs within cells, over that among all pairable verdicts."""
    cells = [[v for v in cell if v in (0, 1)] for cell in zip(*columns, strict=True)]
    cells = [cell for cell in cells if len(cell) >= 2]
    verdicts = [v for cell in cells for v in cell]
    n = len(verdicts)
    within = sum(
        (a != b) / (len(cell) - 1) for cell in cells for i, a in enumerate(cell) for j, b in enumerate(cell) if i != j
    )
    among = sum(a != b for i, a in enumerate(verdicts) for j, b in enumerate(verdicts) if i != j)
    return 1 - (within / n) / (among / (n * (n - 1)))


VERDICTS = st.sampled_from([0, 1, -1, None])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(VERDICTS, VERDICTS, VERDICTS), min_size=1, max_size=25))
def test_alpha_is_what_brute_force_says_and_unsure_is_missing(rows):
    columns = list(zip(*rows, strict=True))
    found = measure_alpha(decide(*columns))
    paired = [[v for v in row if v in (0, 1)] for row in rows]
    paired = [row for row in paired if len(row) >= 2]
    assert found.cells == found.records == len(paired)
    values = {v for row in paired for v in row}
    if not paired:
        assert (found.value, found.undefined, found.agreed) == (None, "no overlap", None)
    elif len(values) == 1:
        assert (found.value, found.undefined, found.agreed) == (None, "one verdict", 1.0)
    else:
        assert found.value == pytest.approx(brute_force_alpha(columns))
        assert found.undefined == ""
        pairs = [a == b for row in paired for a, b in combinations(row, 2)]
        assert found.agreed == pytest.approx(sum(pairs) / len(pairs))
        assert found.low is None or found.low <= found.high


def test_alpha_of_krippendorffs_example():
    """Two observers, ten units, binary: section B of "Computing Krippendorff's Alpha-Reliability"."""
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert measure_alpha(decide(meg, owen)).value == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_a_tag_is_that_of_its_cells_alone():
    generator = np.random.default_rng(3)
    columns = [[None if v == 2 else int(v) for v in generator.integers(0, 3, 40)] for _ in range(3)]
    annotations = decide(*columns, tags=("x", "y"))
    by_tag = dict(zip(annotations.tags, measure_alpha_by_tag(annotations), strict=True))
    for position, tag in enumerate(("x", "y")):
        assert by_tag[tag].value == pytest.approx(brute_force_alpha([column[position::2] for column in columns]))
        assert by_tag[tag].value == pytest.approx(
            measure_alpha(decide(*[column[position::2] for column in columns])).value
        )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(VERDICTS, VERDICTS), min_size=1, max_size=25))
def test_kappa_is_scikit_learns(rows):
    [*pairs] = measure_pairs(decide(*zip(*rows, strict=True)))
    common = [(a, b) for a, b in rows if a in (0, 1) and b in (0, 1)]
    if not pairs:  # one of them said nothing at all
        assert not common
        return
    [pair] = pairs
    kappa = pair.kappa
    assert kappa.cells == len(common)
    if not common:
        assert (kappa.value, kappa.undefined) == (None, "no overlap")
        return
    ours, theirs = zip(*common, strict=True)
    assert kappa.agreed == pytest.approx(np.mean(np.array(ours) == theirs))
    if len(set(ours + theirs)) == 1:
        assert (kappa.value, kappa.undefined) == (None, "one verdict")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert np.isnan(cohen_kappa_score(ours, theirs))
    else:
        assert kappa.value == pytest.approx(cohen_kappa_score(ours, theirs), abs=1e-12)


def test_kappa_of_a_pair_and_tag_is_scikit_learns():
    generator = np.random.default_rng(5)
    columns = [[int(v) for v in generator.random(60) < share] for share in (0.3, 0.5, 0.6)]
    pairs = measure_pairs(decide(*columns, tags=("x", "y", "z")))
    assert [(pair.first, pair.second) for pair in pairs] == [("a0", "a1"), ("a0", "a2"), ("a1", "a2")]
    for pair in pairs:
        ours, theirs = columns[int(pair.first[1])], columns[int(pair.second[1])]
        for position, tag in enumerate(("x", "y", "z")):
            assert pair.tags[tag].value == pytest.approx(cohen_kappa_score(ours[position::3], theirs[position::3]))
            assert (pair.tags[tag].records, pair.tags[tag].cells) == (20, 20)


def test_who_always_says_the_same_agrees_as_chance_would_have_it():
    [pair] = measure_pairs(decide([1, 1, 1, 1], [1, 0, 1, 0]))
    assert (pair.kappa.value, pair.kappa.agreed) == (0.0, 0.5)
    assert pair.kappa.words == "no better than chance"


@pytest.mark.parametrize(
    ("columns", "undefined", "words"),
    [
        ([[1, 1, 1], [1, 1, 1]], "one verdict", "not defined: every verdict is the same"),
        ([[1, 0, None], [None, None, 1]], "no overlap", "not defined: nobody else said yes or no"),
        ([[1, 0, -1], [-1, -1, 1]], "no overlap", "not defined: nobody else said yes or no"),
        ([[1], [1]], "one verdict", "not defined: every verdict is the same"),
        ([[1, 0]], "no overlap", "not defined: nobody else said yes or no"),
        ([], "no overlap", "not defined: nobody else said yes or no"),
    ],
)
def test_what_is_not_defined_says_why(columns, undefined, words):
    annotations = decide(*columns)
    for found in (measure_alpha(annotations), *(pair.kappa for pair in measure_pairs(annotations))):
        assert (found.value, found.low, found.high, found.undefined) == (None, None, None, undefined)
        assert found.words.startswith(words)


def test_perfect_agreement_on_both_verdicts_is_one():
    found = measure_alpha(decide([1, 0] * 20, [1, 0] * 20))
    assert (found.value, found.low, found.high, found.agreed, found.is_few) == (1.0, 1.0, 1.0, 1.0, False)
    assert found.words == "reliable"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.8, "reliable"), (0.79, "enough for tentative conclusions"), (0.6, "too low to rely on"), (0.0, "no better")],
)
def test_a_value_is_put_into_words(value, words):
    from weaklabel.agreement import Coefficient

    assert Coefficient(value, None, None, None, 1, 1).words.startswith(words)


# ---- intervals


def test_the_ends_are_the_percentiles_of_the_packages_alpha_of_drawn_records():
    """Each round drawn as it is drawn there, and α of it computed by the package, record by record."""
    generator = np.random.default_rng(8)
    n_records, n_tags = 12, 3
    counts = generator.integers(0, 3, (n_records * n_tags, 2)) + 1
    record = np.repeat(np.arange(n_records), n_tags)
    low, high = find_intervals(_sum_cells(counts), np.zeros_like(record), 1, record, _alpha, seed=4)
    draws, alphas = np.random.default_rng(4), []
    for _ in range(ROUNDS // BLOCK):
        for drawn in draws.integers(0, n_records, (BLOCK, n_records)):
            cells = np.concatenate([counts[record == each] for each in drawn])
            alphas.append(krippendorff.alpha(value_counts=cells, level_of_measurement="nominal"))
    assert (low[0], high[0]) == pytest.approx(tuple(np.quantile(alphas, [0.025, 0.975])))


def test_the_seed_decides_the_interval_and_nothing_else():
    annotations = decide([1, 0, 1, 0, 1, 1] * 8, [1, 1, 0, 0, 1, 0] * 8)
    first, again, other = (measure_alpha(annotations, seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.value, first.low) != (other.value, other.low)
    assert first.value == other.value


def test_an_interval_holds_the_truth_as_often_as_it_says():
    """Two annotators who are right 85 % of the time on records with three cells that share how hard they are."""
    generator = np.random.default_rng(0)

    def draw(n_records):
        hard = generator.random(n_records) < 0.3
        truth = generator.random((n_records, 3)) < 0.4
        right = [generator.random((n_records, 3)) < np.where(hard, 0.6, 0.95)[:, None] for _ in range(2)]
        said = [np.where(each, truth, ~truth) for each in right]
        yes = said[0].astype(int) + said[1]
        return np.stack([2 - yes, yes], axis=-1).reshape(-1, 2)

    true = float(_alpha(_sum_cells(draw(200_000)).sum(axis=0)))
    record = np.repeat(np.arange(60), 3)
    covered = 0
    for seed in range(150):
        low, high = find_intervals(_sum_cells(draw(60)), np.zeros_like(record), 1, record, _alpha, seed)
        covered += low[0] <= true <= high[0]
    assert 0.88 <= covered / 150 <= 0.995
