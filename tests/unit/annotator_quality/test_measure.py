"""What is measured of decisions in all, and the files that they come from."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("krippendorff", reason="the extra review is not installed")

from weaklabel.agreement import Coefficient, Decision
from weaklabel.annotator_quality import (
    check_comparable,
    find_open,
    measure_quality,
    only_tag,
    read_decision_files,
    say_accuracy,
    say_drift,
    say_figure,
    say_interval,
    say_number,
    say_share,
    say_value,
)
from weaklabel.errors import Place, ReviewError


def simulate(accuracies, share, n_records=400, tags=3, seen=None, seed=0):
    """Decisions of annotators who are right as often as that, and how often they were."""
    generator = np.random.default_rng(seed)
    rows, right = [], [[] for _ in accuracies]
    for record in range(n_records):
        for tag in range(tags):
            truth = generator.random() < share
            for i in generator.choice(len(accuracies), seen or len(accuracies), replace=False):
                right[i].append(generator.random() < accuracies[i])
                verdict = "yes" if truth == right[i][-1] else "no"
                rows.append(Decision(record, f"t{tag}", f"a{i}", verdict))
    return rows, [float(np.mean(each)) for each in right]


@pytest.mark.parametrize("share", [0.4, 0.05])
def test_dawid_and_skenes_model_finds_how_often_annotators_are_right(share):
    rows, right = simulate([0.95, 0.9, 0.8], share)
    quality = measure_quality(rows)
    assert [each.estimated.accuracy for each in quality.annotators] == pytest.approx(right, abs=0.02)
    assert quality.is_identified


def test_it_does_when_each_record_has_two_of_five():
    rows, right = simulate([0.97, 0.9, 0.75, 0.6, 0.85], 0.3, n_records=1200, seen=2)
    estimated = [each.estimated.accuracy for each in measure_quality(rows).annotators]
    assert estimated == pytest.approx(right, abs=0.05)


def test_of_two_annotators_nobody_can_tell_who_errs():
    rows, _ = simulate([0.9, 0.7], 0.4, n_records=30)
    quality = measure_quality(rows)
    assert not quality.is_identified
    assert [each.estimated for each in quality.annotators] == [None, None]


def test_a_reviewers_verdicts_are_what_annotators_are_held_against():
    rows = [
        Decision(1, "t", "ana", "yes"), Decision(1, "t", "bo", "no"), Decision(2, "t", "ana", "yes"),
        Decision(2, "t", "bo", "no"), Decision(3, "t", "bo", "unsure"), Decision(4, "u", "ana", "no"),
        Decision(1, "t", "rey", "yes", is_final=True), Decision(3, "t", "rey", "no", is_final=True),
        Decision(4, "u", "rey", "unsure", is_final=True),
    ]  # fmt: skip
    quality = measure_quality(rows)
    found = {
        each.name: each.adjudicated and (each.adjudicated.accuracy, each.adjudicated.cells)
        for each in quality.annotators
    }
    assert found == {"ana": (1.0, 1), "bo": (0.0, 1)}  # a reviewer is no annotator, and unsure holds nobody to anything
    assert (quality.records, quality.cells, quality.unsure, quality.adjudicated) == (4, 4, 1, 3)
    assert [record.record_id for record in quality.contested] == [2]
    assert quality.contested == find_open(rows)


def test_tags_come_the_least_agreed_on_first_and_undefined_ones_last():
    said = {"good": ("yes", "yes"), "bad": ("yes", "no"), "same": ("no", "no")}
    rows = [
        Decision(r, tag, name, v)
        for r in range(4)
        for tag, vs in said.items()
        for name, v in zip("ab", vs, strict=True)
    ]
    rows += [Decision(9, "good", name, "no") for name in "ab"] + [Decision(9, "alone", "a", "yes")]
    tags = measure_quality(rows).tags
    assert [(each.tag, each.alpha.value, each.contested) for each in tags] == [
        ("bad", pytest.approx(-0.75), 4), ("good", 1.0, 0), ("same", None, 0),
    ]  # fmt: skip
    assert tags[2].alpha.undefined == "one verdict"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "nothing was decided yet"),
        ([Decision(1, "t", "ana", "yes")], "ana alone has decided"),
        ([Decision(1, "t", "ana", "yes"), Decision(2, "t", "bo", "yes")], "no two of the 2 annotators"),
        ([Decision(1, "t", "ana", "yes"), Decision(1, "t", "bo", "unsure")], "no two of the 2 annotators"),
        ([Decision(1, "t", "rey", "yes", is_final=True)], "nothing was decided yet"),
    ],
)
def test_where_there_is_nothing_to_compare_it_says_why(rows, says):
    quality = measure_quality(rows)  # which the page shows all the same
    with pytest.raises(ReviewError, match=says):
        check_comparable(quality, Place("x"))


def test_one_tag_alone_and_the_nearest_to_one_that_is_none():
    rows = [Decision(1, "baking", "ana", "yes"), Decision(1, "frying", "ana", "no")]
    assert only_tag(rows, "baking", Place("--tag")) == rows[:1]
    with pytest.raises(ReviewError, match="Did you mean 'baking'"):
        only_tag(rows, "bakin", Place("--tag"))


# ---- words


def test_figures_in_words():
    rows, _ = simulate([0.95, 0.9, 0.8], 0.4, n_records=50)
    quality = measure_quality(rows)
    assert say_figure(quality.alpha) == f"{say_value(quality.alpha)} {say_interval(quality.alpha)}"
    numbers = Coefficient(-0.004, -0.25, 1.0, 0.5, 9, 9)
    assert (say_value(numbers), say_interval(numbers)) == (".00", "[-.25, 1.00]")
    assert say_figure(replace(numbers, low=None)) == ".00"
    assert say_accuracy(quality.annotators[0].estimated).endswith("% of 150")
    undefined = measure_quality([]).alpha
    assert {say_value(undefined), say_interval(undefined), say_share(None), say_accuracy(None), say_number(None)} == {
        "–"
    }


def test_a_drift_in_words():
    rows = [
        Decision(r, "t", name, "yes" if name == "bo" or r < 30 else "no", 10.0 if r < 30 else 20.0,
                 datetime(2026, 1, 1, r // 60, r % 60, tzinfo=UTC))
        for r in range(60) for name in ("ana", "bo")
    ]  # fmt: skip
    found = {each.name: list(say_drift(each.habits)) for each in measure_quality(rows).annotators}
    assert found["ana"] == [
        "grows slower: 10.0 s, then 20.0 s a record (× 2.00 [2.00, 2.00]).",
        "agrees less with the others: 100%, then 0% (-100 [-100, -100] points).",
    ]


# ---- files

LINE = {
    "record_id": 92,
    "tag": "baking",
    "verdict": "yes",
    "annotator": "ana",
    "time": "2026-01-02T03:04:05Z",
    "note": "n",
}


def test_what_import_writes_is_read(tmp_path):
    path = tmp_path / "decisions.jsonl"
    other = {
        "record_id": "b",
        "tag": "x",
        "verdict": "unsure",
        "annotator": "bo",
        "time": "",
        "note": "",
        "spent_ms": 1500,
    }
    path.write_text(f"{json.dumps(LINE)}\n{json.dumps(other)}\n")
    time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert read_decision_files([str(path)]) == [
        Decision(92, "baking", "ana", "yes", None, time, "n"), Decision("b", "x", "bo", "unsure", 1.5, None, ""),
    ]  # fmt: skip


def test_a_csv_file_is_read(tmp_path):
    (tmp_path / "d.csv").write_text("record_id,tag,verdict,annotator,time\na,x,no,bo,2026-01-02 03:04\n")
    [row] = read_decision_files([str(tmp_path / "d.csv")])
    assert (row.record_id, row.verdict, row.time) == ("a", "no", datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


def test_every_row_that_is_no_decision_is_told_with_its_line(tmp_path):
    path = tmp_path / "d.jsonl"
    changes = [
        {"verdict": None}, {"annotator": "", "tag": None}, {"verdict": "yess"}, {"time": "today"}, {"spent_ms": -1},
        {"record_id": True}, {"record_id": [1]},
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps({**LINE, **change})}\n" for change in changes) + '"text"\n')
    with pytest.raises(ReviewError) as raised:
        read_decision_files([str(path)])
    assert [(problem.place.line, problem.what) for problem in raised.value.problems] == [
        (1, "this row has no verdict."), (2, "this row has no tag and no annotator."), (3, "'yess' is no verdict."),
        (4, "'today' is no time."), (5, "spent_ms is -1."), (6, "True is no id of a record."),
        (7, "[1] is no id of a record."), (8, "this row has no record_id and no tag and no verdict and no annotator."),
    ]  # fmt: skip
    assert "Did you mean 'yes'" in raised.value.problems[2].fix
