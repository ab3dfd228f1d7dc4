"""Speed, drift, accuracy against known answers, and which records are contested."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

pytest.importorskip("krippendorff", reason="the extra review is not installed")

from weaklabel.agreement import (
    Annotations,
    ContestedTag,
    Decision,
    expect_accuracy,
    find_contested,
    find_habits,
    is_identified,
)

BEGIN = datetime(2026, 1, 2, tzinfo=UTC)


def work(name, spent, verdicts, tag="t", begin=BEGIN):
    """One decision a minute, on records 0, 1, …"""
    return [
        Decision(record, tag, name, verdict, seconds, begin + timedelta(minutes=record))
        for record, (seconds, verdict) in enumerate(zip(spent, verdicts, strict=True))
    ]


def habits_of(*rows):
    annotations = Annotations.of(row for each in rows for row in each)
    return dict(zip(annotations.annotators, find_habits(annotations), strict=True))


def test_speed_is_the_median_and_the_hour_leaves_breaks_out():
    found = habits_of(work("ana", [10, 20, 3000, 30], ["yes"] * 4))["ana"]
    assert found.median_s == 25
    assert found.records_an_hour == pytest.approx(3600 * 4 / (10 + 20 + 300 + 30))
    assert (found.records, found.cells, found.unsure, found.agreed) == (4, 4, 0, None)
    assert (found.speed, found.agreement) == (None, None)


def test_a_record_with_many_tags_counts_once_and_unknown_times_not_at_all():
    rows = [*work("ana", [8, 12], ["yes", "unsure"]), *work("ana", [8, 12], ["no", "no"], tag="u")]
    found = habits_of(rows, work("bo", [None, 0], ["yes", "no"]))
    assert (found["ana"].records, found["ana"].cells, found["ana"].unsure) == (2, 4, 1)
    assert (found["ana"].median_s, found["ana"].records_an_hour) == (10, 360)
    assert (found["bo"].median_s, found["bo"].records_an_hour) == (None, None)


def test_agreement_with_others_counts_every_other_verdict():
    said = {"ana": ["yes", "no", "yes"], "bo": ["yes", "yes", "unsure"], "cy": ["no", "no", "yes"]}
    found = habits_of(*(work(name, [1] * 3, verdicts) for name, verdicts in said.items()))
    assert found["ana"].agreed == pytest.approx(3 / 5)  # bo; cy; cy
    assert found["bo"].agreed == pytest.approx(1 / 4)  # ana
    assert found["cy"].agreed == pytest.approx(2 / 5)  # ana, ana


def test_who_grows_slower_and_agrees_less_is_found_with_intervals():
    generator = np.random.default_rng(2)
    truth = generator.random(200) < 0.5
    flips = generator.random(200) < np.repeat([0.02, 0.4], 100)
    say = {True: "yes", False: "no"}
    rows = [
        work(
            "ana",
            [*generator.normal(10, 1, 100), *generator.normal(20, 1, 100)],
            [say[bool(t ^ f)] for t, f in zip(truth, flips, strict=True)],
        ),
        work("bo", generator.normal(10, 1, 200), [say[bool(t)] for t in truth]),
    ]
    found = habits_of(*rows)["ana"]
    assert found.speed.is_drift
    assert (found.speed.first, found.speed.last) == pytest.approx((10, 20), abs=0.5)
    assert found.speed.low < 2 < found.speed.high
    assert found.agreement.is_drift
    assert found.agreement.change == pytest.approx(np.mean(flips[:100]) - np.mean(flips[100:]))
    assert found.agreement.low < found.agreement.change < found.agreement.high < 0
    assert not habits_of(*rows)["bo"].speed.is_drift


def test_who_stays_the_same_is_called_drifting_as_seldom_as_it_should_be():
    generator = np.random.default_rng(9)
    drifting = 0
    for _ in range(200):
        spent, truth = generator.gamma(4, 3, 80), generator.random(80) < 0.5
        same = generator.random(80) < 0.8
        say = {True: "yes", False: "no"}
        found = habits_of(
            work("ana", spent, [say[bool(t)] for t in truth]),
            work("bo", [1] * 80, [say[bool(t == s)] for t, s in zip(truth, same, strict=True)]),
        )["ana"]
        drifting += found.speed.is_drift + found.agreement.is_drift
    assert drifting / 400 <= 0.09


def test_drift_is_by_time_and_takes_enough_records_and_times():
    rows = work("ana", [10] * 20 + [20] * 20, ["yes"] * 40)
    assert habits_of(reversed(rows))["ana"].speed.change == pytest.approx(2)
    assert habits_of(rows[:39])["ana"].speed is None
    assert habits_of([row._replace(time=None) for row in rows])["ana"].speed is None


def test_the_drift_of_accuracy_tells_who_it_is_that_drifts():
    """ana answers as she did; bo does not any more. Both agree less, and bo alone is right less often."""
    generator = np.random.default_rng(4)
    truth, flips = generator.random(100) < 0.5, generator.random(100) < np.repeat([0.0, 0.5], 50)
    say = {True: "yes", False: "no"}
    rows = [
        *work("ana", [1] * 100, [say[bool(t)] for t in truth]),
        *work("bo", [1] * 100, [say[bool(t ^ f)] for t, f in zip(truth, flips, strict=True)]),
    ]
    annotations = Annotations.of(rows)
    ana, bo = find_habits(annotations, truth.astype(float))
    change = -flips[50:].mean()
    assert (ana.agreement.change, bo.agreement.change) == pytest.approx((change, change))
    assert (ana.accuracy.change, ana.accuracy.is_drift) == (0, False)
    assert (bo.accuracy.change, bo.accuracy.is_drift) == (pytest.approx(change), True)
    partly = np.where(np.arange(100) < 39, truth, np.nan)
    assert find_habits(annotations, partly)[0].accuracy is None


# ---- accuracy


def test_accuracy_against_known_answers_is_counted():
    votes = np.array([[1, 0], [1, 1], [0, -1], [0, -1]], dtype=np.int8)
    first, second = expect_accuracy(votes, np.array([1.0, 1.0, 1.0, 0.0]))
    assert (first.accuracy, first.recall, first.specificity, first.cells) == (0.75, pytest.approx(2 / 3), 1.0, 4)
    assert (second.accuracy, second.recall, second.specificity, second.cells) == (0.5, 0.5, None, 2)
    assert expect_accuracy(np.full((3, 1), -1, dtype=np.int8), np.ones(3)) == (None,)


def test_accuracy_against_probabilities_is_what_many_draws_give():
    generator = np.random.default_rng(1)
    votes, p = generator.integers(-1, 2, (30, 2)).astype(np.int8), generator.random(30)
    found = expect_accuracy(votes, p)
    for column, each in zip(votes.T, found, strict=True):
        said = column >= 0
        drawn = generator.random((20_000, said.sum())) < p[said]
        assert each.accuracy == pytest.approx((drawn == (column[said] == 1)).mean(), abs=0.01)


@pytest.mark.parametrize(
    ("said", "identified"),
    [(["yes", "yes", "no"], True), (["yes", "unsure", "no"], False), (["yes", "no"], False), ([], False)],
)
def test_it_takes_three_who_share_records_to_tell_who_errs(said, identified):
    rows = [Decision(1, "t", f"a{i}", verdict) for i, verdict in enumerate(said)]
    assert is_identified(Annotations.of([*rows, Decision(2, "t", "alone", "yes")])) is identified


# ---- contested records


def test_the_most_evenly_split_come_first_and_the_unsure_last():
    said = {
        1: ["yes", "unsure"],
        2: ["yes", "yes", "no"],
        3: ["yes", "no"],
        4: ["yes", "yes"],
        5: ["unsure"],
    }
    found = find_contested(
        Annotations.of(
            Decision(record, "t", f"a{i}", verdict)
            for record, verdicts in said.items()
            for i, verdict in enumerate(verdicts)
        )
    )
    assert [record.record_id for record in found] == [3, 2, 1, 5]
    assert [record.contested for record in found] == [1, 1, 0, 0]
    assert found[1].tags == (ContestedTag("t", yes=2, no=1, unsure=0),)
    assert [record.weight for record in found] == [1, pytest.approx(2 / 3), 0, 0]


def test_the_weight_of_a_record_is_the_sum_over_its_tags():
    rows = [Decision(r, t, a, v) for r, t, a, v in [
        (1, "x", "ana", "yes"), (1, "x", "bo", "no"), (2, "x", "ana", "yes"), (2, "x", "bo", "no"),
        (2, "y", "ana", "no"), (2, "y", "bo", "yes"), (2, "z", "ana", "no"), (2, "z", "bo", "no"),
    ]]  # fmt: skip
    found = find_contested(Annotations.of(rows))
    assert [(record.record_id, record.weight, [tag.tag for tag in record.tags]) for record in found] == [
        (2, 2, ["x", "y"]), (1, 1, ["x"]),
    ]  # fmt: skip


def test_the_last_decision_of_an_annotator_on_a_cell_counts_and_ids_keep_their_type():
    rows = [Decision(1, "t", "ana", "yes"), Decision("1", "t", "ana", "no"), Decision(1, "t", "ana", "no")]
    annotations = Annotations.of(rows)
    assert annotations.record_ids == (1, "1")
    assert annotations.counts.tolist() == [[1, 0], [1, 0]]
