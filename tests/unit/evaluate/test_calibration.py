"""Calibration error against bins counted one by one."""

import math

import numpy as np
import pytest

from weaklabel.evaluate import calibration_error


def by_hand(probability, is_right):
    total = 0.0
    for i in range(10):
        held = [j for j, p in enumerate(probability) if (i == 0 and p == 0) or i / 10 < p <= (i + 1) / 10]
        if held:
            said, right = (sum(values[j] for j in held) / len(held) for values in (probability, is_right))
            total += len(held) / len(probability) * abs(said - right)
    return total


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_weighted_mean_gap_of_ten_bins(seed):
    rng = np.random.default_rng(seed)
    probability = rng.random(200) ** 2
    is_right = rng.random(200) < 0.4
    assert calibration_error(probability, is_right) == pytest.approx(by_hand(probability.tolist(), is_right.tolist()))


def test_bins_hold_their_upper_edge_and_the_first_holds_0():
    probability = np.array([0.0, 0.1, 0.2, 0.9, 1.0])
    is_right = np.array([True, False, True, True, False])
    # (0 + .1 | 1 of 2), (.2 | 1 of 1), (.9 | 1 of 1), (1 | 0 of 1)
    assert calibration_error(probability, is_right) == pytest.approx((0.9 + 0.8 + 0.1 + 1.0) / 5)


def test_what_says_its_share_has_no_error():
    assert calibration_error(np.full(8, 0.25), np.arange(8) < 2) == pytest.approx(0)


def test_the_type_of_float_does_not_move_a_probability_to_another_bin():
    edges = np.linspace(0, 1, 11)
    right = np.arange(11) % 2 == 0
    assert calibration_error(edges.astype(np.float32), right) == pytest.approx(calibration_error(edges, right))


def test_without_answers_there_is_none():
    assert math.isnan(calibration_error(np.array([]), np.array([], dtype=bool)))
