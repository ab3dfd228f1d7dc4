"""Simulations of a small project: mislabels found, and models that learn."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from support.topic_project import EXCLUSIVE, NAMES, RIGHT, WRONG, N
from weaklabel.errors import UsageError
from weaklabel.pipeline import judge, vote_project
from weaklabel.queueing.correction import find_mislabelled, found_by_verdict, plant_in
from weaklabel.queueing.learning import draw_parts
from weaklabel.queueing.simulate import simulate_project
from weaklabel.queueing.task import Task, Truth, find_truth
from weaklabel.queueing.write import write_simulations
from weaklabel.resolution import resolve
from weaklabel.sampling import draw

COPIES_THE_AUTHOR = f"""
from weaklabel import labeling_function

@labeling_function(tags={NAMES!r})
def copies_the_author(record):
    return record.tags
"""


@EXCLUSIVE
def test_gold_tags_say_what_is_mislabelled(make, task):
    voted = vote_project(make(task=task))
    truth = find_truth(voted.observed)
    records, tags = np.nonzero(find_mislabelled(voted.observed, truth))
    wrong = {(i, NAMES.index(topic)) for i, topic in WRONG.items()}
    lacking = set() if task == "multiclass" else {(i, NAMES.index(RIGHT[i])) for i in WRONG}
    assert set(zip(records.tolist(), tags.tolist(), strict=True)) == wrong | lacking


@EXCLUSIVE
def test_expected_correction_finds_gold_mislabels_first(make, task):
    settings = make(task=task)
    simulation = simulate_project(settings, "correction", ["expected_correction"], seeds=range(2), budget=12)
    verdicts, records = simulation.charts
    n = 3 if task == "multiclass" else 6
    assert simulation.says == f"{n} mislabels among 120 given tags (by gold tags)."
    assert [curve.strategy for curve in verdicts.curves] == ["expected_correction", "random"]
    found = verdicts["expected_correction"].mean
    assert found[2] == 3  # each of the first three verdicts is on a wrong tag
    assert 3 <= found[-1] <= n  # what is lacking in these records may be less than half as suspicious
    assert records["expected_correction"].mean[-1] == n
    assert verdicts["random"].mean[-1] < 2


def test_without_gold_mislabels_are_planted(make):
    settings = make([[topic] for topic in RIGHT], gold=False)
    simulation = simulate_project(settings, "correction", ["expected_correction"], seeds=[0], budget=24)
    assert simulation.says.startswith("24 mislabels among 120 given tags (planted: 10% of tags dropped")
    assert simulation.charts[0].ratio("expected_correction") > 3


def test_mislabels_are_planted_only_where_it_is_known_what_is_right(make, tmp_path):
    given = [[topic] for topic in RIGHT[:100]] + [None] * (N - 100)
    settings = make(given)
    gold = [json.dumps({"id": f"r{i}", "tags": [RIGHT[i]]}) for i in range(N) if i % 2]
    (tmp_path / "gold.jsonl").write_text("\n".join(gold))
    simulation = simulate_project(settings, "correction", ["random"], seeds=[0], budget=10)
    assert simulation.says.startswith("10 mislabels among 50 given tags (planted")
    voted = vote_project(settings)
    copy = plant_in(Task(settings, voted, find_truth(voted.observed), ()), seed=0)
    differs = [i for i in range(N) if copy[i] != voted.observed.given[i]]
    assert 5 <= len(differs) <= 10
    assert all(i % 2 and i < 100 for i in differs)


def test_labeling_functions_see_the_planted_mislabels(make, tmp_path):
    """One that copies the author says nothing new: it must not know what was given before."""
    (tmp_path / "lfs").mkdir()
    (tmp_path / "lfs" / "copies.py").write_text(COPIES_THE_AUTHOR)
    changes = {"label_model": "majority", "end_model": "none", "gold": False, "lfs": tmp_path / "lfs"}
    settings = make([[topic] for topic in RIGHT], **changes)
    simulation = simulate_project(settings, "correction", ["expected_correction"], seeds=[0], budget=24)
    found = simulation.charts[0]["expected_correction"].values
    assert found[0, -1] < 12


def test_a_verdict_is_on_one_tag_and_finds_one_mislabel(make):
    voted = vote_project(make())
    mislabelled = find_mislabelled(voted.observed, find_truth(voted.observed))

    class Fixed:
        order = np.array([3, 0, 17])

        def tags_of(self, record):
            return (NAMES.index(RIGHT[record]), NAMES.index("bread"))

    assert list(found_by_verdict(Fixed(), mislabelled)) == [1, 1, 0, 0, 1, 0]


def test_learning_parts_do_not_overlap_and_leave_out_the_unknown(make):
    settings = make()
    voted = vote_project(settings)
    truth = find_truth(voted.observed)
    known = np.arange(N) < 110
    parts = draw_parts(Task(settings, voted, Truth(truth.tags, known), ()), seed=1)
    assert [int(part.sum()) for part in parts] == [33, 50, 27]
    np.testing.assert_array_equal(np.sum(parts, axis=0), known)


@EXCLUSIVE
def test_learning_scores_records_whose_tags_are_never_shown(make, task):
    settings = make(gold=True, task=task, n_words=3)
    simulation = simulate_project(settings, "learning", ["entropy"], seeds=range(2), budget=12)
    (chart,) = simulation.charts
    assert (chart.unit, chart.measure) == ("records", "accuracy" if task == "multiclass" else "micro-F1")
    assert chart.spent.tolist() == [0, 2, 4, 6, 8, 10, 12]
    first = [curve.values[:, 0] for curve in chart.curves]
    np.testing.assert_array_equal(first[0], first[1])  # all begin with the same records
    voted = vote_project(settings)
    parts_of = [draw_parts(Task(settings, voted, find_truth(voted.observed), ()), seed) for seed in range(2)]
    for seed, parts in enumerate(parts_of):
        asked = sorted(np.flatnonzero(parts.pool).tolist(), key=lambda i: -draw(f"r{i}", seed))
        for point, n in ((0, 0), (3, 6), (6, 12)):
            labelled = {*np.flatnonzero(parts.start).tolist(), *asked[:n]}
            wanted = score_a_run(make, labelled, parts.test, task)
            assert chart["random"].values[seed, point] == pytest.approx(wanted)
            assert wanted < 1


def score_a_run(make, labelled, test, task):
    """Run a project in which only these records have tags, and let scikit-learn score it on others."""
    settings = make(
        [[topic] if i in labelled else None for i, topic in enumerate(RIGHT)], gold=False, task=task, n_words=3
    )
    cells = judge(settings, vote_project(settings)).resolution.cells
    probability = np.zeros((N, len(NAMES)))
    probability[cells.record, cells.tag] = cells.probability
    right = np.array([[name == topic for name in NAMES] for topic in RIGHT])
    if task == "multiclass":
        return accuracy_score(right.argmax(axis=1)[test], probability.argmax(axis=1)[test])
    return f1_score(right[test], probability[test] > 0.5, average="micro")


@EXCLUSIVE
def test_labeling_functions_do_not_see_what_is_hidden(make, tmp_path, task):
    """By majority and without an end model, a record's probability rests on its own votes alone."""
    changes = {"task": task, "label_model": "majority", "end_model": "none", "gold": False}

    def simulate(**own):
        simulation = simulate_project(make(**changes, **own), "learning", ["random"], seeds=[0], budget=6)
        return simulation.charts[0]["random"].values

    without = simulate()
    assert without.max() < 0.8
    (tmp_path / "lfs").mkdir()
    (tmp_path / "lfs" / "copies.py").write_text(COPIES_THE_AUTHOR)
    np.testing.assert_array_equal(simulate(lfs=tmp_path / "lfs"), without)


def test_too_little_to_hide_is_an_error(make):
    with pytest.raises(UsageError, match="the right tags of 0 records are known"):
        simulate_project(make([None] * N, gold=False), "learning", seeds=[0])
    with pytest.raises(UsageError, match="there are no mislabels to look for"):
        simulate_project(make([None] * N, gold=False), "correction", seeds=[0])


@EXCLUSIVE
def test_what_given_tags_do_not_change_can_be_taken_from_before(make, task):
    settings = make(task=task)
    voted = vote_project(settings)
    hidden = tuple(None if i % 3 else tags for i, tags in enumerate(voted.observed.given))
    for changes in ({}, {"label_model": "pooled"}, {"class_balance": "given"}):
        own = replace(settings, **changes)
        task_of = Task(own, voted, find_truth(voted.observed), ())
        other = task_of.with_given(hidden, voted.observed.cast).observed
        afresh, reused = resolve(own, other), resolve(own, other, earlier=resolve(own, voted.observed))
        np.testing.assert_array_equal(reused.cells.probability, afresh.cells.probability)
        np.testing.assert_array_equal(reused.label_model.probability, afresh.label_model.probability)


def test_pictures_and_figures_are_written(make, tmp_path):
    simulations = [simulate_project(make(), "correction", ["entropy"], seeds=[0], budget=10)]
    for suffix in ("svg", "json"):
        write_simulations(simulations, tmp_path / f"out.{suffix}")
    (read,) = json.loads((tmp_path / "out.json").read_text())
    assert read["charts"][0]["spent"][-1] == 10
    assert [curve["strategy"] for curve in read["charts"][0]["curves"]] == ["entropy", "random"]
    picture = (tmp_path / "out.svg").read_text()
    assert picture.startswith("<svg ")
    assert "entropy" in picture
    assert "prefers-color-scheme: dark" in picture
    write_simulations(simulations, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text() == picture
