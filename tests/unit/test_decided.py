"""Decisions held against a run of a project that is small enough to see through."""

import pytest

from support.correcting import write_project
from weaklabel.cli.show_run import _describe_decided
from weaklabel.pipeline import run_pipeline
from weaklabel.terms.decisions import Decided, Decision


def say(*cells):
    return Decided(("d.jsonl",), tuple(Decision(*cell, annotator="ana") for cell in cells))


@pytest.mark.parametrize("parent", ["no", "yes"])
def test_contradictions_are_counted_beside_and_not_scored(tmp_path, parent):
    decided = say((1, "pytorch", "yes"), (1, "machine-learning", parent), (1, "cooking", "no"))
    run = run_pipeline(write_project(tmp_path), decided=decided)
    contradicted = {"pytorch", "machine-learning"} if parent == "no" else set()
    said = run.report.corrections
    assert (said.contradictions, said.cells, said.open) == (len(contradicted), 3 - len(contradicted), 0)
    assert set(run.decided.cells["tag"]) == {"pytorch", "machine-learning", "cooking"} - contradicted
    assert said.after.cells == 2 - len(contradicted)  # of cooking nothing is known


def test_of_two_right_classes_neither_is_scored(tmp_path):
    records = [{"id": i, "title": "Ham and spam", "tags": tag} for i, tag in enumerate(("ham", "spam", "ham", "spam"))]
    settings = write_project(tmp_path, records=records, tags=[{"tag": "ham"}, {"tag": "spam"}], more="task: multiclass")
    run = run_pipeline(settings, decided=say((1, "ham", "yes"), (1, "spam", "yes"), (2, "ham", "yes")))
    assert run.decided.cells["record_id"].tolist() == [2]
    assert run.decided.contradictions == 2


def test_the_terminal_counts_apart_what_does_not_count(tmp_path):
    cells = (1, "pytorch", "yes"), (1, "machine-learning", "no"), (2, "pytorch", "unsure"), (2, "cooking", "no")
    settings = write_project(tmp_path)
    assert _describe_decided(run_pipeline(settings, decided=say(*cells, (9, "cooking", "no")))).startswith(
        "People decided on 1 tag (1 open, 2 contradicting each other, 1 of no known record or tag, which do not count)"
    )
    assert _describe_decided(run_pipeline(settings, decided=say(cells[3]))).startswith("People decided on 1 tag; ")
