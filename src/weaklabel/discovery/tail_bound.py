r"""How unlikely it is that records drawn by chance are as wrong as those of a slice.

Under the hypothesis that errors have nothing to do with what slices are made of, the records of a slice of size s are s
of the n records, drawn without replacement. The mean error of such a draw is x or more with a probability of at most

    exp(−s · I(x))      I(x) = max over t ≥ 0 of t·x − K(t)      K(t) = log of the mean of exp(t·e) over the records

This is Chernoff's bound for draws with replacement (Annals of Mathematical Statistics 1952), which holds for draws
without it too (Hoeffding, "Probability Inequalities for Sums of Bounded Random Variables", JASA 1963, theorem 4). It
needs no normal distribution: it holds for slices of ten records, and for errors of 0 and 1 as for others.

s · I(x) is called the evidence, in nats. Of a slice with errors of sum E, a part of no fewer than σ records has at the
most the evidence of its worst records (the bounds by size and error of SliceLine: Sagadeeva and Boehm, SIGMOD 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array
from scipy.special import logsumexp

Floats = npt.NDArray[np.float64]

STEPS = 1000  # errors are rounded up to steps of a thousandth, which makes the bound a little larger
TILTS = np.concatenate([np.linspace(0, 1, 101), np.geomspace(1.01, 1e4, 400)])  # t


@dataclass(frozen=True, slots=True, eq=False)
class TailBound:
    """The function I, as a table.

    Attributes
    ----------
    means, rates
        float64 of shape (entries,): x, ascending, and I(x).
    """

    means: Floats
    rates: Floats

    @classmethod
    def of(cls, errors: Floats) -> TailBound:
        """Return the bound for draws from some errors, float64 of shape (records,), between 0 and 1; one at least."""
        values, counts = np.unique(np.ceil(errors * STEPS - 1e-9) / STEPS, return_counts=True)
        log_shares = np.log(counts / counts.sum())
        tilted = TILTS[:, None] * values + log_shares
        K = logsumexp(tilted, axis=1)
        means = np.exp(tilted - K[:, None]) @ values  # K'(t), at which t·x − K(t) is greatest
        rates = np.maximum(TILTS * means - K, 0)
        return cls(np.append(means, values[-1]), np.append(rates, -log_shares[-1]))

    def evidence(self, size: Floats, total: Floats) -> Floats:
        """Return the evidence against slices of some sizes and sums of errors; 0 for those no worse than the mean."""
        evidence: Floats = size * np.interp(total / size, self.means, self.rates)
        return evidence

    def ceiling(self, size: Floats, total: Floats, least: int) -> Floats:
        """Return the greatest evidence that `least` records of it or more could have, were errors 0 or the greatest.

        Up to E / max e records the evidence rises with each; beyond, it falls, for K(t) ≥ 0.
        """
        greatest = self.means[-1]
        part = np.clip(total / max(greatest, 1 / STEPS), least, size)
        return self.evidence(part, np.minimum(total, part * greatest))

    def ceiling_of(self, extents: csc_array, errors: Floats, least: int) -> Floats:
        """Return the greatest evidence that a part of `least` records or more can have: that of its worst records.

        Parameters
        ----------
        extents
            Sparse, of shape (records, slices): which records are in which slices, with sorted indices; each has `least`
            records or more.
        errors
            float64 of shape (records,), descending.
        """
        sums = np.concatenate([[0.0], np.cumsum(errors[extents.indices])])
        starts, sizes = extents.indptr[:-1], np.diff(extents.indptr)
        first = np.repeat(starts, sizes)
        size = np.arange(1, len(extents.indices) + 1) - first
        evidence = np.where(size >= least, self.evidence(size, sums[1:] - sums[first]), 0.0)
        greatest: Floats = np.maximum.reduceat(evidence, starts) if len(starts) else np.empty(0)
        return greatest
