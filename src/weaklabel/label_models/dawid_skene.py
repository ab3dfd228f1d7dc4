"""Dawid and Skene's model, with abstain as a symbol of its own.

Source: Dawid and Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied
Statistics 28 (1979), equations 2.3 to 2.5. Given the class, labeling functions are independent, and each gives every
symbol (a class, or abstain) with a probability of its own. EM runs on distinct patterns with their counts, so a step
costs two products with a sparse matrix of votes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from weaklabel.label_models.interface import Estimate
from weaklabel.label_models.patterns import Probabilities, VotePatterns
from weaklabel.label_models.scores import softmax

STEPS = 100
TOLERANCE = 1e-6  # of any class probability of a pattern, between two steps
SMOOTHING = 1.0  # records that every class is given in advance, with the symbols that all records have


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """log P(symbol | class) of every labeling function, as the score of a row is computed from it.

    Attributes
    ----------
    silence
        float64 of shape (classes,): the log probability of a row in which all abstain.
    votes
        float64 of shape (LFs · classes, classes): what a vote in place of an abstain adds to it.
    """

    silence: Probabilities
    votes: Probabilities

    def posterior(self, one_hot: csr_array, class_balance: Probabilities) -> Probabilities:
        """Return P(class | row), Dawid and Skene's equation 2.5."""
        return softmax(one_hot @ self.votes + self.silence + np.log(class_balance))


def fit_dawid_skene(
    patterns: VotePatterns,
    class_balance: Probabilities,
    seed: int,  # noqa: ARG001 - draws nothing
) -> Estimate:
    """Fit by EM, beginning with the shares of the votes as they did; the class balance stays what is given.

    Records without votes are left out: they say nothing about who is right, and the model is not asked about them.
    """
    cardinality = len(class_balance)
    voted = patterns.with_votes()
    one_hot, counts = voted.one_hot(cardinality), voted.counts.astype(np.float64)
    posterior = voted.class_counts(cardinality) / np.maximum(voted.n_votes, 1)[:, None]
    for _ in range(STEPS):
        previous = posterior
        rates = estimate_error_rates(one_hot, counts, posterior)
        posterior = rates.posterior(one_hot, class_balance)
        if np.abs(posterior - previous).max(initial=0) < TOLERANCE:
            break

    def estimate(rows: VotePatterns) -> Probabilities:
        return rates.posterior(rows.one_hot(cardinality), class_balance)

    return estimate


def estimate_error_rates(one_hot: csr_array, counts: Probabilities, posterior: Probabilities) -> ErrorRates:
    """Return Dawid and Skene's equation 2.3, smoothed: each class has seen SMOOTHING average records in advance."""
    cardinality = posterior.shape[1]
    weighted = posterior * counts[:, None]
    size = weighted.sum(axis=0)  # (classes,)
    votes = (one_hot.T @ weighted).reshape(-1, cardinality, cardinality)  # (LFs, votes, classes)
    total = max(size.sum(), 1.0)
    # Half a record on each symbol, so that none is impossible, whatever is rare.
    usual = (votes.sum(axis=2) + 0.5) / (total + 0.5 * (cardinality + 1))
    log_votes = np.log((votes + SMOOTHING * usual[:, :, None]) / (size + SMOOTHING))
    silent = 1 - usual.sum(axis=1)
    log_silent = np.log((np.maximum(size - votes.sum(axis=1), 0) + SMOOTHING * silent[:, None]) / (size + SMOOTHING))
    added = (log_votes - log_silent[:, None, :]).reshape(-1, cardinality)
    return ErrorRates(log_silent.sum(axis=0), added)
