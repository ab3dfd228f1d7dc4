import json

import pytest

from support.made import pattern_lf, phrase_lf
from support.packages import make_package
from weaklabel.errors import ExchangeError
from weaklabel.exchange import Field
from weaklabel.exchange.prodigy import FORMAT


def lines(data):
    return [json.loads(line) for line in data.decode().split("\n") if line]


def read(**entry):
    [row] = FORMAT.read({"out.jsonl": json.dumps(entry).encode()}).rows
    return row


def test_a_task_has_options_of_which_the_decided_ones_are_accepted():
    package = make_package("a", "b", "c", labels=[{"a": 0.9, "b": 0.2}], layout="candidates")
    files = FORMAT.export(package).files
    [task] = lines(files["tasks.jsonl"])
    assert task["text"] == "title 1"
    assert task["options"] == [
        {"id": "a", "text": "a", "meta": {"probability": 0.9}},
        {"id": "b", "text": "b", "meta": {"probability": 0.2}},
    ]
    assert task["accept"] == ["a"]
    assert json.loads(files["prodigy.json"]) == {"choice_style": "multiple", "choice_auto_accept": False}


def test_hashes_are_ints_of_32_bits_that_differ_where_the_question_does():
    first, second = make_package("a", "b", labels=[{"a": 0.9}]), make_package("a", "b", labels=[{"b": 0.9}])
    [one], [other] = (lines(FORMAT.export(package).files["tasks.jsonl"]) for package in (first, second))
    assert one["_input_hash"] == other["_input_hash"]
    assert one["_task_hash"] != other["_task_hash"]
    assert all(-(2**31) <= task[key] < 2**31 for task in (one, other) for key in ("_input_hash", "_task_hash"))


def test_images_and_sounds_are_shown():
    package = make_package("a", fields=(Field("title"), Field("picture", "image"), Field("talk", "audio")))
    [task] = lines(FORMAT.export(package).files["tasks.jsonl"])
    assert (task["image"], task["audio"]) == ("picture 1", "talk 1")


def test_patterns_go_with_the_tasks():
    lfs = (phrase_lf("nets", "a", "neural net"), pattern_lf("re", "a", "x+"))
    parcel = FORMAT.export(make_package("a", lfs=lfs))
    [pattern] = lines(parcel.files["patterns.jsonl"])
    assert (pattern["label"], pattern["id"]) == ("a", "nets")
    assert "re." in parcel.warnings[0].what


OPTIONS = [{"id": "a", "text": "a"}, {"id": "b", "text": "b"}, {"id": "c", "text": "c"}]


@pytest.mark.parametrize(
    ("answer", "chosen", "refused", "is_skipped"),
    [
        ("accept", ("a",), ("b", "c"), False),
        ("reject", (), ("a",), False),
        ("ignore", (), ("a", "b", "c"), True),
    ],
)
def test_answers_to_a_choice(answer, chosen, refused, is_skipped):
    row = read(record_id=1, options=OPTIONS, accept=["a"], answer=answer, _annotator_id="ann", _timestamp=0)
    assert (row.chosen, row.refused, row.is_skipped) == (chosen, refused, is_skipped)
    assert (row.annotator, row.time) == ("ann", "1970-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("answer", "chosen", "refused", "is_skipped"),
    [("accept", ("a",), (), False), ("reject", (), ("a",), False), ("ignore", (), ("a",), True)],
)
def test_answers_to_a_binary_question(answer, chosen, refused, is_skipped):
    row = read(text="t", label="a", answer=answer)
    assert (row.record_id, row.text) == (None, "t")
    assert (row.chosen, row.refused, row.is_skipped) == (chosen, refused, is_skipped)


def test_tasks_without_answer_are_passed_over_and_told():
    """As they went out: nobody has accepted what stands in `accept`."""
    tasks = FORMAT.export(make_package("a", "b")).files["tasks.jsonl"]
    with pytest.raises(ExchangeError, match="this is no file that `prodigy db-out` writes: it has no `answer`"):
        FORMAT.read({"tasks.jsonl": tasks})
    answered = json.dumps({"record_id": 2, "accept": ["a"], "answer": "accept"}).encode()
    found = FORMAT.read({"tasks.jsonl": tasks + answered})
    assert [row.record_id for row in found.rows] == [2]
    assert [problem.what for problem in found.warnings] == ["passed over, without `answer`: 1 row of 2."]


def test_an_answer_of_another_name_is_an_error():
    with pytest.raises(ExchangeError, match='answer is "maybe"; it should be accept, reject or ignore'):
        read(record_id=1, accept=[], answer="maybe")
