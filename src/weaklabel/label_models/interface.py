"""The one interface of all label models, and what holds for each of them.

A label model is a function that fits vote patterns and returns its estimate. What all share stands here: checked
input, the class balance where every labeling function abstains, and no answer against unanimous votes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from weaklabel.errors import LabelModelError, Problem
from weaklabel.label_models.patterns import Probabilities, VotePatterns, check_votes, group_rows

MARGIN = 1e-6
BalanceSource = Literal["given", "uniform", "estimated"]

Estimate = Callable[[VotePatterns], Probabilities]
"""What a method has learnt: it gives P(class), float64 of shape (patterns, classes), for patterns that each have at
least one vote."""


class Fit(Protocol):
    """A method: it learns from votes without knowing the right classes."""

    def __call__(self, patterns: VotePatterns, class_balance: Probabilities, seed: int) -> Estimate:
        """Fit vote patterns with their counts, and the class balance P(class), float64 of shape (classes,)."""
        ...


@dataclass(frozen=True, slots=True)
class FittedLabelModel:
    """A fitted label model.

    Attributes
    ----------
    method
        The name of the method.
    class_balance
        float64 of shape (classes,): P(class) before any vote, which rows without any get.
    n_lfs
        The number of labeling functions, which is the number of columns that it takes.
    balance_source
        Where the class balance is from: `given`, `uniform`, or `estimated` from the votes.
    """

    method: str
    class_balance: Probabilities
    n_lfs: int
    _estimate: Estimate
    balance_source: BalanceSource = "given"

    def predict_proba(self, L: npt.ArrayLike | VotePatterns) -> Probabilities:
        """Return P(class) for each row of votes.

        Parameters
        ----------
        L
            int array of shape (records, LFs), -1 abstains; or patterns.

        Returns
        -------
        numpy.ndarray
            float64 of shape (records, classes), or (patterns, classes); rows sum to 1. A row without votes gets the
            class balance; a row whose votes agree gets its highest probability on the class that they agree on.

        Raises
        ------
        LabelModelError
            Where the shape or a value of `L` does not fit the model.
        """
        if isinstance(L, VotePatterns):
            return self._predict(check_patterns(L, len(self.class_balance)))
        patterns, inverse = group_rows(check_votes(L, len(self.class_balance)))
        return self._predict(patterns)[inverse]

    def is_covered(self, L: npt.ArrayLike | VotePatterns) -> npt.NDArray[np.bool_]:
        """Return, for each row of votes, whether any labeling function votes: bool of shape (records,)."""
        if isinstance(L, VotePatterns):
            return L.n_votes > 0
        return np.asarray((np.asarray(L) >= 0).any(axis=1))

    def _predict(self, patterns: VotePatterns) -> Probabilities:
        if patterns.n_lfs != self.n_lfs:
            what = f"L has {patterns.n_lfs} columns; the model was fitted on {self.n_lfs} labeling functions."
            raise LabelModelError(Problem(what, fix="Use the same labeling functions, in the same order."))
        probabilities = np.tile(self.class_balance, (len(patterns), 1))
        covered = np.flatnonzero(patterns.n_votes)
        if len(covered):
            voted = patterns.take(covered)
            probabilities[covered] = _respect_unanimity(self._estimate(voted), voted)
        return probabilities


def check_patterns(patterns: VotePatterns, cardinality: int) -> VotePatterns:
    """Return patterns, or raise LabelModelError where one has a vote for a class that there is not."""
    highest = int(patterns.votes.data.max(initial=0)) - 1
    if highest >= cardinality:
        what = f"the patterns have votes for class {highest}; the {cardinality} classes are 0 … {cardinality - 1}."
        raise LabelModelError(Problem(what, fix="Check the cardinality."))
    return patterns


def _respect_unanimity(probabilities: Probabilities, patterns: VotePatterns) -> Probabilities:
    """Put the class on which all votes of a row agree just over those that the model prefers: they share evenly.

    So the weaker a model's belief in what the votes agree on, the nearer the result is to a tie.
    """
    counts = patterns.class_counts(probabilities.shape[1])
    agreed = counts.argmax(axis=1)
    is_agreed = counts.max(axis=1) == patterns.n_votes
    rows = np.flatnonzero(is_agreed & (probabilities.argmax(axis=1) != agreed))
    if not len(rows):
        return probabilities
    result = probabilities.copy()
    for row in rows.tolist():
        own = agreed[row]
        others = np.argsort(-result[row], kind="stable")
        others = others[others != own]
        # As few of the preferred classes share as leave none above the class agreed on.
        shared = (result[row, own] + np.cumsum(result[row, others])) / np.arange(2, len(others) + 2)
        sharing = int((shared >= np.append(result[row, others[1:]], 0.0)).argmax()) + 1
        result[row, own] = shared[sharing - 1] * (1 + MARGIN)
        result[row, others[:sharing]] = shared[sharing - 1] * (1 - MARGIN / sharing)
    return result
