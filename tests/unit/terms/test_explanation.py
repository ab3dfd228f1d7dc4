"""Probabilities and their log-odds, as an explanation shows them."""

import math

import pytest
from scipy.special import expit, logit

from weaklabel.terms import Evidence, Explanation, Share, WithoutVote
from weaklabel.terms.explanation import format_probability, log_odds_of, probability_of


@pytest.mark.parametrize("value", [-900.0, -30.0, -2.2, 0.0, 1e-9, 3.0, 40.0, 900.0])
def test_the_probability_of_log_odds_is_the_logistic_function(value):
    assert probability_of(value) == pytest.approx(expit(value), rel=1e-12, abs=0)


def test_log_odds_are_those_of_a_probability_a_billionth_from_0_and_1():
    assert log_odds_of(0.9) == pytest.approx(logit(0.9))
    assert log_odds_of(1.0) == pytest.approx(-log_odds_of(0.0)) == pytest.approx(math.log(1e9), rel=1e-6)
    assert math.isnan(log_odds_of(math.nan))


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(1.0, ">0.999"), (0.9995, ">0.999"), (0.9994, "0.999"), (0.5, "0.500"), (0.0005, "0.001"), (0.0004, "<0.001")],
)
def test_a_probability_is_never_shown_as_0_or_1(probability, shown):
    assert format_probability(probability) == shown


def test_near_1_the_change_of_the_log_odds_shows_what_a_vote_does():
    shares = (Share("usual for the tag", -3.0), Share("text", 11.0))
    told = Explanation(0, 1, "food", expit(8.0), None, shares, without=(WithoutVote("a", expit(6.5)),), without_all=0.5)
    assert str(told).splitlines() == [
        "food: >0.999 (unlabelled)",
        "   -3.00  usual for the tag",
        "  +11.00  text",
        "   -1.50  without a: 0.998",
        "   -8.00  without all labeling functions: 0.500",
    ]


def test_votes_that_lower_the_tag_they_are_for_are_known():
    votes = (Evidence("up", "present"), Evidence("down", "present"), Evidence("against", "absent"))
    without = (WithoutVote("up", 0.4), WithoutVote("down", 0.7), WithoutVote("against", 0.9))
    told = Explanation(0, 1, "food", 0.5, None, (Share("text", 0.0),), votes=votes, without=without)
    assert told.lowering == {"down"}
    near = (WithoutVote("down", 0.51),)  # hardly lower
    assert Explanation(0, 1, "food", 0.5, None, (), votes=votes, without=near).lowering == frozenset()
