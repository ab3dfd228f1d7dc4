import numpy as np
import pytest

from weaklabel.discovery.tail_bound import TailBound


def evidence(errors, size, total):
    return TailBound.of(np.array(errors, dtype=float)).evidence(np.array([float(size)]), np.array([float(total)]))[0]


def test_of_errors_of_0_and_1_it_is_the_relative_entropy():
    p, q = 0.2, 0.5
    expected = 40 * (q * np.log(q / p) + (1 - q) * np.log((1 - q) / (1 - p)))
    assert evidence([1] * 20 + [0] * 80, 40, 20) == pytest.approx(expected, rel=1e-3)


def test_all_wrong_is_as_unlikely_as_a_draw_of_wrong_ones_alone():
    assert evidence([1] * 20 + [0] * 80, 10, 10) == pytest.approx(10 * np.log(5))


@pytest.mark.parametrize("total", [0, 1, 2])
def test_what_is_no_worse_than_the_mean_has_no_evidence(total):
    assert evidence([1] * 20 + [0] * 80, 10, total) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("error", [0.0, 0.3, 1.0])
def test_where_all_errors_are_the_same_there_is_no_evidence(error):
    assert evidence([error] * 30, 10, 10 * error) == 0
