"""What decisions say of a run, and of the one before: figures against scikit-learn's."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, log_loss, precision_score, recall_score

from support.reports import tiny_report
from weaklabel.report import DecidedTables, EarlierRun, RunTables, describe_corrections
from weaklabel.report.corrections import MAX_CELLS
from weaklabel.run_folder import compare_corrections

NAN = float("nan")
FINDING = ["record_id", "tag", "kind", "score"]


def make_cells(*rows):
    """Rows of (record, tag, verdict, given, label model, probability, votes, LFs it contradicts, run)."""
    columns = ["record_id", "tag", "verdict", "given", "label_model", "probability", "votes", "contradicted", "run"]
    table = pd.DataFrame(rows, columns=columns)
    table["contradicted"] = [json.dumps(list(lfs)) for lfs in table["contradicted"]]
    return table.assign(how="unanimous", given=pd.array(table["given"], dtype="boolean"))


def make_lfs(*rows):
    columns = ["lf", "tag", "confirmed", "contradicted", "estimated_accuracy", "blame", "records"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(votes=9, alone=0, precision=0.5, precision_low=0.1, precision_high=0.9)


CELLS = make_cells(
    (1, "a", "yes", True, 0.9, 0.8, 2, (), "run1"),
    (1, "b", "no", False, 0.9, 0.7, 1, ("x",), "run1"),
    (2, "a", "yes", None, 0.1, 0.4, 0, (), "run0"),
    (2, "b", "no", True, NAN, 0.0, 0, (), ""),
    (3, "a", "yes", False, 0.6, NAN, 1, (), "run1"),
)
LFS = make_lfs(("x", "b", 0, 1, 0.9, 1.0, "[1]"), ("y", "a", 2, 0, NAN, 0.0, "[]"))
FINDINGS = pd.DataFrame(
    [(1, "b", "missing", 0.9), (2, "b", "unsupported", 0.8), (2, "a", "missing", 0.5), (9, "a", "missing", 0.9),
     (1, "a", "alias", 0.99), (3, "a", "missing_parent", 0.7)],
    columns=FINDING,
)  # fmt: skip


def test_a_run_is_scored_on_decided_cells():
    said = describe_corrections(DecidedTables(CELLS, LFS, ("d.jsonl",), 4, 5, 6), FINDINGS)
    right, p = np.array([1, 0, 1, 0]), np.array([0.8, 0.7, 0.4, 0.0])
    scores = said.after
    assert (scores.cells, scores.wrong) == (4, 2)
    assert scores.precision == pytest.approx(precision_score(right, p > 0.5))
    assert scores.recall == pytest.approx(recall_score(right, p > 0.5))
    assert scores.f1 == pytest.approx(f1_score(right, p > 0.5))
    assert scores.log_loss == pytest.approx(log_loss(right, np.clip(p, 0.001, 0.999)), abs=1e-6)
    assert scores.calibration_error == pytest.approx((0.2 + 0.7 + 0.6 + 0.0) / 4)
    assert (scores.findings, scores.right_findings) == (3, 2)
    assert (said.records, said.cells, said.yes, said.no, said.open, said.lost) == (3, 5, 3, 2, 4, 5)
    assert said.contradictions == 6
    assert (said.model_wrong, said.model_silent, said.led_astray, said.applied) == (2, 1, 1, 2)
    assert (said.before, said.lf_changed, said.since) == (None, None, "")


def test_what_is_wrong_comes_first_and_then_what_changed():
    said = describe_corrections(DecidedTables(CELLS, LFS), FINDINGS)
    assert [(row.record_id, row.tag, row.is_given, row.lfs) for row in said.rows][:2] == [
        (1, "b", False, ("x",)), (2, "a", None, ()),
    ]  # fmt: skip
    many = pd.concat([CELLS] * 20, ignore_index=True).assign(record_id=range(100))
    cut = describe_corrections(DecidedTables(many, LFS), FINDINGS)
    assert (len(cut.rows), cut.row_total) == (MAX_CELLS, 100)


def test_the_run_before_stands_beside_it():
    labels = pd.DataFrame([("1", "a", 0.3), ("1", "b", 0.2)], columns=["record_id", "tag", "probability"])
    earlier = EarlierRun(
        "2026-01-01T00:00:00+00:00",
        "run1",
        labels,
        FINDINGS.head(1),
        {("x", "b"): 0.904, ("y", "a"): 0.5},
        ("end model: none → kernel",),
    )
    said = describe_corrections(DecidedTables(CELLS, LFS), FINDINGS, earlier)
    assert (said.since, said.made_on) == ("2026-01-01T00:00:00+00:00", 3)
    assert (said.before.cells, said.before.wrong) == (5, 3)  # 0 where the run before has no row
    assert (said.before.findings, said.before.right_findings) == (1, 0)
    assert {(row.record_id, row.tag): row.before for row in said.rows}[1, "a"] == 0.3
    assert [lf.estimated_before for lf in said.lfs] == [0.904, 0.5]
    assert said.models == ("end model: none → kernel",)
    assert said.lf_changed == 1  # x by .004, y from .5 to nothing


def test_what_was_decided_about_models_otherwise_is_told():
    said = {"label_model": "snorkel", "end_model": "kernel"}
    labels = pd.DataFrame(columns=["record_id", "tag", "probability"])
    before, after = (
        RunTables(tiny_report(), {"models": models}, FINDINGS, labels, DecidedTables(CELLS, LFS))
        for models in (said, {**said, "given_tags": "kept closed"})
    )
    assert compare_corrections(before, after).models == ("given tags: – → kept closed",)
    assert compare_corrections(after, before).models == ("given tags: kept closed → –",)
    assert compare_corrections(before, before).models == ()


def test_nothing_decided_is_nothing_said():
    said = describe_corrections(DecidedTables(CELLS.head(0), LFS.head(0), ("d.jsonl",), 3, 0), FINDINGS)
    assert (said.cells, said.open, said.after.f1, said.after.log_loss, said.rows) == (0, 3, None, None, ())
