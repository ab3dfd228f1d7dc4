"""Whether probabilities mean what they say: of the cells with probability .8, four of five should be right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weaklabel.terms.measures import N_BINS


def calibration_error(probability: npt.NDArray[np.floating], is_right: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error: 0 where each bin's mean probability is its share of right answers.

    The bins are (0, .1], (.1, .2], …, (.9, 1], and 0 belongs to the first; each counts by how many it holds.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.

    Parameters
    ----------
    probability
        Floats of shape (answers,).
    is_right
        bool of shape (answers,).

    Returns
    -------
    float
        From 0 to 1; nan without answers.
    """
    if not len(probability):
        return float("nan")
    edges = np.linspace(0, 1, N_BINS + 1)[1:-1].astype(probability.dtype)
    bin_of = np.searchsorted(edges, probability)
    said = np.bincount(bin_of, weights=probability, minlength=N_BINS)
    right = np.bincount(bin_of, weights=is_right, minlength=N_BINS)
    return float(np.abs(said - right).sum() / len(probability))
