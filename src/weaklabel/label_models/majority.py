"""Majority vote: each class gets its share of the votes; a tie is shared evenly between the tied classes."""

from __future__ import annotations

import numpy as np

from weaklabel.label_models.interface import ABSTAIN, Estimate, Labels, Probabilities


def fit_majority(L: Labels, class_balance: Probabilities, seed: int) -> Estimate:  # noqa: ARG001 - learns nothing
    """Return the share of votes of each class; there is nothing to learn, and the prior plays no part."""
    cardinality = len(class_balance)

    def estimate(votes: Labels) -> Probabilities:
        counts = np.stack([(votes == c).sum(axis=1) for c in range(cardinality)], axis=1).astype(np.float64)
        shares: Probabilities = counts / (votes != ABSTAIN).sum(axis=1, keepdims=True)
        return shares

    return estimate
