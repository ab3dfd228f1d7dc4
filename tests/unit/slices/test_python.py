"""Slicing functions in Python: ours, Snorkel's, and what they may return."""

import numpy as np
import pandas as pd
import pytest
from snorkel.slicing import PandasSFApplier
from snorkel.slicing import slicing_function as snorkel_slicing_function

from weaklabel import Record, slicing_function
from weaklabel.errors import LabelingFunctionError, SliceError
from weaklabel.plugins import Plugin
from weaklabel.slices import slices_in
from weaklabel.slices.python import read_membership


@slicing_function
def short_title(record):
    """Titles of one word.

    More about it.
    """
    return len(record.title.split()) == 1


@slicing_function(name="long-title")
def long_title(record):
    return record.title.count(" ") > 1


@snorkel_slicing_function()
def snorkels(x):
    return x.title == "one"


@snorkel_slicing_function()
def snorkels_on_text(text):
    return int("two" in text)


RECORDS = [Record(i, {"title": title}, ("title",)) for i, title in enumerate(["one", "one two", "one two three"])]


def test_ours_are_called_with_records_and_by_snorkels_appliers():
    assert [short_title(record) for record in RECORDS] == [1, 0, 0]
    frame = pd.DataFrame({"title": [record.title for record in RECORDS]})
    found = PandasSFApplier([short_title, long_title]).apply(frame, progress_bar=False)
    assert found.dtype.names == ("short_title", "long-title")
    assert found["short_title"].tolist() == [1, 0, 0]
    assert found["long-title"].tolist() == [0, 0, 1]


def test_slices_of_a_module_with_their_descriptions():
    found = {each.id: each for each in slices_in(Plugin("m", "m.py", "hash", [short_title, long_title, snorkels, 3]))}
    assert list(found) == ["short_title", "long-title", "snorkels"]
    assert found["short_title"].description == "Titles of one word."
    calls = {name: [bool(each.condition.lf.call(record)) for record in RECORDS] for name, each in found.items()}
    assert calls == {
        "short_title": [True, False, False],
        "long-title": [False, False, True],
        "snorkels": [True, False, False],
    }


def test_snorkels_may_read_the_text_alone():
    [found] = slices_in(Plugin("m", "m.py", "hash", [snorkels_on_text]))
    assert [bool(found.condition.lf.call(record)) for record in RECORDS] == [False, True, True]


@pytest.mark.parametrize("result", [True, 1, np.bool_(True), np.int8(1)])
def test_what_means_that_a_record_is_in(result):
    assert read_membership(result) is True
    assert read_membership(type(result)(0)) is False


@pytest.mark.parametrize("result", [-1, 2, None, "yes", "", 0.5, np.nan, [], [True], np.array([True])])
def test_anything_else_is_an_error(result):
    with pytest.raises(LabelingFunctionError, match="Return True or False"):
        read_membership(result)


def test_the_decorator_names_its_mistake():
    with pytest.raises(SliceError, match="@slicing_function got 'short'"):
        slicing_function("short")
