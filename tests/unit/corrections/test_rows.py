"""Decisions as rows: what is written is read back, and what is wrong is said."""

import json

from weaklabel.corrections import decisions_file, parse_decisions
from weaklabel.documents import Row
from weaklabel.errors import Place
from weaklabel.terms.decisions import Decision


def parse(*values):
    problems = []
    rows = [Row(value, Place("d.jsonl", line)) for line, value in enumerate(values, 1)]
    found = [decision for decision, _ in parse_decisions(rows, problems)]
    return found, [(problem.place.line, problem.what) for problem in problems]


def test_what_is_written_is_read_back():
    decisions = [
        Decision(92, "cooking", "yes", "ana", "2026-01-02T03:04:05+00:00", "näh"),
        Decision("92", "c++", "unsure", is_final=True, run="3c7868144238", spent_ms=1500.0),
    ]
    lines = decisions_file(decisions).decode().splitlines()
    assert json.loads(lines[0]) == {
        "record_id": 92, "tag": "cooking", "verdict": "yes", "annotator": "ana", "time": "2026-01-02T03:04:05+00:00",
        "note": "näh",
    }  # fmt: skip
    assert parse(*map(json.loads, lines)) == (decisions, [])


def test_a_text_format_says_final_in_words():
    row = {"record_id": "1", "tag": "t", "verdict": "no", "annotator": "", "time": None}
    found, problems = parse({**row, "is_final": "True"}, {**row, "is_final": "false"}, {**row, "is_final": ""})
    assert ([each.is_final for each in found], problems) == ([True, False, False], [])
    assert (found[0].time, found[0].note) == ("", "")


def test_a_column_that_no_row_has_is_told_once():
    queue = [{"record_id": i, "position": i} for i in range(3)]
    assert parse(*queue) == ([], [(0, "it has no columns tag, verdict.")])
    assert parse(*({**row, "tag": "t"} for row in queue)) == ([], [(0, "it has no column verdict.")])
    some = [{**row, "tag": "t", "verdict": "no"} for row in queue[:1]]
    assert parse(*some, *queue[1:])[1] == [(line, "this row has no tag and no verdict.") for line in (2, 3)]


def test_all_that_is_wrong_is_said():
    good = {"record_id": 1, "tag": "t", "verdict": "no"}
    found, problems = parse(
        3, {**good, "record_id": True}, {**good, "tag": ""}, {**good, "verdict": "Yes"}, {"record_id": 1}, good,
        {**good, "time": "yesterday"}, {**good, "spent_ms": -1},
    )  # fmt: skip
    assert found == [Decision(1, "t", "no")]
    assert problems == [
        (1, "this row has no record_id and no tag and no verdict."),
        (2, "True is no id of a record."),
        (3, "this row has no tag."),
        (4, "'Yes' is no verdict."),
        (5, "this row has no tag and no verdict."),
        (7, "'yesterday' is no time."),
        (8, "spent_ms is -1."),
    ]
