# ruff: noqa: E501 - messages are kept whole, as a person reads them
from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from snorkel.labeling import PandasLFApplier

from weaklabel import Record, absent, labeling_function, present
from weaklabel.errors import LabelingFunctionError, Place
from weaklabel.lfs.python import read_votes, wrap_python


@labeling_function(tags="tensorflow")
def mentions_tensorflow(record):
    """Say what it reads."""
    return "tensorflow" if "tensorflow" in record.text.lower() else None


@labeling_function(tags=["nlp", "vision"], name="by_title")
def other(record):
    return {"text": "nlp", "image": "vision"}.get(record.title)


@labeling_function(tags="tensorflow")
def denies(record):
    return absent("tensorflow") if "pytorch" in record.text else None


FRAME = pd.DataFrame({"id": [1, 2, 3], "title": ["image", "text", "x"], "description": ["a", "TensorFlow", "pytorch"]})


def test_a_decorated_function_keeps_its_names():
    assert (mentions_tensorflow.name, mentions_tensorflow.tags) == ("mentions_tensorflow", ("tensorflow",))
    assert mentions_tensorflow.__doc__ == "Say what it reads."
    assert (other.name, other.tags) == ("by_title", ("nlp", "vision"))
    assert other.__module__ == __name__


def test_it_is_called_with_a_record_and_returns_what_the_function_returns():
    record = Record(1, {"title": "text", "description": "TensorFlow"})
    assert mentions_tensorflow(record) == "tensorflow"
    assert other(record) == "nlp"
    assert denies(record) is None


@pytest.mark.parametrize("tags", ["", [], ()])
def test_missing_tags_are_an_error_with_the_fix(tags):
    with pytest.raises(LabelingFunctionError, match=r"needs the tags it votes on\. Write @labeling_function\(tags="):
        labeling_function(tags)


def test_missing_parentheses_are_an_error_with_the_fix():
    with pytest.raises(LabelingFunctionError, match="needs the tags it votes on"):

        @labeling_function
        def f(record):
            return None


def test_tags_are_names():
    with pytest.raises(LabelingFunctionError, match="Tags are names"):
        labeling_function([1])


@pytest.mark.parametrize(
    ("result", "votes"),
    [
        (None, []),
        ("nlp", [("nlp", 1)]),
        (present("nlp"), [("nlp", 1)]),
        (absent("nlp", "cv"), [("nlp", -1), ("cv", -1)]),
        (["nlp", absent("cv")], [("nlp", 1), ("cv", -1)]),
        (("nlp", None, ["cv"]), [("nlp", 1), ("cv", 1)]),
        ((tag for tag in ("nlp",)), [("nlp", 1)]),
        ([], []),
        (-1, []),  # Snorkel's abstain
        (np.int64(-1), []),
    ],
)
def test_results_are_read_as_votes(result, votes):
    assert read_votes(result) == votes


@pytest.mark.parametrize("result", [True, False, 1.5, {"nlp": 1}, b"nlp", object(), [["nlp"], 2.0]])
def test_anything_else_is_no_vote(result):
    with pytest.raises(LabelingFunctionError, match="which is no vote"):
        read_votes(result)


def test_an_int_needs_labels():
    with pytest.raises(LabelingFunctionError, match="it returned 1, and nothing says which tag that is"):
        read_votes(1)
    assert read_votes(1, {0: "no", 1: "nlp"}) == [("nlp", 1)]
    assert read_votes(np.int8(0), {0: "no", 1: "nlp"}) == [("no", 1)]
    with pytest.raises(LabelingFunctionError, match=r"it returned 2, which LABELS lacks\. It has 0, 1\."):
        read_votes(2, {0: "no", 1: "nlp"})


def test_the_form_in_which_it_is_run():
    lf = wrap_python(mentions_tensorflow, "definition", Place("f.py", 3))
    assert (lf.id, lf.tags, lf.polarity, lf.origin, lf.description) == (
        "mentions_tensorflow",
        ("tensorflow",),
        0,
        "python",
        "Say what it reads.",
    )
    assert lf.call(Record(1, {"title": "TensorFlow"})) == [("tensorflow", 1)]
    assert lf.call(Record(1, {"title": "x"})) == []


def test_ours_run_in_snorkels_applier():
    votes = PandasLFApplier([mentions_tensorflow, other, denies]).apply(FRAME, progress_bar=False)
    assert votes.tolist() == [[-1, 1, -1], [1, 0, -1], [-1, -1, 0]]


def test_several_tags_do_not_fit_into_snorkels_int():
    @labeling_function(tags=["nlp", "vision"])
    def both(record):
        return ["nlp", "vision"]

    with pytest.raises(LabelingFunctionError, match="no single class"):
        both(FRAME.iloc[0])


def test_a_vote_on_an_undeclared_tag_is_no_vote_for_the_declared_one():
    @labeling_function(tags="nlp")
    def strays(record):
        return "vision"

    with pytest.raises(LabelingFunctionError):
        strays(FRAME.iloc[0])


Row = namedtuple("Row", ["id", "title", "description"])


@pytest.mark.parametrize(
    "point",
    [
        FRAME.iloc[1],
        {"id": 2, "title": "text", "description": "TensorFlow"},
        Row(2, "text", "TensorFlow"),
        SimpleNamespace(id=2, title="text", description="TensorFlow"),
    ],
    ids=["pandas row", "mapping", "named tuple", "namespace"],
)
def test_any_data_point_with_columns_is_read_as_a_record(point):
    assert (mentions_tensorflow(point), other(point), denies(point)) == (1, 0, -1)


@pytest.mark.parametrize("tags", [["nlp", "cv"], ("nlp", "cv"), np.array(["nlp", "cv"], dtype=object)])
def test_the_given_tags_of_a_data_point_are_the_records_tags(tags):
    # pandas.read_parquet gives lists as arrays
    @labeling_function(tags="nlp")
    def is_tagged(record):
        return "nlp" if record.tags and "cv" in record.tags else None

    assert is_tagged({"id": 1, "title": "x", "tags": tags}) == 1


FRAME_OF_ONE = Record(7, {"title": "TensorFlow", "stars": 3}, ("title",), ("given",))


def batched(function, tags="nlp", batch="pandas"):
    return wrap_python(labeling_function(tags=tags, batch=batch, name="f")(function), "definition", Place("f.py", 3))


def read(results, tags="nlp", frame=FRAME):
    return [
        str(row) if isinstance(row, Exception) else row for row in batched(lambda _: results, tags).call_batch(frame)
    ]


@pytest.mark.parametrize("batch", ["pandas", "arrow"])
def test_a_batched_one_reads_a_single_record_as_a_table_of_one_row(batch):
    seen = []

    def function(table):
        seen.append(table)
        return ["nlp"] * len(table)

    lf = batched(function, batch=batch)
    assert (lf.batch, lf.call(FRAME_OF_ONE)) == (batch, [("nlp", 1)])
    rows = seen[0].to_dict("records") if batch == "pandas" else seen[0].to_pylist()
    tags = ("given",) if batch == "pandas" else ["given"]
    assert rows == [{"title": "TensorFlow", "stars": 3, "text": "TensorFlow", "tags": tags, "record_id": 7}]


def test_one_that_is_not_batched_takes_no_table():
    lf = wrap_python(mentions_tensorflow, "definition", Place("f.py", 3))
    assert (lf.batch, lf.call_batch) == ("", None)


@pytest.mark.parametrize(
    "results",
    [
        ["nlp", None, absent("nlp")],
        ("nlp", "", [absent("nlp")]),
        np.array(["nlp", None, absent("nlp")], dtype=object),
        pd.Series(["nlp", float("nan"), absent("nlp")], dtype=object),
        pd.Series(["nlp", pd.NA, absent("nlp")], index=[0, 1, 2]),
        pd.Series([absent("nlp"), None, "nlp"], index=[2, 1, 0]),  # sorted otherwise: the index tells whose it is
    ],
)
def test_a_batched_result_is_one_result_a_row(results):
    assert read(results) == [[("nlp", 1)], [], [("nlp", -1)]]


def test_an_arrow_array_is_one_result_a_row():
    assert read(pa.array(["nlp", None, ""])) == [[("nlp", 1)], [], []]
    assert read(pa.chunked_array([[["nlp"], None], [["nlp", "vision"]]]), ["nlp", "vision"]) == [
        [("nlp", 1)],
        [],
        [("nlp", 1), ("vision", 1)],
    ]


@pytest.mark.parametrize(
    "results",
    [
        [True, False, None],
        np.array([True, False, False]),
        pd.Series([True, False, pd.NA], dtype="boolean"),
        pd.Series([np.True_, np.False_, None], dtype=object),
        pa.array([True, False, None]),
    ],
)
def test_booleans_stand_for_the_one_declared_tag(results):
    assert read(results) == [[("nlp", 1)], [], []]


def test_booleans_of_several_tags_and_other_values_are_errors_of_their_rows_alone():
    wrong = "it returned True, and it declares 2 tags. Return the tag's name: booleans are for exactly one tag."
    assert read([True, "nlp", None], ["nlp", "vision"]) == [wrong, [("nlp", 1)], []]
    no_vote = "which is no vote. Return None, a tag's name, several names, present(…) or absent(…)."
    assert read(["nlp", 1.5, {"a": 1}]) == [
        [("nlp", 1)],
        f"it returned 1.5, {no_vote}",
        f"it returned {{'a': 1}}, {no_vote}",
    ]


@pytest.mark.parametrize(
    ("results", "message"),
    [
        (["nlp"], "it returned 1 result for 3 records. Return one result a row, None where it abstains."),
        ([], "it returned 0 results for 3 records. Return one result a row, None where it abstains."),
        (None, "it returned a NoneType for a table. Return a list, Series or array with one result a row."),
        ("nlp", "it returned a str for a table. Return a list, Series or array with one result a row."),
        (FRAME, "it returned a DataFrame for a table. Return a list, Series or array with one result a row."),
        ({"nlp": 1}, "it returned a dict for a table. Return a list, Series or array with one result a row."),
        (np.full((3, 2), "nlp"), "it returned a ndarray for a table. Return a list, Series or array with one result a row."),
        (np.array("nlp"), "it returned a ndarray for a table. Return a list, Series or array with one result a row."),
        (pd.Series(["a", "b", "c"], index=[5, 6, 7]), "it returned a Series whose index is not that of its table. Keep the table's index, or return a list."),
        (pd.Series(["a", "b", "c"], index=[0, 0, 1]), "it returned a Series whose index is not that of its table. Keep the table's index, or return a list."),
    ],
)  # fmt: skip
def test_what_is_not_one_result_a_row_is_an_error_of_the_whole(results, message):
    with pytest.raises(LabelingFunctionError) as caught:
        read(results)
    assert str(caught.value) == message


def test_an_unknown_batch_has_the_nearest():
    with pytest.raises(LabelingFunctionError, match=r"got batch='panda'\. Did you mean 'pandas'\?"):
        labeling_function(tags="nlp", batch="panda")
    with pytest.raises(LabelingFunctionError, match=r'got batch=True\. Write batch="pandas" or batch="arrow"\.'):
        labeling_function(tags="nlp", batch=True)


@pytest.mark.parametrize("batch", ["pandas", "arrow"])
def test_batched_ones_run_in_snorkels_applier(batch):
    @labeling_function(tags="tensorflow", batch=batch)
    def mentions(table):
        texts = table["text"].tolist() if batch == "pandas" else table.column("text").to_pylist()
        return ["TensorFlow" in text for text in texts]

    votes = PandasLFApplier([mentions, denies]).apply(FRAME, progress_bar=False)
    assert votes.tolist() == [[-1, -1], [1, -1], [-1, 0]]


def test_a_vote_on_what_is_no_name_is_no_vote():
    with pytest.raises(LabelingFunctionError, match="which is no vote"):
        read_votes(present(["nlp"]))
