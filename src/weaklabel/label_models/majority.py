"""Majority vote: each class gets its share of the votes; a tie is shared evenly between the tied classes.

Where one class alone must be named, a tie goes to the lowest: that is what `argmax` of equal shares does.
"""

from __future__ import annotations

from weaklabel.label_models.interface import Estimate
from weaklabel.label_models.patterns import Probabilities, VotePatterns


def fit_majority(patterns: VotePatterns, class_balance: Probabilities, seed: int) -> Estimate:  # noqa: ARG001 - learns nothing
    """Return the share of votes of each class; there is nothing to learn, and the class balance plays no part."""
    cardinality = len(class_balance)

    def estimate(voted: VotePatterns) -> Probabilities:
        shares: Probabilities = voted.class_counts(cardinality) / voted.n_votes[:, None]
        return shares

    return estimate
