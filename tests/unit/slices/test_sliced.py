"""Records by slice as tables, and as Snorkel has them."""

import numpy as np
import pytest
from snorkel.analysis import Scorer

from support.made import make_records
from weaklabel.errors import SliceError
from weaklabel.slices import SlicedRecords
from weaklabel.terms import Membership
from weaklabel.terms.slices import HasRareTag, Slice

RECORDS = make_records(["one", "two", "three"], given=[["x"], None, []], ids=["a", "b", "c"])
MEMBERS = np.array([[True, False, True], [False, False, True], [True, False, True]])
SLICES = tuple(Slice(name, HasRareTag(2), f"about {name}") for name in ("odd", "none", "every"))
SLICED = SlicedRecords(SLICES, Membership(("odd", "none", "every"), MEMBERS), RECORDS)


def test_a_slice_is_a_table_of_its_records():
    frame = SLICED["odd"]
    assert frame.columns[0] == "record_id"
    assert frame[["record_id", "title", "tags"]].to_numpy().tolist() == [["a", "one", ("x",)], ["c", "three", ()]]
    assert len(SLICED["none"]) == 0
    assert list(SLICED) == ["odd", "none", "every"]


def test_an_unknown_slice_names_the_nearest():
    assert "od" not in SLICED
    assert SLICED.get("od") is None
    with pytest.raises(KeyError) as caught:
        SLICED["od"]
    assert str(caught.value) == "there is no slice 'od'. Did you mean 'odd'?"
    with pytest.raises(SliceError, match=r"there is no slice 'od'\. Did you mean 'odd'"):
        SLICED["od"]


def test_the_table_of_membership():
    frame = SLICED.to_frame()
    assert frame.to_dict("list") == {
        "record_id": ["a", "b", "c"],
        "odd": [True, False, True],
        "none": [False] * 3,
        "every": [True] * 3,
    }
    assert [str(kind) for kind in frame.dtypes[1:]] == ["bool"] * 3


def test_snorkels_scorer_reads_membership():
    assert SLICED.to_snorkel().dtype == [("odd", "<i8"), ("none", "<i8"), ("every", "<i8")]
    table = SLICED.to_snorkel(with_empty=False)
    assert isinstance(table, np.recarray)
    golds, preds = np.array([1, 0, 1]), np.array([1, 1, 0])
    scores = Scorer(metrics=["accuracy"]).score_slices(table, golds, preds, np.eye(2)[preds])
    assert list(scores) == ["overall", "odd", "every"]
    assert scores["odd"]["accuracy"] == 0.5
    assert scores["every"]["accuracy"] == pytest.approx(1 / 3)


def test_the_summary():
    assert SLICED.summary().to_numpy().tolist() == [
        ["odd", 2, pytest.approx(2 / 3), "about odd"],
        ["none", 0, 0.0, "about none"],
        ["every", 3, 1.0, "about every"],
    ]
    assert repr(SLICED) == "SlicedRecords(odd: 2, none: 0, every: 3)"
