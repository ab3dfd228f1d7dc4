"""Intervals that cover the truth, tests that do not cry wolf, and slices that say nothing."""

import math
from dataclasses import asdict

import numpy as np
import pytest

from support.answers import answers_of, multiclass, multilabel, no_slices, slices_of
from weaklabel.scoring import compare, score
from weaklabel.scoring.metrics import METRICS as ALL_METRICS
from weaklabel.scoring.resamples import Resamples

METRICS = ("f1", "precision", "recall", "accuracy", "ap", "brier")
SHARES = np.array([0.5, 0.3, 0.2, 0.1])


def simulate(rng, n):
    """Gold and probabilities of records that are all alike."""
    gold = rng.random((n, 4)) < SHARES
    probability = np.clip(np.where(gold, 0.8, 0.15) + rng.normal(0, 0.3, (n, 4)), 0, 1)
    return gold, np.where(probability < 0.05, 0, probability)


def estimate_coverage(trials, n, rounds):
    """In how many of the trials the interval of each metric holds the truth, which a large sample tells."""
    gold, probability = simulate(np.random.default_rng(10**6), 200_000)
    truth = score(answers_of("multilabel", gold, probability), no_slices(len(gold)), rounds=2).whole.metrics
    covered = dict.fromkeys(METRICS, 0)
    for seed in range(trials):
        gold, probability = simulate(np.random.default_rng(seed), n)
        found = score(answers_of("multilabel", gold, probability), no_slices(n), rounds=rounds, seed=seed).whole.metrics
        for name in METRICS:
            covered[name] += found[name].low <= truth[name].value <= found[name].high
    return {name: count / trials for name, count in covered.items()}


def test_intervals_hold_the_truth_in_most_of_a_few_trials():
    assert all(share >= 0.8 for share in estimate_coverage(40, n=300, rounds=100).values())


@pytest.mark.slow
def test_intervals_hold_the_truth_in_95_of_100_trials():
    for share in estimate_coverage(600, n=400, rounds=200).values():
        assert 0.92 <= share <= 0.975


def false_alarms(trials):
    """The share of trials in which any of four random slices differs in a metric, after correction."""
    alarms = dict.fromkeys(METRICS, 0)
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        gold, probability = simulate(rng, 800)
        members = rng.random((800, 4)) < [0.05, 0.1, 0.3, 0.7]
        scored = score(answers_of("multilabel", gold, probability), slices_of(members), rounds=100, seed=seed)
        for name in METRICS:
            alarms[name] += any(row.differences[name].corrected_p < 0.05 for row in scored.slices)
    return {name: count / trials for name, count in alarms.items()}


@pytest.mark.slow
def test_random_slices_differ_in_at_most_one_of_twenty_trials():
    assert max(false_alarms(300).values()) <= 0.08


def test_a_slice_that_is_worse_is_found_and_one_without_a_single_error_by_luck_is_not():
    rng = np.random.default_rng(3)
    gold, probability = simulate(rng, 2000)
    worse = rng.random(2000) < 0.1
    probability[worse] = rng.random((worse.sum(), 4))
    right = ((probability > 0.5) == gold)[:, 0]
    answers = answers_of("multilabel", gold[:, :1], probability[:, :1])
    lucky = np.zeros(2000, dtype=bool)
    lucky[np.flatnonzero(right & ~worse & gold[:, 0])[:15]] = lucky[np.flatnonzero(right & ~gold[:, 0])[:15]] = True
    found = score(answers, slices_of(np.column_stack([worse, lucky])))
    assert found.slices[0].differences["accuracy"].corrected_p < 1e-6
    assert found.slices[0].differences["accuracy"].high < 0
    assert found.slices[1].metrics["accuracy"].value == 1
    assert found.slices[1].differences["accuracy"].corrected_p > 0.001  # by luck alone: .83 ** 30 = .004


def test_notes():
    answers, gold, _ = multilabel(0)
    first = np.arange(len(gold))
    members = np.column_stack([first < 0, first < 29, first < 60, first < len(gold), first < 5])
    scored = score(answers, slices_of(members), rounds=20)
    assert [row.note for row in scored.slices] == ["empty", "small", "", "everything", "small"]
    assert [row.records for row in scored.slices] == [0, 29, 60, 120, 5]
    assert scored.whole.note == ""
    empty, small, part, everything, _ = scored.slices
    assert all(math.isnan(value) for estimate in empty.metrics.values() for value in asdict(estimate).values())
    assert math.isnan(small.differences["f1"].p)
    assert not math.isnan(small.differences["f1"].low)
    assert 0 <= part.differences["f1"].p <= part.differences["f1"].corrected_p <= 1
    assert everything.differences == {}
    assert everything.metrics == scored.whole.metrics
    assert [row.note for row in scored.tags] == ["", "", "", "", "small", "", "small"]


def test_a_difference_is_the_slices_less_the_wholes():
    answers, _, _ = multilabel(2)
    members = np.arange(120)[:, None] < [70]
    scored = score(answers, slices_of(members), rounds=20)
    for name, difference in scored.slices[0].differences.items():
        expected = scored.slices[0].metrics[name].value - scored.whole.metrics[name].value
        assert difference.value == pytest.approx(expected, nan_ok=True)


def test_the_bootstrap_is_that_of_weighted_records():
    answers, gold, probability = multilabel(4)
    counts = Resamples.draw(120, 20, 7).counts
    samples = [np.repeat(np.arange(120), column) for column in counts.T]
    scored = score(answers, no_slices(120), rounds=20, seed=7)
    by_hand = [
        score(answers_of("multilabel", gold[rows], probability[rows]), no_slices(len(rows)), rounds=2).whole.metrics
        for rows in samples
    ]
    for name, estimate in scored.whole.metrics.items():
        drawn = np.array([metrics[name].value for metrics in by_hand])
        bias = drawn.mean() - estimate.value
        expected = np.clip(np.percentile(drawn, [2.5, 97.5]) - bias, 0, ALL_METRICS[name].greatest)
        # Rounds of macro-AP rest on levels of probability.
        assert [estimate.low, estimate.high] == pytest.approx(expected, abs=5e-3 if name == "macro_ap" else 1e-5), name


def test_a_model_compared_with_itself_or_one_that_is_worse():
    answers, gold, probability = multilabel(5)
    rng = np.random.default_rng(0)
    worse = np.where(rng.random(probability.shape) < 0.3, rng.random(probability.shape), probability)
    slices = slices_of(np.arange(120)[:, None] < [80])
    _, same = compare(answers, answers, slices, rounds=50)
    for row in (same.whole, *same.slices, *same.tags):
        assert all(d.value == d.low == d.high == 0 for d in row.differences.values() if not math.isnan(d.value))
    scored, less = compare(answers, answers_of("multilabel", gold, worse), slices, rounds=50)
    other = score(answers_of("multilabel", gold, worse), slices, rounds=50)
    assert less.whole.differences["f1"].value == scored.whole.metrics["f1"].value - other.whole.metrics["f1"].value
    assert less.whole.differences["brier"].corrected_p < 0.001
    assert less.whole.differences["brier"].high < 0
    assert [row.name for row in less.tags] == [row.name for row in scored.tags]


def test_paired_intervals_are_narrower_than_two_apart():
    answers, gold, probability = multilabel(6, n=400)
    other = np.clip(probability + np.random.default_rng(0).normal(0, 0.02, probability.shape) * (probability > 0), 0, 1)
    scored, less = compare(answers, answers_of("multilabel", gold, other), no_slices(400))
    paired, own = less.whole.differences["f1"], scored.whole.metrics["f1"]
    assert paired.high - paired.low < (own.high - own.low) / 2


def test_records_without_prediction_are_never_right():
    gold = np.eye(2, dtype=bool)[[0, 1, 1, 0]]
    listed = np.array([True, True, False, False])
    probability = np.array([[0.9, 0.1], [0.2, 0.8], [0, 0], [0, 0]])
    whole = score(answers_of("binary", gold, probability, listed=listed), no_slices(4), rounds=20).whole.metrics
    assert whole["coverage"].value == 0.5
    assert whole["accuracy"].value == 0.5
    assert whole["hamming_loss"].value == 0.5
    assert (whole["precision"].value, whole["recall"].value) == (1, 0.5)


def test_of_two_classes_what_is_said_of_one_says_the_rest_of_the_other():
    label = np.array([0, 1, 1])
    gold = np.eye(2, dtype=bool)[label]
    probability = np.array([[0.9, 0.0], [0.4, 0.6], [0.45, 0.0]])
    answers = answers_of("binary", gold, probability)
    assert answers.tags == ("t1",)
    assert answers.probability == pytest.approx([0.1, 0.6, 0.55])
    assert answers.said.tolist() == [False, True, True]
    assert answers_of("binary", gold, probability, threshold=0.58).said.tolist() == [False, True, False]
    assert answers_of("binary", gold, probability, positive=0).tags == ("t0",)


def test_without_probabilities_there_is_no_ranking_and_the_rest_is_the_same():
    answers, gold, probability = multilabel(1)
    said = answers_of("multilabel", gold, probability > 0.5, has_probability=False)
    with_p, without = (score(a, no_slices(120), rounds=20).whole.metrics for a in (answers, said))
    assert set(with_p) - set(without) == {"ap", "macro_ap", "ece", "log_loss", "brier", "coverage_error"}
    for name, estimate in without.items():
        assert asdict(estimate) == pytest.approx(asdict(with_p[name]), nan_ok=True), name


def test_the_first_of_equally_probable_classes_is_predicted():
    gold = np.eye(3, dtype=bool)[[2, 0]]
    answers = answers_of("multiclass", gold, np.array([[0.0, 0.4, 0.4], [0.3, 0.3, 0.3]]))
    said = [(int(r), int(t)) for r, t in zip(answers.record[answers.said], answers.tag[answers.said], strict=True)]
    assert said == [(0, 1), (1, 0)]


def test_two_runs_are_the_same_and_another_seed_is_not():
    answers, label, _ = multiclass(0)
    slices = slices_of(np.arange(len(label))[:, None] < [60])
    assert repr(score(answers, slices, rounds=20)) == repr(score(answers, slices, rounds=20))
    assert score(answers, slices, rounds=20).whole != score(answers, slices, rounds=20, seed=1).whole


def test_nothing_to_score():
    nothing = answers_of("multilabel", np.zeros((3, 2), dtype=bool), np.zeros((3, 2)))
    scored = score(nothing, no_slices(3), rounds=20)
    assert scored.whole.note == "small"
    assert math.isnan(scored.whole.metrics["f1"].value)
    assert scored.whole.metrics["accuracy"].value == 1
