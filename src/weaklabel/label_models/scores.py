"""From scores to probabilities."""

from __future__ import annotations

import numpy as np

from weaklabel.label_models.patterns import Probabilities


def softmax(scores: Probabilities) -> Probabilities:
    """Return exp(scores), each row divided by its sum, for float64 of shape (rows, classes)."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    return result
