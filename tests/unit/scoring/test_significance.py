"""Corrected p-values against an independent way to compute them."""

import numpy as np
import pytest
from scipy.stats import norm

from weaklabel.scoring.significance import correct_by_holm, two_sided_p


def holm_by_definition(p):
    """The largest, over the p-values that are no larger, of each times how many are no smaller than it."""
    ranked = sorted(p)
    steps = [min(1, value * (len(ranked) - i)) for i, value in enumerate(ranked)]
    return [max(steps[: ranked.index(value) + 1]) for value in p]


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_as_it_is_defined(seed):
    p = np.random.default_rng(seed).random(7) ** 3
    assert correct_by_holm(p) == pytest.approx(holm_by_definition(p.tolist()))


def test_holm_by_hand_leaves_out_what_is_not_tested():
    assert correct_by_holm(np.array([0.04, np.nan, 0.01, 0.03])) == pytest.approx(
        [0.06, np.nan, 0.03, 0.06], nan_ok=True
    )


def test_z_test():
    p = two_sided_p(np.array([1.96, -1.0, 0.0, 0.5, np.nan]), np.array([1.0, 2.0, 0.0, 0.0, 1.0]))
    assert p == pytest.approx([2 * norm.sf(1.96), 2 * norm.sf(0.5), 1, 0, np.nan], nan_ok=True)
