r"""The precision of candidates, shrunk towards what candidates are worth as a rule.

Thousands of phrases are tried for each tag, so that the best of them look better than they are. Each has fired on n
records of which k have the tag, with the tag's base rate b among the records that count. Its log-odds are those of the
base rate and a lift:

    k ~ Binomial(n, p)        logit p = logit b + δ        δ ~ g

The distribution g of lifts is shared by all candidates of all tags and has no form of its own: weights on a grid, by
maximum likelihood (Kiefer & Wolfowitz 1956; EM as Laird 1978). Most of g lies at δ ≤ 0, since most phrases say nothing
of most tags; so three records of three are believed less than the share of 1, and thirty of thirty hardly less. The
posterior mean is not biased by picking the best (Efron, "Tweedie's Formula and Selection Bias", JASA 2011; Efron, "Two
Modeling Strategies for Empirical Bayes Estimation", Statistical Science 2014). The interval is the posterior's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

Floats = npt.NDArray[np.float64]

LIFTS = np.arange(-3.0, 12.01, 0.25)
STEPS = 100  # of EM
CLIP = 1e-9
TAIL = 0.05  # on either side of the interval


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Precisions and their 90 % credible intervals, float64 of shape (candidates,)."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LiftPrior:
    """The distribution of lifts.

    Attributes
    ----------
    weights
        float64 of shape (lifts,), summing to 1.
    """

    weights: Floats

    @classmethod
    def fit(cls, k: Floats, n: Floats, base: Floats, count: Floats) -> LiftPrior:
        """Fit the prior to candidates that have fired `n` times, `k` times rightly.

        Parameters
        ----------
        k, n, base
            float64 of shape (kinds,), the base rates between 0 and 1.
        count
            float64 of shape (kinds,): how many candidates there are of the kind.
        """
        weights = np.full(len(LIFTS), 1 / len(LIFTS))
        if not count.sum():
            return cls(weights)
        likelihood = _likelihood(k, n, base)[0]
        for _ in range(STEPS):
            posterior = likelihood * weights
            posterior *= (count / posterior.sum(axis=1))[:, None]
            weights = posterior.sum(axis=0) / count.sum()
        return cls(weights)

    def estimate(self, k: Floats, n: Floats, base: float | Floats) -> Estimate:
        """Return the posterior of each candidate's precision, given its counts and its tag's base rate."""
        likelihood, precision = _likelihood(k, n, np.broadcast_to(np.asarray(base, dtype=np.float64), k.shape))
        posterior = likelihood * self.weights
        posterior /= posterior.sum(axis=1, keepdims=True)
        below = np.cumsum(posterior, axis=1)
        rows = np.arange(len(k))
        low, high = (np.argmax(below >= share, axis=1) for share in (TAIL, 1 - TAIL))
        return Estimate((posterior * precision).sum(axis=1), precision[rows, low], precision[rows, high])


def _likelihood(k: Floats, n: Floats, base: Floats) -> tuple[Floats, Floats]:
    """Return the likelihood of each lift (up to a factor a row) and the precision that it means."""
    precision = np.clip(expit(logit(base)[:, None] + LIFTS), CLIP, 1 - CLIP)
    log_likelihood = k[:, None] * np.log(precision) + (n - k)[:, None] * np.log1p(-precision)
    likelihood: Floats = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    return likelihood + np.finfo(np.float64).tiny, precision
