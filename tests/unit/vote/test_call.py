from __future__ import annotations

from collections import Counter

import pandas as pd
import pyarrow as pa
import pytest

from support.vocabularies import vocabulary
from weaklabel import absent, labeling_function
from weaklabel.errors import Place
from weaklabel.lfs.python import wrap_python
from weaklabel.terms.frames import as_frame
from weaklabel.terms.records import ArrowRecords, Records
from weaklabel.vote.call import call_batch_lf, call_lf

TAGS = vocabulary("nlp", "vision")


def records_of(texts, **columns):
    frame = pd.DataFrame({"title": texts, **columns})
    return Records(
        tuple(range(len(texts))), {"title": tuple(text or "" for text in texts)}, (None,) * len(texts), frame
    )


def lf_of(function, tags="nlp", batch="pandas"):
    return wrap_python(labeling_function(tags=tags, batch=batch, name="f")(function), "definition", Place("f.py", 3))


def vote(function, texts, **settings):
    outcomes = call_batch_lf(lf_of(function, **settings), records_of(texts), TAGS)
    return [outcome.error or sorted(outcome.votes) for outcome in outcomes]


def fails_on_x(calls, kind=ValueError):
    def function(table):
        calls.append(len(table))
        if any("x" in text for text in table["text"]):
            raise kind(f"x in one of {len(table)}")
        return table["text"].str.contains("nlp")

    return function


def test_a_batch_votes_in_one_call():
    calls = []
    assert vote(fails_on_x(calls), ["nlp", "b", "an nlp"]) == [[("nlp", 1)], [], [("nlp", 1)]]
    assert calls == [3]


def test_the_rows_at_fault_are_found_and_the_others_vote():
    calls = []
    texts = ["nlp"] * 1000
    for row in (0, 499, 500, 731):
        texts[row] = "x"
    outcomes = vote(fails_on_x(calls), texts)
    expected = ["ValueError: x in one of 1" if text == "x" else [("nlp", 1)] for text in texts]
    assert outcomes == expected
    assert len(calls) < 100


@pytest.mark.parametrize("at_once", [1, 2, 7, 64, 200])
def test_votes_do_not_depend_on_how_records_are_cut_into_batches(at_once):
    texts = [("x", "nlp", "b", "an nlp")[(i * i) % 7 % 4] for i in range(200)]
    found = []
    for start in range(0, len(texts), at_once):
        found += vote(fails_on_x([]), texts[start : start + at_once])
    assert found == ["ValueError: x in one of 1" if t == "x" else [("nlp", 1)] if "nlp" in t else [] for t in texts]


def test_one_that_always_fails_is_soon_left_alone():
    calls = []
    assert vote(fails_on_x(calls), ["x"] * 1000) == ["ValueError: x in one of 1000"] * 1000
    assert calls == [1000] + [1] * 8


def test_a_table_that_only_fails_as_a_whole_is_no_failure():
    def function(table):
        if len(table) > 3:
            raise MemoryError
        return ["nlp"] * len(table)

    assert vote(function, ["a"] * 20) == [[("nlp", 1)]] * 20


def test_a_result_of_a_wrong_length_is_a_failure_of_all_and_not_tried_again():
    calls = []

    def function(table):
        calls.append(len(table))
        return ["nlp"]

    assert Counter(vote(function, ["a"] * 5)) == {
        "it returned 1 result for 5 records. Return one result a row, None where it abstains.": 5
    }
    assert calls == [5]


def test_invalid_votes_are_failures_of_their_rows_alone():
    outcomes = vote(lambda table: ["nlp", "nlpp", "vision", ["nlp", absent("nlp")], 2.5], list("abcde"))
    assert outcomes == [
        [("nlp", 1)],
        "it voted on 'nlpp', which is no tag. Did you mean 'nlp'?",
        "it voted on 'vision', which its declaration does not name (nlp). Declare it: tags=['nlp', 'vision'].",
        "it voted both present and absent on 'nlp'.",
        "it returned 2.5, which is no vote. Return None, a tag's name, several names, present(…) or absent(…).",
    ]


def test_a_traceback_begins_in_the_labeling_function():
    (outcome,) = call_batch_lf(lf_of(fails_on_x([])), records_of(["x"]), TAGS)
    lines = outcome.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "test_call.py" in lines[1]
    assert lines[-1] == "ValueError: x in one of 1"


def test_it_may_exit_but_not_be_interrupted():
    assert vote(fails_on_x([], SystemExit), ["x", "a"]) == ["SystemExit: x in one of 1", []]
    with pytest.raises(KeyboardInterrupt):
        vote(fails_on_x([], KeyboardInterrupt), ["x", "a"])


def test_no_records_are_no_call():
    assert vote(fails_on_x([]), []) == []


def test_the_frame_has_columns_text_tags_and_ids_as_a_record_has_them():
    frame = pd.DataFrame({"title": ["a", None], "body": ["b", "c"], "stars": [3, 4]}, index=[5, 6])
    texts = {"title": ("a", ""), "body": ("b", "c")}
    records = Records(("i", "j"), texts, (("nlp", "cv"), None), frame)
    found = as_frame(records)
    assert found.to_dict("list") == {
        "title": ["a", ""],
        "body": ["b", "c"],
        "stars": [3, 4],
        "text": ["a\nb", "c"],
        "tags": [("nlp", "cv"), None],
        "record_id": ["i", "j"],
    }
    for row, view in zip(found.to_dict("records"), records.views(), strict=True):
        assert row == {**view.as_dict(), "record_id": view.record_id}
    assert found.index.tolist() == [0, 1]
    found.loc[0, "title"] = "changed"
    assert frame["title"].tolist()[0] == "a"


def test_a_text_column_of_the_data_is_the_text():
    frame = pd.DataFrame({"title": ["a", "b"], "text": ["own", None]})
    records = Records((1, 2), {"title": ("a", "b")}, (None, None), frame)
    assert as_frame(records)["text"].tolist() == [view.text for view in records.views()] == ["own", "b"]


def test_what_it_changes_is_its_own():
    def function(table):
        table["title"] = "changed"
        table.loc[:, "text"] = "changed"
        return [None] * len(table)

    records = records_of(["a", "b"])
    call_batch_lf(lf_of(function), records, TAGS)
    assert records.frame["title"].tolist() == ["a", "b"]


def test_an_arrow_one_gets_a_record_batch_and_all_rows_at_once():
    seen = []

    def function(batch):
        seen.append(batch)
        return pa.array(["nlp" if "nlp" in text else None for text in batch.column("text").to_pylist()])

    assert vote(function, ["nlp", None, "c"], batch="arrow") == [[("nlp", 1)], [], []]
    assert isinstance(seen[0], pa.RecordBatch)
    assert [(f.name, str(f.type)) for f in seen[0].schema] == [
        ("title", "large_string"),
        ("text", "large_string"),
        ("tags", "list<item: string>"),
        ("record_id", "int64"),
    ]
    assert seen[0].column("title").to_pylist() == ["nlp", "", "c"]


def test_an_arrow_one_keeps_its_columns_types_while_rows_at_fault_are_looked_for():
    seen = set()

    def function(batch):
        seen.add(str(batch.schema.field("stars").type))
        if "x" in batch.column("text").to_pylist():
            raise ValueError("x")
        return [None] * batch.num_rows

    records = records_of(["x", "b"], stars=[None, 2])
    assert [o.error for o in call_batch_lf(lf_of(function, batch="arrow"), records, TAGS)] == ["ValueError: x", ""]
    assert seen == {"double"}


@pytest.mark.parametrize("batch", ["pandas", "arrow"])
def test_records_in_arrow_memory_are_read_as_well(batch):
    seen = []

    def function(table):
        seen.append(table.to_dict("list") if batch == "pandas" else table.to_pydict())
        return [None, "nlp"]

    columns = pa.record_batch({"title": ["a", None], "stars": pa.array([1, 2], pa.int8())})
    records = ArrowRecords(columns, pa.array([10, 11]), ("title",), pa.array([["nlp"], None]))
    outcomes = call_batch_lf(lf_of(function, batch=batch), records, TAGS)
    assert [sorted(outcome.votes) for outcome in outcomes] == [[], [("nlp", 1)]]
    tags = [("nlp",), None] if batch == "pandas" else [["nlp"], None]
    assert seen == [{"title": ["a", ""], "stars": [1, 2], "text": ["a", ""], "tags": tags, "record_id": [10, 11]}]


def test_an_arrow_one_sees_the_types_that_were_read():
    seen = []
    columns = pa.record_batch({"title": ["a", "b"], "stars": pa.array([1, None], pa.int8())})
    records = ArrowRecords(columns, pa.array([10, 11]), ("title",))
    call_batch_lf(lf_of(lambda batch: seen.append(batch) or [None, None], batch="arrow"), records, TAGS)
    assert seen[0].column("stars").equals(columns.column("stars"))


def test_a_column_that_arrow_cannot_hold_is_a_failure_that_names_it():
    records = records_of(["a", "b"], odd=[1, "one"])
    outcomes = call_batch_lf(lf_of(lambda batch: [None] * 2, batch="arrow"), records, TAGS)
    assert len(outcomes) == 2
    assert outcomes[0].error.startswith("the column 'odd' cannot be Arrow's: ")
    assert outcomes[0].error.endswith('Give it values of one type, or use batch="pandas".')


def test_a_batched_one_votes_the_same_record_by_record():
    texts = ["nlp", "x", "b"]
    records, lf = records_of(texts), lf_of(fails_on_x([]))
    one_by_one = [call_lf(lf, view, TAGS)[:2] for view in records.views()]
    assert one_by_one == [outcome[:2] for outcome in call_batch_lf(lf, records, TAGS)]


def _sets(record):
    record.seen = True


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda: None, "It is called with the record: give it a parameter, def f(record)."),
        (lambda record, other: None, "It is called with the record alone: give it one parameter."),
        (_sets, "a record is read-only: cannot set 'seen'. Keep it in a variable of its own."),
        (lambda record: "zz" in record, "Look in record.text, or in one of its fields."),
        (lambda record: absent, 'it returned absent itself. Call it with the tag: absent("…").'),
        (lambda record: True, "Return the tag's name in the place of True, and None in the place of False."),
        (lambda record: "vision", "Declare it: tags=['nlp', 'vision']."),
        (lambda record: record.titel, "a record has no column 'titel'. Did you mean 'title'?"),
    ],
)
def test_usual_mistakes_are_told_how_to_mend(function, said):
    outcome = call_lf(lf_of(function, batch=""), next(records_of(["a"]).views()), TAGS)
    assert outcome.error.endswith(said)
    assert outcome.is_mended


def test_an_error_of_its_own_is_told_as_it_is():
    outcome = call_lf(lf_of(lambda record: 1 / 0, batch=""), next(records_of(["a"]).views()), TAGS)
    assert (outcome.error, outcome.is_mended) == ("ZeroDivisionError: division by zero", False)
