"""Kernel ridge regression with its leave-one-out scores in closed form.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, section 5.4.2, after Wahba, 1990: with
G = (K + λI)⁻¹ and α = G(Y - Ȳ), the prediction for record i of the model that was fitted without it is
Y_i - α_i / G_ii. One inverse serves every tag. The mean Ȳ is that of all records, the one left out among them: it moves
a score by at most a record's share of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, lapack
from scipy.sparse import csr_array

from weaklabel.end_models.interface import Floats, Mask, Scores
from weaklabel.terms import SpellingMatrix

PENALTY = 4.0
BLOCK = 512
TINY = 1e-12
TAG_WEIGHT = 0.07  # of the kernel of given tags, in nats, beside texts whose product with themselves is 1


@dataclass(frozen=True, slots=True, eq=False)
class KernelRidge:
    """Scores of records that were not fitted.

    Attributes
    ----------
    kernel
        float64 of shape (records, records), positive semi-definite.
    penalty
        λ: the larger, the smoother.
    """

    kernel: Floats
    penalty: float = PENALTY

    def take(self, rows: npt.NDArray[np.intp]) -> KernelRidge:
        """Return the model for some of the records."""
        if np.array_equal(rows, np.arange(len(self.kernel))):
            return self
        return KernelRidge(self.kernel[np.ix_(rows, rows)], self.penalty)

    def similarity(self, record: int, others: npt.NDArray[np.intp]) -> Floats:
        """Return how alike the texts of a record and of others are, float64 of shape (others,)."""
        own = self.kernel.diagonal()
        alike: Floats = self.kernel[record, others] / np.sqrt(np.maximum(own[record] * own[others], TINY))
        return alike

    def score(self, Y: csr_array, fitted: npt.NDArray[np.bool_]) -> Scores:
        """Return scores of all records, those fitted each without itself; see :class:`interface.EndModel`."""
        rows, others = np.flatnonzero(fitted), np.flatnonzero(~fitted)
        known = Y[rows].toarray()
        mean = known.mean(axis=0)
        G = _invert(self.kernel[np.ix_(rows, rows)], self.penalty)
        alpha = G @ (known - mean)
        scores = np.empty(Y.shape, dtype=np.float32)
        scores[rows] = known - alpha / G.diagonal()[:, None]
        if len(others):
            scores[others] = self.kernel[np.ix_(others, rows)] @ alpha + mean
        return scores

    def score_by_tags(self, Y: csr_array, spellings: SpellingMatrix, hidden: Mask) -> Scores:
        """Return leave-one-out scores under the kernel plus that of spellings; see :class:`interface.EndModel`.

        With B the columns of the spellings that are hidden from a tag, Woodbury's identity gives the inverse without
        them: G_t = G + GB(I - BᵀGB)⁻¹BᵀG.
        """
        known = Y.toarray()
        C = np.sqrt(TAG_WEIGHT) * spellings.weights.toarray()
        G = _invert(self.kernel + C @ C.T, self.penalty)
        mean = known.mean(axis=0)
        alpha = G @ (known - mean)
        diagonal = G.diagonal()
        GC = G @ C
        CGC = C.T @ GC
        scores = np.empty(Y.shape, dtype=np.float32)
        for tag in range(Y.shape[1]):
            out = np.flatnonzero(spellings.standing_for(hidden[tag]))
            a, d = alpha[:, tag], diagonal
            if len(out):
                GB = GC[:, out]
                inner = cho_factor(np.eye(len(out)) - CGC[np.ix_(out, out)])
                a = a + GB @ cho_solve(inner, C[:, out].T @ a)
                d = d + (GB * cho_solve(inner, GB.T).T).sum(axis=1)
            scores[:, tag] = known[:, tag] - a / d
        return scores


def rbf_kernel(vectors: Floats, width: float) -> Floats:
    """Return exp(-d² / width) of each two rows, float64 of shape (rows, rows); nothing else of this size is made."""
    lengths = (vectors**2).sum(axis=1)
    kernel: Floats = vectors @ vectors.T
    for start in range(0, len(kernel), BLOCK):
        part = slice(start, start + BLOCK)
        squared = np.maximum(lengths[part, None] + lengths - 2 * kernel[part], 0)
        kernel[part] = np.exp(-squared / width)
    return kernel


def _invert(kernel: Floats, penalty: float) -> Floats:
    shifted = kernel.copy(order="F")
    shifted.flat[:: len(kernel) + 1] += penalty
    factor, _ = lapack.dpotrf(shifted, lower=1, overwrite_a=1)
    inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    for start in range(0, len(kernel), BLOCK):  # the upper triangle is that of the lower one
        block = slice(start, start + BLOCK)
        inverse[block, block] = np.tril(inverse[block, block]) + np.tril(inverse[block, block], -1).T
        inverse[block, start + BLOCK :] = inverse[start + BLOCK :, block].T
    result: Floats = inverse
    return result
