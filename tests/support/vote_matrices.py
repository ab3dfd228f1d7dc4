"""Random vote matrices for label models: -1 abstains, 0, 1, … are classes."""

import numpy as np


def random_votes(rng, n, m, k, *, coverage=0.6, accuracy=0.7):
    """Votes of `m` labeling functions on `n` rows of `k` classes: right with `accuracy`, else drawn evenly."""
    classes = rng.integers(0, k, n)
    votes = np.where(rng.random((n, m)) < accuracy, classes[:, None], rng.integers(0, k, (n, m)))
    return np.where(rng.random((n, m)) < coverage, votes, -1)


def random_balance(rng, k):
    balance = np.maximum(rng.dirichlet(np.full(k, 3.0)), 0.05)
    return balance / balance.sum()
