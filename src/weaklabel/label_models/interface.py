"""The one interface of all label models, and what holds for each of them.

A label model is a function that fits a vote matrix and returns its estimate. What all share stands here: checked
input, the prior where every labeling function abstains, and no answer against unanimous votes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

import numpy as np
import numpy.typing as npt

from weaklabel.errors import LabelModelError, Problem, did_you_mean

Labels = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float64]
ABSTAIN = -1
MARGIN = 1e-6

METHODS = {
    "majority": "weaklabel.label_models.majority:fit_majority",
    "snorkel": "weaklabel.label_models.snorkel:fit_snorkel",
}


Estimate = Callable[[Labels], Probabilities]
"""What a method has learnt: it gives P(class), float64 of shape (rows, classes), for votes, int64 of shape (rows,
LFs), each row with at least one vote."""


class Fit(Protocol):
    """A method: it learns from votes without knowing the right classes."""

    def __call__(self, L: Labels, class_balance: Probabilities, seed: int) -> Estimate:
        """Fit int64 votes of shape (records, LFs), -1 for abstain, with the prior P(class)."""
        ...


@dataclass(frozen=True, slots=True)
class FittedLabelModel:
    """A fitted label model.

    Attributes
    ----------
    method
        The name of the method.
    class_balance
        float64 of shape (classes,): the prior, which rows without any vote get.
    n_lfs
        The number of labeling functions, which is the number of columns that it takes.
    """

    method: str
    class_balance: Probabilities
    n_lfs: int
    _estimate: Estimate

    def predict_proba(self, L: npt.ArrayLike) -> Probabilities:
        """Return P(class) for each row of votes.

        Parameters
        ----------
        L
            int array of shape (records, LFs); -1 abstains.

        Returns
        -------
        numpy.ndarray
            float64 of shape (records, classes); rows sum to 1. A row without votes gets the class balance; a row
            whose votes agree gets its highest probability on the class that they agree on.

        Raises
        ------
        LabelModelError
            Where the shape or a value of `L` does not fit the model.
        """
        votes = check_votes(L, len(self.class_balance))
        if votes.shape[1] != self.n_lfs:
            what = f"L has {votes.shape[1]} columns; the model was fitted on {self.n_lfs} labeling functions."
            raise LabelModelError(Problem(what, fix="Use the same labeling functions, in the same order."))
        probabilities = np.tile(self.class_balance, (len(votes), 1))
        covered = self.is_covered(votes)
        if covered.any():
            patterns, inverse = np.unique(votes[covered], axis=0, return_inverse=True)
            estimated = _respect_unanimity(self._estimate(patterns), patterns)
            probabilities[covered] = estimated[inverse.ravel()]
        return probabilities

    def is_covered(self, L: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return, for each row of votes, whether any labeling function votes: bool of shape (records,)."""
        covered: npt.NDArray[np.bool_] = (np.asarray(L) != ABSTAIN).any(axis=1)
        return covered


def fit_label_model(
    L: npt.ArrayLike,
    cardinality: int,
    method: str = "snorkel",
    *,
    class_balance: Sequence[float] | None = None,
    seed: int = 0,
) -> FittedLabelModel:
    """Fit a label model to a matrix of votes.

    Parameters
    ----------
    L
        int array of shape (records, LFs) with values in {-1, 0, …, cardinality - 1}; -1 abstains.
    cardinality
        The number of classes.
    method
        One of :data:`METHODS`.
    class_balance
        The prior P(class), `cardinality` positive numbers; uniform by default.
    seed
        Seed of whatever the method draws.

    Raises
    ------
    LabelModelError
        Where the method is unknown, or `L` or `class_balance` does not fit.

    Examples
    --------
    >>> model = fit_label_model([[0, 0, -1], [1, -1, 1], [1, 1, 0]], cardinality=2, method="majority")
    >>> model.predict_proba([[1, 1, 0], [-1, -1, -1]]).round(2).tolist()
    [[0.33, 0.67], [0.5, 0.5]]
    """
    if method not in METHODS:
        fix = did_you_mean(str(method), METHODS) or f"Use one of {', '.join(METHODS)}."
        raise LabelModelError(Problem(f"there is no label model {method!r}.", fix=fix))
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise LabelModelError(Problem(f"the seed is {seed!r}.", fix="Give a whole number from 0 to 2**32 - 1."))
    balance = _check_balance(class_balance, cardinality)
    votes = check_votes(L, cardinality)
    module, _, name = METHODS[method].partition(":")
    fit: Fit = getattr(import_module(module), name)
    return FittedLabelModel(method, balance, votes.shape[1], fit(votes, balance, seed))


def check_votes(L: npt.ArrayLike, cardinality: int) -> Labels:
    """Return `L` as int64 of shape (records, LFs), or raise LabelModelError where it is no vote matrix."""
    try:
        votes = np.asarray(L)
    except ValueError:
        raise LabelModelError(
            Problem("the rows of L differ in length.", fix="Give every record a vote of every LF.")
        ) from None
    if votes.ndim != 2 or (votes.size and not np.issubdtype(votes.dtype, np.integer)):
        what = f"L must be an int array of shape (records, labeling functions); it is {votes.dtype} {votes.shape}."
        raise LabelModelError(Problem(what, fix="Use -1 for abstain and 0, 1, … for the classes."))
    wrong = np.argwhere((votes < ABSTAIN) | (votes >= cardinality))
    if len(wrong):
        row, column = wrong[0]
        what = f"L[{row}, {column}] is {votes[row, column]}; the {cardinality} classes are 0 … {cardinality - 1}."
        raise LabelModelError(Problem(what, fix="Check the cardinality."))
    return votes.astype(np.int64)


def _check_balance(class_balance: Sequence[float] | None, cardinality: int) -> Probabilities:
    if isinstance(cardinality, bool) or not isinstance(cardinality, int | np.integer) or cardinality < 2:
        raise LabelModelError(
            Problem(f"the cardinality is {cardinality!r}.", fix="Give the number of classes, 2 or more.")
        )
    if class_balance is None:
        return np.full(cardinality, 1 / cardinality)
    try:
        balance = np.asarray(class_balance, dtype=np.float64)
    except (TypeError, ValueError):
        balance = np.array([])
    if balance.shape != (cardinality,) or not (np.isfinite(balance).all() and (balance > 0).all()):
        what = f"the class balance {class_balance} is not {cardinality} positive numbers."
        raise LabelModelError(Problem(what, fix="Give P(class) for every class, none of them 0."))
    normalised: Probabilities = balance / balance.sum()
    return normalised


def _respect_unanimity(probabilities: Probabilities, patterns: Labels) -> Probabilities:
    """Put the class on which all votes of a row agree just over the one that the model prefers: the two share evenly.

    So the weaker a model's belief in what the votes agree on, the nearer the result is to a tie.
    """
    result = probabilities.copy()
    voted = patterns != ABSTAIN
    lowest = np.where(voted, patterns, patterns.max(initial=0) + 1).min(axis=1)
    agreed = patterns.max(axis=1)
    top = result.argmax(axis=1)
    rows = np.flatnonzero((lowest == agreed) & (top != agreed))
    shared = (result[rows, agreed[rows]] + result[rows, top[rows]]) / 2
    result[rows, agreed[rows]] = shared * (1 + MARGIN)
    result[rows, top[rows]] = shared * (1 - MARGIN)
    return result
