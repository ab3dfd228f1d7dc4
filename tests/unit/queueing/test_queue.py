"""Queues and simulations of a small project: 120 records about one topic each."""

import csv
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score

from support.topics import TOPICS, topic_texts
from weaklabel import Project
from weaklabel.errors import OutputError, UsageError
from weaklabel.pipeline import judge, vote_project
from weaklabel.queueing.build import Queue, QueuedRecord, QueuedTag, build_queue
from weaklabel.queueing.correction import find_mislabelled, found_by_verdict, plant_in
from weaklabel.queueing.gather import draw_half, gather_evidence
from weaklabel.queueing.learning import draw_parts
from weaklabel.queueing.order import read_queue
from weaklabel.queueing.simulate import simulate_project
from weaklabel.queueing.task import Task, Truth, find_truth
from weaklabel.queueing.write import check_suffix, write_queue, write_simulations
from weaklabel.resolution import resolve
from weaklabel.sampling import Ranking, draw, parse_mixture

N = 120
RIGHT = [TOPICS[i % 4] for i in range(N)]
NAMES = sorted(TOPICS)
WRONG = {3: "bread", 17: "music", 40: "birds"}
COPIES_THE_AUTHOR = f"""
from weaklabel import labeling_function

@labeling_function(tags={NAMES!r})
def copies_the_author(record):
    return record.tags
"""
EXCLUSIVE = pytest.mark.parametrize("task", ["multilabel", "multiclass"])


@pytest.fixture
def make(tmp_path):
    """Write a project, in which three records are given a wrong topic, and gold tags say so."""

    def write(given=None, *, gold=True, task="multilabel", n_words=9, **own):
        given = given or [[WRONG.get(i, topic)] for i, topic in enumerate(RIGHT)]
        rows = [
            {"id": f"r{i}", "title": text if i % 3 else f"{text} {RIGHT[i]}", "tags": tags}
            for i, (text, tags) in enumerate(zip(topic_texts(RIGHT, n_words=n_words), given, strict=True))
        ]
        (tmp_path / "records.json").write_text(json.dumps(rows))
        (tmp_path / "tags.json").write_text(json.dumps([{"tag": topic} for topic in TOPICS]))
        lines = [json.dumps({"id": f"r{i}", "tags": [topic]}) for i, topic in enumerate(RIGHT)]
        (tmp_path / "gold.jsonl").write_text("\n".join(lines))
        paths = (str(tmp_path / "records.json"), str(tmp_path / "tags.json"))
        own |= {"gold": str(tmp_path / "gold.jsonl")} if gold else {}
        return Project.of(*paths, task=task, cache=None, **own).settings

    return write


@EXCLUSIVE
def test_what_is_likely_wrong_comes_first(make, task):
    queue = build_queue(make(task=task), limit=3)
    assert {row.record_id for row in queue.rows} == {"r3", "r17", "r40"}
    assert (queue.strategy, queue.goal, queue.waiting, queue.decided) == ("expected_correction", "correction", N, 0)
    for row in queue.rows:
        record = int(row.record_id[1:])
        assert {each.tag for each in row.tags} <= {WRONG[record], RIGHT[record]}


def test_decided_records_are_left_out(make, tmp_path):
    decisions = tmp_path / "decisions.jsonl"
    decisions.write_text('{"record_id": "r17", "tag": "music", "verdict": "no"}\n')
    queue = build_queue(make(), exclude=str(decisions))
    assert "r17" not in {row.record_id for row in queue.rows}
    assert (len(queue.rows), queue.waiting, queue.decided) == (N - 1, N - 1, 1)


def test_where_nothing_is_given_the_queue_is_for_learning(make):
    settings = make([None] * N)
    queue = build_queue(settings, limit=1)
    assert queue.goal == "learning"
    assert queue.strategy == "representative"


def test_where_all_that_was_given_is_decided_the_queue_is_for_learning(make, tmp_path):
    settings = make([["music"], ["birds"], *[None] * (N - 2)])
    decisions = tmp_path / "decisions.jsonl"
    rows = [{"record_id": f"r{i}", "tag": "music", "verdict": "no"} for i in range(2)]
    decisions.write_text(json.dumps(rows[0]))
    assert build_queue(settings, exclude=str(decisions), limit=1).goal == "correction"
    decisions.write_text("\n".join(map(json.dumps, rows)))
    assert build_queue(settings, exclude=str(decisions), limit=1).goal == "learning"


def test_a_pool_that_is_none_is_an_error(make):
    with pytest.raises(UsageError, match=r"--pool: scores cannot be pooled by 'sums'\. Did you mean 'sum'\?"):
        build_queue(make(), pool="sums")


@pytest.mark.parametrize(
    ("task", "strategy", "said"),
    [
        ("multilabel", "margin", "margin compares whole records"),
        ("multilabel", "random,diversity", "random and diversity compare whole records"),
        ("multiclass", "entropy:2,margin", "entropy and margin compare whole records"),
    ],
)
def test_a_pool_that_changes_nothing_is_an_error(make, task, strategy, said):
    settings = make(task=task)
    with pytest.raises(UsageError, match=f"--pool: {said}") as raised:
        build_queue(settings, strategy, pool="sum")
    assert "expected_correction" in raised.value.problems[0].fix
    assert ("entropy" in raised.value.problems[0].fix) == (task == "multilabel")
    with pytest.raises(UsageError, match=f"--pool: {said}"):
        simulate_project(settings, "correction", ["long_tail", strategy], seeds=[0], pool="sum")


def test_a_pool_is_for_what_it_can_change(make):
    settings = make()
    assert build_queue(settings, "expected_correction,margin", pool="sum", limit=1).rows[0].rank == 1
    simulation = simulate_project(settings, "correction", ["entropy"], seeds=[0], budget=5, pool="top3")
    assert [curve.strategy for curve in simulation.charts[0].curves] == ["entropy", "random"]
    with pytest.raises(UsageError, match="representative compares whole records"):
        build_queue(make([None] * N), pool="sum")


def test_a_queue_is_written_in_three_formats(make, tmp_path):
    queue = build_queue(make(), "expected_correction,random:.1", limit=2)
    for suffix in ("csv", "jsonl", "parquet"):
        write_queue(queue, tmp_path / f"queue.{suffix}")
    table = pd.read_csv(tmp_path / "queue.csv")
    assert list(table.columns) == ["rank", "record_id", "score", "tags", "reasons"]
    lines = [json.loads(line) for line in (tmp_path / "queue.jsonl").read_text().splitlines()]
    kept = pd.read_parquet(tmp_path / "queue.parquet")
    assert list(table["record_id"]) == [line["record_id"] for line in lines] == list(kept["record_id"])
    assert json.loads(table["tags"][0]) == [tag["tag"] for tag in lines[0]["tags"]] == list(kept["tags"][0])
    assert table["reasons"][0] == "; ".join(lines[0]["reasons"])
    assert lines[0]["tags"][0].keys() == {"tag", "given", "probability"}
    with pytest.raises(OutputError, match=r"ends with \.csv, \.jsonl or \.parquet"):
        check_suffix(tmp_path / "queue.txt")


def test_any_id_tag_and_reason_comes_back_from_a_csv_file(tmp_path):
    odd = ("a\rb", 'c,"d"', "e\nf", "g\r\nh", "; i", "")
    rows = [QueuedRecord(i, f"{text}{i}", 0.5, (QueuedTag(text, given=True, probability=0.1),) * 2, (text,))
            for i, text in enumerate(odd)]  # fmt: skip
    write_queue(Queue(tuple(rows), "random", None, 6, 0), tmp_path / "queue.csv")
    with (tmp_path / "queue.csv").open(newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    assert [row["record_id"] for row in read] == [row.record_id for row in rows]
    assert [json.loads(row["tags"]) for row in read] == [[text, text] for text in odd]
    assert [row["reasons"] for row in read] == list(odd)
    assert read_queue(tmp_path / "queue.csv", [row.record_id for row in rows]) == tuple(r.record_id for r in rows)


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


def test_each_member_of_an_ensemble_knows_a_half_of_its_own_which_the_seed_changes():
    ids = [str(i) for i in range(2_000)]
    halves = {(member, seed): draw_half(ids, member, seed) for member in range(5) for seed in range(3)}
    chance = {("random", seed): np.array([draw(each, seed) < 0.5 for each in ids]) for seed in range(5)}
    drawn = np.array([*halves.values(), *chance.values()], dtype=float)
    assert np.abs(drawn.mean(axis=1) - 0.5).max() < 0.05
    assert np.abs(np.corrcoef(drawn) - np.eye(len(drawn))).max() < 0.1
    np.testing.assert_array_equal(draw_half(ids[::-1], 3, 1), halves[3, 1][::-1])


def test_the_seed_changes_an_ensemble(make):
    settings = make()
    judged = judge(settings, vote_project(settings))
    waiting = np.ones(N, dtype=bool)

    def ask(seed):
        found = gather_evidence(settings, judged, {"ensemble"}, waiting=waiting, decided=~waiting, seed=seed)
        return np.array(found.opinions["ensemble"])

    np.testing.assert_array_equal(ask(0), ask(0))
    assert (ask(0) != ask(1)).any()


def test_a_ranking_asks_nothing_of_a_strategy_that_needs_nothing(make):
    voted = vote_project(make())
    judged = judge(make(), voted)
    waiting = np.ones(N, dtype=bool)
    evidence = gather_evidence(make(), judged, (), waiting=waiting, decided=~waiting)
    assert (evidence.opinions, evidence.vectors) == ({}, None)
    assert len(Ranking(evidence, parse_mixture("entropy")).order) == N
