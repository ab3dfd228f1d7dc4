"""The order in which tools show records: by a file, by the tables of a run, by a strategy."""

import json
from pathlib import Path

import pandas as pd
import pytest

from support.topics import TOPICS, topic_texts
from weaklabel import Project
from weaklabel.errors import RecordsError, UsageError
from weaklabel.queueing.build import build_queue
from weaklabel.queueing.order import choose_order, order_by_correction, read_queue

N = 80
NAMES = sorted(TOPICS)
LFS = """\
- {id: speaks_of_flour, tags: [bread], match: {keywords: [flour]}}
- {id: speaks_of_dough, tags: [bread], polarity: absent, match: {keywords: [dough]}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with three wrong tags, and labeling functions that contradict each other, run."""
    folder = tmp_path_factory.mktemp("order")
    right = [TOPICS[i % 4] for i in range(N)]
    given = [NAMES[(NAMES.index(tag) + 1) % 4] if i in (3, 17, 40) else tag for i, tag in enumerate(right)]
    rows = [
        {"id": i, "title": text if i % 3 else f"{text} {right[i]}", "tags": [tag]}
        for i, (text, tag) in enumerate(zip(topic_texts(right), given, strict=True))
    ]
    (folder / "records.json").write_text(json.dumps(rows))
    (folder / "tags.json").write_text(json.dumps([{"tag": topic} for topic in NAMES]))
    (folder / "lfs").mkdir()
    (folder / "lfs" / "bread.yaml").write_text(LFS)
    paths = (str(folder / "records.json"), str(folder / "tags.json"))
    made = Project.of(*paths, lfs=folder / "lfs", out=folder / "run", cache=None)
    made.run().write()
    return made


def test_the_order_by_tables_is_that_of_the_strategy_that_they_stand_for(project):
    queue = build_queue(project.settings, "expected_correction")
    order = choose_order(project.settings.out)
    place = {record_id: i for i, record_id in enumerate(order)}
    scores = [row.score for row in sorted(queue.rows, key=lambda row: place[row.record_id])]
    assert scores == sorted(scores, reverse=True)
    assert set(order[:3]) == {3, 17, 40}
    assert sorted(order) == list(range(N))


@pytest.mark.parametrize("strategy", ["lf_conflict", "diversity", "representative", "random", "long_tail"])
def test_a_strategy_orders_a_stored_run_as_it_does_the_project(project, strategy):
    queue = build_queue(project.settings, strategy)
    assert choose_order(project.settings.out, strategy=strategy) == tuple(row.record_id for row in queue.rows)


def test_what_votes_contradict_each_other_on_comes_first(project):
    """A generated vote that a hand-written one withdraws contradicts nothing: it is settled."""
    rows = json.loads(Path(project.settings.records).read_text())
    words = {row["id"]: set(row["title"].split()) for row in rows}
    conflicts = [i for i in range(N) if {"flour", "dough"} <= words[i]]
    assert len(conflicts) > 2
    assert any({"bread", "dough"} <= words[i] for i in range(N) if i not in conflicts)
    order = choose_order(project.settings.out, strategy="lf_conflict")
    assert order == (*conflicts, *(i for i in range(N) if i not in conflicts))


def test_probabilities_of_a_stored_run_order_records_nearly_as_all_do(project):
    """A run leaves out cells below .01, so the last digits of an entropy differ."""
    queue = [row.record_id for row in build_queue(project.settings, "entropy").rows]
    order = choose_order(project.settings.out, strategy="entropy")
    ranks = pd.DataFrame({"all": pd.Series(range(N), queue), "stored": pd.Series(range(N), order)})
    assert ranks["all"].corr(ranks["stored"], method="spearman") > 0.95


def test_what_asks_models_or_names_two_orders_is_refused(project, tmp_path):
    with pytest.raises(UsageError, match="label_model_disagreement asks models") as raised:
        choose_order(project.settings.out, strategy="random,label_model_disagreement")
    assert "--out queue.csv" in raised.value.problems[0].fix
    with pytest.raises(UsageError, match="both --queue and --strategy"):
        choose_order(project.settings.out, strategy="random", file=tmp_path / "q.csv")
    with pytest.raises(UsageError, match=r"no strategy 'entropi'"):
        choose_order(project.settings.out, strategy="entropi")


def test_scores_come_first_then_the_least_certain_and_spellings_wait():
    cells = [(1, 0.9), (2, 0.55), (3, 0.9), (4, 0.48), (5, 0.9)]
    labels = pd.DataFrame(cells, columns=["record_id", "probability"])
    found = [(1, "missing", 0.4), (3, "unsupported", 0.9), (5, "missing_parent", 0.6), (2, "misspelt", 1.0)]
    findings = pd.DataFrame(found, columns=["record_id", "kind", "score"])
    assert order_by_correction([1, 2, 3, 4, 5, 6], labels, findings) == (3, 5, 1, 4, 2, 6)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("q.csv", "record_id,strategy\n3,margin\n1,margin\n3,margin\n"),
        ("q.jsonl", '{"record_id": 3}\n{"record_id": "1"}\n'),
        ("q.json", '[{"id": 3}, {"id": 1}]'),
    ],
)
def test_a_queue_is_read_from_any_table(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    assert read_queue(tmp_path / name, [1, 2, 3]) == (3, 1)


def test_every_unknown_record_of_a_queue_is_named_with_its_line(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("record_id\nabc\nabd\nzzz\n")
    with pytest.raises(RecordsError) as raised:
        read_queue(path, ["abc", "abe"])
    assert [(p.what, p.place.line) for p in raised.value.problems] == [
        ("no record has the id 'abd'.", 3), ("no record has the id 'zzz'.", 4),
    ]  # fmt: skip
    assert "Did you mean 'ab" in raised.value.problems[0].fix


def test_an_empty_queue_and_one_without_ids_are_errors(tmp_path):
    (tmp_path / "q.json").write_text("[]")
    with pytest.raises(RecordsError, match="empty"):
        read_queue(tmp_path / "q.json", [1])
    (tmp_path / "q.csv").write_text("score\n1\n")
    with pytest.raises(RecordsError, match="no record_id"):
        read_queue(tmp_path / "q.csv", [1])
    with pytest.raises(RecordsError):
        read_queue(Path("nowhere.csv"), [1])
