"""How wrong a model is about each record."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weaklabel.discovery.literals import Flags

Counts = npt.NDArray[np.float64]


def record_errors(predicted: Flags, right: Flags) -> npt.NDArray[np.float64]:
    """Return of each record 1 − F1 of its tags, float64 of shape (records,): 0 is right, 1 is all wrong.

    A record without tags, for which none is predicted, is right. Where each record has exactly one tag it is 0 or 1.

    Parameters
    ----------
    predicted, right
        bool of shape (records, tags).
    """
    shared = (predicted & right).sum(axis=1, dtype=np.float64)
    return errors_of_counts(shared, predicted.sum(axis=1, dtype=np.float64) + right.sum(axis=1))


def errors_of_counts(shared: Counts, listed: Counts) -> npt.NDArray[np.float64]:
    """Return the same from how many tags are both predicted and right, and how many are either, both counting twice."""
    f1: npt.NDArray[np.float64] = np.divide(2 * shared, listed, out=np.ones(len(listed)), where=listed > 0)
    return 1 - f1
