import json

import numpy as np

from support.made import make_records, make_vocabulary
from weaklabel.tables import FINDING_COLUMNS, finding_table, label_table
from weaklabel.terms import CellProbabilities, Evidence, Finding, GivenTag, SpellingMatch

VOCABULARY = make_vocabulary("a", "b", "c")


def given(name):
    return (GivenTag(name, SpellingMatch(name, "name", name, 1.0)),)


def cells_of(rows):
    """Cells of rows (record, tag, probability, voted)."""
    record, tag, probability, voted = zip(*rows, strict=True)
    return CellProbabilities(
        record=np.array(record, dtype=np.int32),
        tag=np.array(tag, dtype=np.int32),
        probability=np.array(probability),
        voted=np.array(voted),
        raised=np.zeros(len(rows), dtype=np.bool_),
        silent=np.full((3, 2), np.nan),
        has_positive=np.ones(2, dtype=np.bool_),
    )


def test_labels_are_the_cells_that_are_likely_voted_on_or_given():
    cells = cells_of(
        [(0, 0, 0.0001, True), (0, 1, 0.0099, False), (0, 2, 0.01, False), (1, 0, 0.0, False), (1, 1, 0.9, True)]
    )
    table = label_table(cells, make_records(["x", "y"], ids=["r1", "r2"]), VOCABULARY, [None, given("a")])
    assert list(table.itertuples(index=False, name=None)) == [
        ("r1", "a", 0.0001, "voted"),
        ("r1", "c", 0.01, "predicted"),
        ("r2", "a", 0.0, "given"),
        ("r2", "b", 0.9, "voted"),
    ]


def test_a_finding_of_a_class_has_its_suggestion_and_evidence_by_class():
    votes = (Evidence("x", "present", tag="b"), Evidence("y", "absent"))
    findings = [
        Finding(0, "a", "unsupported", 0.9, 1, "Why.", evidence=votes, suggestion="b"),
        Finding(0, "a", "alias", 0.8, 1, "Why.", "A"),
    ]
    table = finding_table(findings, make_records(["x"]))
    assert tuple(table.columns) == FINDING_COLUMNS
    assert table["suggestion"].fillna("").tolist() == ["b", ""]
    assert json.loads(table["evidence"][0]) == [
        {"lf": "x", "vote": "present", "tag": "b"}, {"lf": "y", "vote": "absent"},
    ]  # fmt: skip
