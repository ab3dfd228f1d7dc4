"""Answers as models write them."""

import numpy as np
import pytest

from support.made import make_vocabulary
from support.problems import shown
from weaklabel.behaviour import read_answers
from weaklabel.errors import ModelError

VOCABULARY = make_vocabulary("a", "b", "tags")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        (["a", "b"], {"a": 1.0, "b": 1.0}),
        (("a",), {"a": 1.0}),
        ({"a"}, {"a": 1.0}),
        ("a", {"a": 1.0}),
        ([], {}),
        ({"a": 0.25, "b": 1}, {"a": 0.25, "b": 1.0}),
        ({"a": np.float32(0.5)}, {"a": 0.5}),
        ({"id": 7, "tags": ["a"]}, {"a": 1.0}),
        ({"tags": {"b": 0.5}}, {"b": 0.5}),
        ({"tags": 0.5}, {"tags": 0.5}),  # a tag may have this name
    ],
)
def test_every_way_of_writing_tags(written, answer):
    assert read_answers([written], VOCABULARY, "m") == [answer]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (5, "m: answer 1 is 5, which is no list of tags."),
        (None, "m: answer 1 is None, which is no list of tags."),
        ({"tags": None}, "m: answer 1 is None, which is no list of tags."),
        ([1], "m: answer 1 has the tag 1, which is no text."),
        ({"a": 1.5}, "m: answer 1 gives 'a' 1.5, which is no probability."),
        ({"a": True}, "m: answer 1 gives 'a' True, which is no probability."),
        ({"a": float("nan")}, "m: answer 1 gives 'a' nan, which is no probability."),
        ({"a": "1"}, "m: answer 1 gives 'a' '1', which is no probability."),
    ],
)
def test_what_says_nothing_of_tags(written, said):
    with pytest.raises(ModelError) as caught:
        read_answers([written], VOCABULARY, "m")
    assert shown(caught.value.problems) == [f'{said} Answer ["tag", …], {{"tag": 0.9, …}}, or [] for no tag.']


def test_of_many_problems_the_first_are_told_and_the_others_counted():
    with pytest.raises(ModelError) as caught:
        read_answers([[f"no{i}"] for i in range(25)], VOCABULARY, "m")
    assert len(caught.value.problems) == 21
    assert str(caught.value.problems[-1]) == "m: 5 further problems of this kind."


def test_a_name_that_is_no_tag_is_told_once():
    with pytest.raises(ModelError) as caught:
        read_answers([["tgas"], ["tgas", "zz"]], VOCABULARY, "m")
    assert shown(caught.value.problems) == [
        "m: the model answers 'tgas', which is no tag. Did you mean 'tags'?",
        "m: the model answers 'zz', which is no tag. No tag is spelt like it; the tags file would have to have it.",
    ]
