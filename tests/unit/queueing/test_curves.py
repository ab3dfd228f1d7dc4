"""What is spent, what it finds, and how sure that is."""

import numpy as np
import pytest

from weaklabel.queueing.curves import Chart, Curve, found_after, spread_points


def chart(**values):
    spent = np.array([10, 20, 30])
    return Chart("records", "F1", spent, tuple(Curve(name, np.array(rows, float)) for name, rows in values.items()))


def test_points_are_even_and_end_with_the_budget():
    assert spread_points(100, 4).tolist() == [25, 50, 75, 100]
    assert spread_points(3, 20).tolist() == [1, 2, 3]


def test_what_is_found_adds_up_and_ends_with_the_queue():
    assert found_after([1, 0, 1, 1], np.array([1, 2, 3, 9])).tolist() == [1, 1, 2, 3]
    assert found_after([], np.array([1, 2])).tolist() == [0, 0]


def test_intervals_are_students():
    curve = Curve("any", np.array([[1.0], [2.0], [3.0]]))
    assert curve.mean.tolist() == [2.0]
    assert curve.error[0] == pytest.approx(4.30265 / np.sqrt(3), abs=1e-4)  # t with 2 degrees of freedom
    assert Curve("any", np.array([[1.0]])).error.tolist() == [0.0]


def test_the_ratio_is_of_means():
    made = chart(random=[[1, 2, 4], [1, 2, 6]], entropy=[[2, 6, 10], [2, 6, 10]])
    assert made.ratio("entropy") == 2.0
    assert made.ratio("entropy", 0) == 2.0
    assert np.isnan(chart(random=[[0, 0, 0]], entropy=[[1, 1, 1]]).ratio("entropy"))


def test_labels_to_match_are_read_off_a_straight_line():
    made = chart(random=[[1, 2, 3]], quick=[[2, 4, 5]], slow=[[0, 1, 2]], ahead=[[3, 3, 3]])
    assert made.labels_to_match("quick") == 15.0
    assert made.labels_to_match("random") == 30.0
    assert np.isnan(made.labels_to_match("slow"))
    assert made.labels_to_match("ahead") == 10.0
