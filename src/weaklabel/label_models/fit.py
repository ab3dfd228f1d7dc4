"""Fit a label model by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from weaklabel.errors import LabelModelError, Problem
from weaklabel.label_models.class_balance import estimate_class_balance
from weaklabel.label_models.interface import BalanceSource, FittedLabelModel, check_patterns
from weaklabel.label_models.methods import find_method
from weaklabel.label_models.patterns import Probabilities, VotePatterns, check_votes, group_rows
from weaklabel.label_models.snorkel import fit_snorkel_to_rows

MANY_ROWS = 50_000  # from which on finding their patterns costs more than Snorkel's model needs


def fit_label_model(
    L: npt.ArrayLike | VotePatterns,
    cardinality: int,
    method: str = "snorkel",
    *,
    class_balance: Sequence[float] | Literal["uniform", "estimated"] | None = None,
    seed: int = 0,
) -> FittedLabelModel:
    """Fit a label model to a matrix of votes, or to the patterns of one.

    Parameters
    ----------
    L
        int array of shape (records, LFs) with values in {-1, 0, …, cardinality - 1}, -1 abstains; or its patterns.
    cardinality
        The number of classes.
    method
        One of :data:`~weaklabel.label_models.METHODS`.
    class_balance
        P(class) before any vote: `cardinality` positive numbers; "uniform", the default; or "estimated" from the votes
        (:func:`~weaklabel.label_models.class_balance.estimate_class_balance`).
    seed
        Seed of whatever the method draws.

    Raises
    ------
    LabelModelError
        Where the method is unknown or a plugin that fails, or `L` or `class_balance` does not fit.

    Examples
    --------
    >>> model = fit_label_model([[0, 0, -1], [1, -1, 1], [1, 1, 0]], cardinality=2, method="majority")
    >>> model.predict_proba([[1, 1, 0], [-1, -1, -1]]).round(2).tolist()
    [[0.33, 0.67], [0.5, 0.5]]
    """
    fit = find_method(method)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise LabelModelError(Problem(f"the seed is {seed!r}.", fix="Give a whole number from 0 to 2**32 - 1."))
    _check_cardinality(cardinality)
    if isinstance(class_balance, str) and class_balance == "uniform":
        class_balance = None
    balance = None if isinstance(class_balance, str) else _check_balance(class_balance, cardinality)
    source: BalanceSource = "uniform" if class_balance is None else "given"
    if isinstance(L, VotePatterns):
        patterns = check_patterns(L, cardinality)
    else:
        rows = check_votes(L, cardinality)
        if method == "snorkel" and balance is not None and len(rows) >= MANY_ROWS:
            estimate = fit_snorkel_to_rows(rows, balance, int(seed))
            return FittedLabelModel(method, balance, rows.shape[1], estimate, source)
        patterns = group_rows(rows)[0]
    if balance is None:
        balance, source = _named_balance(str(class_balance), patterns, cardinality)
    return FittedLabelModel(method, balance, patterns.n_lfs, fit(patterns, balance, int(seed)), source)


def _check_cardinality(cardinality: int) -> None:
    if isinstance(cardinality, bool) or not isinstance(cardinality, int | np.integer) or cardinality < 2:
        raise LabelModelError(
            Problem(f"the cardinality is {cardinality!r}.", fix="Give the number of classes, 2 or more.")
        )


def _check_balance(class_balance: Sequence[float] | None, cardinality: int) -> Probabilities:
    if class_balance is None:
        return np.full(cardinality, 1 / cardinality)
    try:
        balance = np.asarray(class_balance, dtype=np.float64)
    except (TypeError, ValueError):
        balance = np.array([])
    if balance.shape != (cardinality,) or not (np.isfinite(balance).all() and (balance > 0).all()):
        what = f"the class balance {class_balance} is not {cardinality} positive numbers."
        fix = 'Give P(class) for every class, none of them 0, or "uniform", or "estimated".'
        raise LabelModelError(Problem(what, fix=fix))
    normalised: Probabilities = balance / balance.sum()
    return normalised


def _named_balance(name: str, patterns: VotePatterns, cardinality: int) -> tuple[Probabilities, BalanceSource]:
    if name == "uniform":
        return np.full(cardinality, 1 / cardinality), "uniform"
    if name == "estimated":
        return estimate_class_balance(patterns, cardinality), "estimated"
    what = f"there is no class balance {name!r}."
    raise LabelModelError(Problem(what, fix='Use "uniform", "estimated", or P(class) for every class.'))
