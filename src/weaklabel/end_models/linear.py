"""Ridge regression on words in closed form, for more records than a kernel has room for.

The kernel's model in its other form: with X the features, M = (XᵀX + λI)⁻¹ and W = MXᵀ(Y - Ȳ), whose cost grows with
the records instead of their square. It is kept small by taking only the words that occur in most records. Each fold of
records is scored by a model of the others; XᵀX of the others is that of all less that of the fold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack
from scipy.sparse import csr_array, hstack

from weaklabel.end_models.interface import Floats, Mask, Scores
from weaklabel.end_models.kernel import PENALTY, TAG_WEIGHT, TINY
from weaklabel.terms import SpellingMatrix

FOLDS = 5
MAX_SPELLINGS = 1500


@dataclass(frozen=True, slots=True, eq=False)
class LinearRidge:
    """Scores of records that were not fitted, from sparse features.

    Attributes
    ----------
    features
        float64, sparse, of shape (records, features).
    seed
        Decides which records make a fold.
    penalty
        λ: the larger, the smoother.
    """

    features: csr_array
    seed: int = 0
    penalty: float = PENALTY
    _lengths: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        squares = np.asarray(self.features.multiply(self.features).sum(axis=1)).ravel()
        object.__setattr__(self, "_lengths", np.sqrt(squares))

    def take(self, rows: npt.NDArray[np.intp]) -> LinearRidge:
        """Return the model for some of the records."""
        return LinearRidge(self.features[rows], self.seed, self.penalty)

    def similarity(self, record: int, others: npt.NDArray[np.intp]) -> Floats:
        """Return how alike the texts of a record and of others are, float64 of shape (others,)."""
        products = self.features @ self.features[[record]].toarray().ravel()
        alike: Floats = products[others] / np.maximum(self._lengths[record] * self._lengths[others], TINY)
        return alike

    def score(self, Y: csr_array, fitted: npt.NDArray[np.bool_]) -> Scores:
        """Return scores of all records, those fitted by a model of the other folds; see :class:`interface.EndModel`."""
        nothing = np.zeros((Y.shape[1], self.features.shape[1]), dtype=np.bool_)
        return self._score(self.features, Y, fitted, nothing)

    def score_by_tags(self, Y: csr_array, spellings: SpellingMatrix, hidden: Mask) -> Scores:
        """Return the same with the spellings used as features too, each tag without those that are hidden from it.

        With B the columns of these, the weights without them are W - M_B (M_BB)⁻¹ W_B (the inverse of a matrix less
        some of its rows and columns).
        """
        used = np.asarray((spellings.weights > 0).sum(axis=0)).ravel()
        kept = np.sort(np.argsort(-used, kind="stable")[:MAX_SPELLINGS])
        X = hstack([self.features, np.sqrt(TAG_WEIGHT) * spellings.weights[:, kept]], format="csr")
        used_by = SpellingMatrix(spellings.weights[:, kept], spellings.tag[kept])
        out = np.zeros((Y.shape[1], X.shape[1]), dtype=np.bool_)
        out[:, self.features.shape[1] :] = [used_by.standing_for(tags) for tags in hidden]
        return self._score(csr_array(X), Y, np.ones(Y.shape[0], dtype=np.bool_), out)

    def _score(self, X: csr_array, Y: csr_array, fitted: npt.NDArray[np.bool_], out: Mask) -> Scores:
        """Score, each tag without some features: bool of shape (tags, features)."""
        rows, others = np.flatnonzero(fitted), np.flatnonzero(~fitted)
        fold = np.random.default_rng(self.seed).permutation(len(rows)) % FOLDS
        whole = _Sums.of(X[rows], Y[rows])
        scores = np.empty(Y.shape, dtype=np.float32)
        for i in range(FOLDS):
            part = rows[fold == i]
            W, mean = self._fit(whole.without(_Sums.of(X[part], Y[part])), out)
            scores[part] = X[part] @ W + mean
        if len(others):
            W, mean = self._fit(whole, out)
            scores[others] = X[others] @ W + mean
        return scores

    def _fit(self, sums: _Sums, out: Mask) -> tuple[Floats, Floats]:
        mean = sums.Y / max(1, sums.n)
        return self._solve(sums.XX, sums.XY - np.outer(sums.X, mean), out), mean

    def _solve(self, gram: Floats, target: Floats, out: Mask) -> Floats:
        if not len(gram):  # no word is frequent enough to be a feature
            return np.zeros(target.shape)
        shifted = gram.copy(order="F")
        shifted.flat[:: len(gram) + 1] += self.penalty
        factor, _ = lapack.dpotrf(shifted, lower=1, overwrite_a=1)
        W, _ = lapack.dpotrs(factor, target, lower=1)
        columns = np.flatnonzero(out.any(axis=0))
        if len(columns):
            unit = np.zeros((len(gram), len(columns)), order="F")
            unit[columns, np.arange(len(columns))] = 1
            M, _ = lapack.dpotrs(factor, unit, lower=1, overwrite_b=1)
            for tag in np.flatnonzero(out.any(axis=1)).tolist():
                hidden = np.flatnonzero(out[tag, columns])
                at = columns[hidden]
                W[:, tag] -= M[:, hidden] @ np.linalg.solve(M[np.ix_(at, hidden)], W[at, tag])
        result: Floats = W
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """What ridge regression needs to know of some records: XᵀX, XᵀY, the sums of X and Y over them, their number."""

    XX: Floats
    XY: Floats
    X: Floats
    Y: Floats
    n: int

    @classmethod
    def of(cls, X: csr_array, Y: csr_array) -> _Sums:
        return cls(
            (X.T @ X).toarray(),
            (X.T @ Y).toarray(),
            np.asarray(X.sum(axis=0)).ravel(),
            np.asarray(Y.sum(axis=0)).ravel(),
            X.shape[0],
        )

    def without(self, part: _Sums) -> _Sums:
        return _Sums(self.XX - part.XX, self.XY - part.XY, self.X - part.X, self.Y - part.Y, self.n - part.n)
