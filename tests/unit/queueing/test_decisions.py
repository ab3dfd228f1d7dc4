"""Decisions that leave records out of the queue."""

import json

import pytest

from support.made import make_records
from weaklabel.errors import ReviewError, WeaklabelError
from weaklabel.queueing.decisions import read_decided
from weaklabel.queueing.order import read_queue

RECORDS = make_records(["a", "b", "c"], ids=[7, 8, 9])


def decided_in(tmp_path, *rows):
    file = tmp_path / "decisions.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return read_decided(str(file), RECORDS).tolist()


def test_a_record_with_any_verdict_is_decided(tmp_path):
    rows = [{"record_id": 9, "tag": "fox", "verdict": "yes"}, {"record_id": "7", "tag": "owl", "verdict": "no"}]
    assert decided_in(tmp_path, *rows, *rows) == [True, False, True]


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    say = {"tag": "fox", "verdict": "yes"}
    rows = [
        {"record_id": 70, **say}, say, {"record_id": 8, **say}, {"record_id": 8, "tag": "fox"},
        {"record_id": 9, "tag": "", "verdict": "no"}, {"record_id": 9, "tag": "fox", "verdict": "absent"},
    ]  # fmt: skip
    with pytest.raises(ReviewError) as caught:
        decided_in(tmp_path, *rows)
    assert [(problem.place.line, problem.what) for problem in caught.value.problems] == [
        (1, "no record has the id '70'."),
        (2, "this row has no record_id."),
        (4, "this row has no verdict."),
        (5, "this row has no tag."),
        (6, "'absent' is no verdict."),
    ]
    assert caught.value.problems[0].fix == "Did you mean '7'?"


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ReviewError, match=r"gone\.jsonl"):
        read_decided(str(tmp_path / "gone.jsonl"), RECORDS)


@pytest.mark.parametrize(
    ("record_id", "said"),
    [
        (9, None),
        ("9", None),
        (9.5, "9.5 is no id of a record."),
        (True, "True is no id of a record."),
        ("", "this row has no record_id."),
        (None, "this row has no record_id."),
        ("90", "no record has the id '90'."),
    ],
)
def test_decisions_and_queues_name_records_by_one_rule(tmp_path, record_id, said):
    row = {"record_id": record_id, "tag": "fox", "verdict": "yes"}
    if said is None:
        assert decided_in(tmp_path, row) == [False, False, True]
        assert read_queue(tmp_path / "decisions.jsonl", RECORDS.ids) == (9,)
        return
    for read in (lambda: decided_in(tmp_path, row), lambda: read_queue(tmp_path / "decisions.jsonl", RECORDS.ids)):
        with pytest.raises(WeaklabelError) as caught:
            read()
        assert [problem.what for problem in caught.value.problems] == [said]
