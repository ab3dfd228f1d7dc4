"""Limits as text, and what breaks them."""

import numpy as np
import pytest

from support.answers import multilabel, slices_of
from weaklabel.errors import Place
from weaklabel.scoring import METRICS, Limit, check_expectations, read_expectations, score
from weaklabel.terms.limits import LIMITED, Bound, parse_bound


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (">= .7", Bound(">=", 0.7)),
        ("≥0.7", Bound(">=", 0.7)),
        ("< 5 %", Bound("<", 0.05)),
        (" <=1. ", Bound("<=", 1)),
        ("> 100", Bound(">", 100)),
    ],
)
def test_limits(text, bound):
    assert parse_bound(text) == bound


@pytest.mark.parametrize("text", ["", "0.7", "== 1", ">= high", ">= .", "> -1", ">= .7 .8"])
def test_what_is_no_limit_says_how_to_write_one(text):
    assert parse_bound(text) == f'{text!r} is no limit: write it as ">= 0.7", with >=, <=, > or < before a number.'


def test_every_metric_can_have_a_limit_and_the_number_of_records():
    assert (*METRICS, "n") == LIMITED


def test_all_that_is_wrong_is_told_with_the_nearest_name():
    said = [("shrt", "f1", "> 0"), ("shrt", "ap", "> 0"), ("short", "reccall", "> 0"), ("short", "ap", "high"),
            ("short", "pa", "low"), ("short", "ece", "< 1"), ("all", "n", "> 5")]  # fmt: skip
    problems = []
    found = read_expectations([Limit(*each, Place(".".join(each[:2]))) for each in said], ["short"], problems)
    assert [(e.slice, e.metric, str(e.bound)) for e in found] == [("short", "ece", "< 1"), ("all", "n", "> 5")]
    assert [str(problem.place) for problem in problems] == [
        "shrt.f1",
        "short.reccall",
        "short.ap",
        "short.pa",
        "short.pa",
    ]
    assert "Did you mean 'short'?" in str(problems[0])
    assert "Did you mean 'recall'?" in str(problems[1])


def test_all_stands_for_all_records_and_no_slice():
    problems = []
    assert read_expectations([Limit("all", "f1", "> 0")], ["all", "short"], problems) == ()
    assert [problem.what for problem in problems] == ["a slice has the id 'all', which stands for all records."]


def test_breaches():
    answers, gold, _ = multilabel(0)
    members = np.column_stack([np.arange(len(gold)) < 50, np.zeros(len(gold), dtype=bool)])
    evaluation = score(answers, slices_of(members), rounds=20)
    f1 = evaluation.slices[0].metrics["f1"].value
    problems = []
    limits = [
        Limit("s0", "f1", f"> {f1 + 0.001}"),
        Limit("s0", "precision", "> 0"),
        Limit("s0", "n", ">= 50"),
        Limit("s1", "f1", "> 0"),
        Limit("s1", "n", "> 0"),
        Limit("all", "n", "< 120"),
    ]
    expectations = read_expectations(limits, ["s0", "s1"], problems)
    broken = check_expectations(expectations, evaluation)
    assert problems == []
    assert [(b.expectation.slice, b.expectation.metric) for b in broken] == [
        ("s0", "f1"), ("s1", "f1"), ("s1", "n"), ("all", "n"),
    ]  # fmt: skip
    assert broken[0].found == f1
    assert broken[1].as_problem().what == "f1 of the slice 's1' is undefined (0 records)."
    assert broken[3].as_problem().what == "n of all records is 120 (120 records)."


def test_each_of_two_limits_to_one_metric_holds():
    answers, gold, _ = multilabel(0)
    evaluation = score(answers, slices_of(np.ones((len(gold), 0), dtype=bool)), rounds=20)
    f1 = evaluation.whole.metrics["f1"].value
    limits = [Limit("all", "f1", f"> {f1 + 0.001}"), Limit("all", "f1", "> 0")]
    for order in (limits, limits[::-1]):
        [broken] = check_expectations(read_expectations(order, [], []), evaluation)
        assert broken.expectation.bound == Bound(">", pytest.approx(f1 + 0.001))
