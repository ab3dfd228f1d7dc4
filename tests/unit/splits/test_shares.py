"""Shares as they are written."""

import pytest

from support.problems import shown
from weaklabel.errors import SplitsError
from weaklabel.splits import read_shares


def test_shares_are_read_in_their_order():
    assert list(read_shares("test=.2, train = 0.8,old=0").items()) == [("test", 0.2), ("train", 0.8), ("old", 0.0)]


SUM = "Give each split a share, such as train=.8,dev=.1,test=.1."
PART = "is no split with its share. Write such as train=.8."
NUMBER = "Write a number from 0 to 1."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train=.8,test=.1", [f"the shares sum to 0.9, not to 1. {SUM}"]),
        ("", [f"the shares sum to 0, not to 1. {SUM}"]),
        ("train=80%,dev", [f"'train=80%' {PART}", f"'dev' {PART}"]),
        ("train=1.5,test=-1", [f"the share of 'train' is 1.5. {NUMBER}", f"the share of 'test' is -1. {NUMBER}"]),
        ("a=nan", [f"'a=nan' {PART}"]),
        ("a=.5,a=.5", ["the split 'a' stands twice. Give it one share."]),
    ],
)
def test_every_part_that_is_wrong_is_said(text, said):
    with pytest.raises(SplitsError) as caught:
        read_shares(text)
    assert shown(caught.value.problems) == said
