"""Queues of a small project: 120 records about one topic each."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from support.topic_project import EXCLUSIVE, RIGHT, WRONG, N
from weaklabel.errors import OutputError, UsageError
from weaklabel.pipeline import judge, vote_project
from weaklabel.queueing.build import Queue, QueuedRecord, QueuedTag, build_queue
from weaklabel.queueing.gather import draw_half, gather_evidence
from weaklabel.queueing.order import read_queue
from weaklabel.queueing.simulate import simulate_project
from weaklabel.queueing.write import check_suffix, write_queue
from weaklabel.sampling import Ranking, draw, parse_mixture


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
