"""Whether a difference is more than chance, when many are looked at. See docs/decisions/0020-evaluation.md."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from weaklabel.scoring.answers import Floats


def two_sided_p(difference: Floats, error: Floats) -> Floats:
    """Return the probability of a difference at least so large, were there none: a z-test.

    Parameters
    ----------
    difference, error
        float64 of one shape: what was found, and its standard error. nan stays nan; no error leaves no doubt.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(difference == 0, 0.0, np.abs(difference) / error)
    return np.asarray(2 * norm.sf(z))


def correct_by_holm(p: Floats) -> Floats:
    """Return p-values of which one below α is wrong with a probability of at most α, however the tests depend.

    Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.

    Parameters
    ----------
    p
        float64 of shape (tests,); nan is no test, and stays nan.
    """
    corrected = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(1, np.maximum.accumulate(steps))
    return corrected
