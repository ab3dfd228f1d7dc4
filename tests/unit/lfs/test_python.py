from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
import pandas as pd
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
