"""The class balance, estimated from votes without labels."""

from __future__ import annotations

import numpy as np

from weaklabel.label_models.patterns import Probabilities, VotePatterns
from weaklabel.label_models.pooled import DistinctVotes, Variant, fit_variant

STEPS = 5  # the balance takes longer to settle than the answers do


def estimate_class_balance(patterns: VotePatterns, cardinality: int) -> Probabilities:
    """Return P(class) among the records with votes, float64 of shape (classes,).

    It is the mean of P(class | votes) under :mod:`~weaklabel.label_models.pooled`, as the EM of Dawid and Skene has it
    (their equation 2.4), begun at even with ten records. Labeling functions that vote for one class only are no
    obstacle: each is judged by how the others vote where it does.
    """
    votes = DistinctVotes.of(patterns, cardinality)
    even = np.full(cardinality, 1 / cardinality)
    return fit_variant(votes, even, Variant(estimates_balance=True, steps=STEPS)).class_balance
