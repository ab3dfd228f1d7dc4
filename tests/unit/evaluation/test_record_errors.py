"""How wrong predictions are about each record, beside scikit-learn's F1 of each."""

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score

from weaklabel.evaluation import Request, errors_of_predictions
from weaklabel.project import Project

TAGS = ("a", "b", "c", "d")


@pytest.fixture
def write(tmp_path):
    """Write a project of records with given tags, and predictions; return the request and the settings."""

    def make(given, predicted, parents=None, **settings):
        rows = [{"id": i, "title": f"text {i}", "tags": tags} for i, tags in enumerate(given)]
        (tmp_path / "records.json").write_text(json.dumps(rows))
        (tmp_path / "tags.json").write_text(
            json.dumps([{"tag": tag, "parents": (parents or {}).get(tag, [])} for tag in TAGS])
        )
        (tmp_path / "p.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in predicted))
        project = Project.of(str(tmp_path / "records.json"), str(tmp_path / "tags.json"), **settings)
        return Request(str(tmp_path / "p.jsonl")), project.settings

    return make


def test_they_are_one_less_f1_and_unknown_where_nothing_is_right(write):
    rng = np.random.default_rng(3)
    right, said = (rng.random((40, len(TAGS))) < 0.4 for _ in range(2))
    given = [[TAGS[t] for t in np.flatnonzero(row)] for row in right]
    given[7] = None
    predicted = [
        {"record_id": i, "tag": TAGS[t], "probability": 0.9 if row[t] else 0.3}
        for i, row in enumerate(said)
        for t in range(4)
    ]
    found = errors_of_predictions(*write(given, predicted))
    expected = [1 - f1_score(right[i], said[i], zero_division=1.0) for i in range(40)]
    expected[7] = np.nan
    assert found.values == pytest.approx(expected, nan_ok=True)
    assert found.reference == "the given tags of 39 records"


@pytest.mark.parametrize("classes", [2, 4])
def test_a_class_is_right_or_wrong(write, classes):
    names = TAGS[:classes]
    given = [[names[i % classes]] for i in range(12)]
    predicted = [{"record_id": i, "tags": given[i] if i % 3 else [names[(i + 1) % classes]]} for i in range(11)]
    found = errors_of_predictions(*write(given, predicted, task="multiclass"))
    assert found.values.tolist() == [float(i % 3 == 0) for i in range(11)] + [1.0]
    assert [warning.what for warning in found.warnings] == ["1 of 12 records have no prediction ('11')."]


def test_both_are_closed_over_the_tag_graph(write):
    predicted = [{"record_id": 0, "tags": ["b"]}, {"record_id": 1, "tags": ["a"]}, {"record_id": 2, "tags": ["c"]}]
    found = errors_of_predictions(*write([["a", "b"], ["b"], ["d"]], predicted, {"b": ["a"], "d": ["a"]}))
    assert found.values == pytest.approx([0, 1 - 2 / 3, 1])
