"""How a run does on slices, against sums by hand and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from weaklabel import Project

RECORDS = pd.DataFrame(
    {
        "id": range(60),
        "title": [("cat on a mat" if i % 2 else "dog in a log") + " now" * (i % 3) for i in range(60)],
        "tags": [["cat"] if i % 2 or i % 10 == 0 else ["dog"] for i in range(60)],
    }
)
SLICES = """
- {id: every_one, where: {words: {">": 0}}}
- {id: odd_ones, where: {metadata: {id: [0, 10, 20, 30, 40, 50]}}}
- {id: none, where: {words: {">": 99}}}
- {id: long, where: {words: {">=": 6}}}
"""


@pytest.fixture
def run(tmp_path):
    RECORDS.to_json(tmp_path / "r.json", orient="records")
    (tmp_path / "t.json").write_text('[{"tag": "cat"}, {"tag": "dog"}]')
    (tmp_path / "s.yaml").write_text(SLICES)
    settings = {"end_model": "none", "slices": str(tmp_path / "s.yaml"), "cache": None}
    return Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json"), **settings).run()


def test_each_slice_has_the_f1_of_its_records_the_worst_first(run):
    scores = run.report.slices
    assert (scores.reference, scores.records) == ("given", 60)
    truth = np.array([[tags == ["cat"], tags == ["dog"]] for tags in RECORDS["tags"]])
    likely = run.labels[run.labels["probability"] > 0.5]
    said = np.array(
        [[name in set(likely[likely["record_id"] == i]["tag"]) for name in ("cat", "dog")] for i in range(60)]
    )
    members = dict(zip(run.slices.membership.names, run.slices.membership.members.T, strict=True))
    assert [row.slice for row in scores.rows] == ["odd_ones", "every_one", "long", "none"]  # it and long have the same
    for row in scores.rows[:3]:
        inside = members[row.slice]
        assert row.records == row.scored == inside.sum()
        assert row.f1 == pytest.approx(f1_score(truth[inside], said[inside], average="micro"), abs=1e-6)
        assert row.f1_low <= row.f1 <= row.f1_high
    assert scores.whole == pytest.approx(f1_score(truth, said, average="micro"), abs=1e-6)
    by_name = {row.slice: row for row in scores.rows}
    assert by_name["odd_ones"].f1 == 0.0
    assert [by_name[name].note for name in ("every_one", "odd_ones", "none")] == ["everything", "small", "empty"]
    assert by_name["none"].f1 is None


def test_of_two_classes_the_positive_one_is_scored_as_evaluate_does(tmp_path, run):
    settings = {"end_model": "none", "slices": str(tmp_path / "s.yaml"), "cache": None, "task": "multiclass"}
    exclusive = Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json"), **settings).run().report.slices
    said, right = (RECORDS["title"].str.contains("dog"), RECORDS["tags"].map(lambda tags: tags == ["dog"]))
    assert (exclusive.positive, exclusive.metric) == ("dog", "F1 (dog)")
    assert exclusive.whole == pytest.approx(f1_score(right, said), abs=1e-6)
    assert exclusive.whole != pytest.approx(f1_score(right, said, average="micro"), abs=1e-3)


def test_without_slices_or_known_tags_there_is_nothing_to_score(tmp_path, run):
    path = str(tmp_path / "r.json")
    assert Project.of(path, str(tmp_path / "t.json"), end_model="none", cache=None).run().report.slices.rows == ()
    RECORDS.assign(tags=None).to_json(tmp_path / "r.json", orient="records")
    settings = {"end_model": "none", "slices": str(tmp_path / "s.yaml"), "cache": None}
    assert Project.of(path, str(tmp_path / "t.json"), **settings).run().report.slices.rows == ()


def test_right_tags_are_closed_over_the_tag_graph_as_labels_are(tmp_path):
    RECORDS.to_json(tmp_path / "r.json", orient="records")
    (tmp_path / "t.json").write_text('[{"tag": "pet"}, {"tag": "cat", "parents": ["pet"]}, {"tag": "dog"}]')
    (tmp_path / "s.yaml").write_text(SLICES)
    settings = {"end_model": "none", "slices": str(tmp_path / "s.yaml"), "cache": None}
    run = Project.of(str(tmp_path / "r.json"), str(tmp_path / "t.json"), **settings).run()
    said = run.labels[run.labels["probability"] > 0.5].groupby("record_id")["tag"].agg(set).reindex(range(60))
    assert {"cat", "pet"} in list(said)
    right = [{*tags, "pet"} if "cat" in tags else set(tags) for tags in RECORDS["tags"]]
    given = [said[i] if isinstance(said[i], set) else set() for i in range(60)]
    hits = sum(len(a & b) for a, b in zip(given, right, strict=True))
    sizes = sum(map(len, given)) + sum(map(len, right))
    assert run.report.slices.whole == pytest.approx(2 * hits / sizes, abs=1e-6)
