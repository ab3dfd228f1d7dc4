"""Verdicts on answers."""

import pytest

from weaklabel.behaviour import Case, Check, CheckResult, Demand, Failure, judge
from weaklabel.errors import Place


def verdict(kind, before, after=None, tags=None, **expect):
    case = Case({}, None if after is None else {}, Demand(**expect))
    check = Check("c", kind, (), {}, None, None, Demand(), Place("s.yaml"), tags)
    return judge(check, case, before, after)


def test_minimum_functionality():
    assert verdict("minimum_functionality", {"a": 0.51}, present=("a",), absent=("b",)) == ""
    assert verdict("minimum_functionality", {"a": 0.49, "b": 1.0}, present=("a", "c"), absent=("b",)) == (
        "lacks a (0.49), lacks c, has b"
    )


def test_invariance_compares_which_tags_are_present():
    assert verdict("invariance", {"a": 0.9, "b": 0.5}, {"a": 0.51}) == ""  # 0.5 is not above one half, as elsewhere
    assert verdict("invariance", {"a": 0.9, "b": 0.1}, {"a": 0.4, "b": 0.6}) == "loses a, gains b"
    assert verdict("invariance", {"a": 0.9, "b": 0.1}, {"a": 0.4, "b": 0.6}, tags=("b",)) == "gains b"


def test_invariance_within_compares_probabilities():
    assert verdict("invariance", {"a": 0.9}, {"a": 0.8}, within=0.1) == ""
    assert verdict("invariance", {"a": 0.9}, {"b": 0.2}, within=0.1) == "a: 0.90 → 0.00, b: 0.00 → 0.20"


@pytest.mark.parametrize(
    ("first", "second", "by", "is_right"),
    [
        (0.2, 0.3, 0.1, True),
        (0.2, 0.29, 0.1, False),
        (0.95, 1.0, 0.1, True),  # there is no more room
        (0.95, 0.97, 0.1, False),
        (1.0, 1.0, 0.1, True),
        (0.2, 0.2, 0.0, True),
        (0.2, 0.19, 0.0, False),
    ],
)
def test_directions(first, second, by, is_right):
    rising = verdict("directional", {"a": first}, {"a": second}, rises=("a",), by=by)
    falling = verdict("directional", {"a": 1 - first}, {"a": 1 - second}, falls=("a",), by=by)
    assert (rising == "", falling == "") == (is_right, is_right)


def test_a_wrong_direction_is_told_with_its_figures():
    assert verdict("directional", {"a": 0.2}, {"a": 0.1}, rises=("a",)) == "a does not rise by 0.1: 0.20 → 0.10"
    assert verdict("directional", {"a": 0.2}, {"a": 0.3}, falls=("a",), by=0.0) == "a does not fall: 0.20 → 0.30"


def test_a_check_passes_up_to_the_share_that_may_fail():
    failures = (Failure({"title": "x"}, None, "lacks a"),)
    passed = CheckResult("c", "invariance", 4, 4, failures, 0.25)
    assert (passed.share, passed.is_passed) == (0.25, True)
    assert not CheckResult("c", "invariance", 4, 4, failures, 0.24).is_passed
    assert passed.as_row()["failures"] == [{"before": {"title": "x"}, "after": None, "reason": "lacks a"}]
