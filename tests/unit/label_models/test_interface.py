"""No answer against unanimous votes: what the interface makes of a method's answers."""

import numpy as np
import pytest

from weaklabel.label_models import FittedLabelModel, VotePatterns
from weaklabel.label_models.interface import MARGIN


def answer(probabilities, votes):
    """What becomes of a method's answer for one row."""
    k = len(probabilities)
    model = FittedLabelModel("test", np.full(k, 1 / k), len(votes), lambda rows: np.array([probabilities] * len(rows)))
    return model.predict_proba([votes])[0].tolist()


def test_an_answer_that_agrees_with_the_votes_stays():
    assert answer([0.2, 0.8], [1, -1, 1]) == [0.2, 0.8]


def test_votes_that_disagree_leave_the_answer_alone():
    assert answer([0.9, 0.1], [1, 1, 0]) == [0.9, 0.1]


def test_an_answer_against_agreeing_votes_becomes_nearly_a_tie():
    against, agreed = answer([0.9, 0.1], [1, 1, -1])
    assert against + agreed == pytest.approx(1)
    assert agreed > against
    assert agreed == pytest.approx(0.5 * (1 + MARGIN))


def test_only_the_classes_preferred_share():
    # .1 rises to the mean of .6 and .1, which .25 does not exceed; .05 has no part in it.
    result = answer([0.6, 0.25, 0.1, 0.05], [2, 2])
    assert result == pytest.approx([0.35, 0.25, 0.35, 0.05], abs=1e-6)
    assert np.argmax(result) == 2


def test_as_many_share_as_are_needed():
    # The mean of .5 and .1 is below .4, so three share.
    result = answer([0.5, 0.4, 0.1, 0.0], [2])
    assert result == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0], abs=1e-6)
    assert np.argmax(result) == 2


def test_methods_are_asked_only_about_rows_with_votes():
    asked = []

    def estimate(rows):
        asked.append(rows.dense().tolist())
        return np.full((len(rows), 2), 0.5)

    model = FittedLabelModel("test", np.array([0.3, 0.7]), 2, estimate)
    assert model.predict_proba([[-1, -1], [0, 1], [-1, -1]]).tolist() == [[0.3, 0.7], [0.5, 0.5], [0.3, 0.7]]
    assert asked == [[[0, 1]]]
    assert model.predict_proba([[-1, -1]]).tolist() == [[0.3, 0.7]]
    assert asked == [[[0, 1]]]


def test_patterns_are_covered_where_any_labeling_function_votes():
    model = FittedLabelModel("test", np.array([0.5, 0.5]), 2, lambda rows: np.full((len(rows), 2), 0.5))
    patterns = VotePatterns.of([[-1, -1], [0, -1]])
    assert model.is_covered(patterns).tolist() == [max(row) >= 0 for row in patterns.dense().tolist()]
