"""Exclusive labels: votes on tags become a class matrix, and one label model resolves all classes together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from weaklabel.label_models.fit import fit_label_model
from weaklabel.label_models.interface import BalanceSource
from weaklabel.label_models.patterns import ABSTAIN, Probabilities
from weaklabel.terms import ABSENT, PRESENT, Votes

Balance = Sequence[float] | Literal["uniform", "estimated"]


@dataclass(frozen=True, slots=True, eq=False)
class ClassProbabilities:
    """P(class) of each record under a label model.

    Attributes
    ----------
    probability
        float64 of shape (records, classes); rows sum to 1. A record without votes has the class balance.
    covered
        bool of shape (records,): any labeling function votes for a class.
    balance, balance_source
        float64 of shape (classes,), and where it is from: `given`, `uniform` or `estimated`.
    unused
        How many votes a class matrix cannot hold: "absent" among more than two classes, and those of a labeling
        function that votes for several classes of one record.
    """

    probability: Probabilities
    covered: npt.NDArray[np.bool_]
    balance: Probabilities
    balance_source: BalanceSource
    unused: int


def class_matrix(votes: Votes, n_classes: int) -> tuple[npt.NDArray[np.int16], int]:
    """Return votes as a class matrix, and how many of them it cannot hold.

    Returns
    -------
    L, unused
        int16 of shape (records, labeling functions that vote): the class, or -1 for abstain. With two classes, absent
        for one is present for the other.
    """
    lfs, column = np.unique(votes.lf, return_inverse=True)
    L = np.full((votes.n_records, len(lfs)), ABSTAIN, dtype=np.int16)
    usable = (votes.vote == PRESENT) | (n_classes == 2)
    voted = np.where(votes.vote == ABSENT, 1 - votes.tag, votes.tag)[usable]
    record, lf = votes.record[usable], column[usable]
    L[record, lf] = voted
    torn = np.zeros(L.shape, dtype=np.bool_)  # votes for several classes: all but the last differ from what stands
    np.logical_or.at(torn, (record, lf), L[record, lf] != voted)
    L[torn] = ABSTAIN
    return L, int(len(votes) - usable.sum() + torn[record, lf].sum())


def resolve_classes(
    votes: Votes, n_classes: int, method: str, *, balance: Balance = "uniform", seed: int = 0
) -> ClassProbabilities:
    """Fit a label model to votes on exclusive tags.

    Parameters
    ----------
    votes
        The vote matrix.
    n_classes
        The size of the vocabulary.
    method, balance, seed
        As for :func:`~weaklabel.label_models.fit_label_model`.

    Raises
    ------
    LabelModelError
        Where the label model cannot be fitted.
    """
    L, unused = class_matrix(votes, n_classes)
    model = fit_label_model(L, n_classes, method, class_balance=balance, seed=seed)
    return ClassProbabilities(
        model.predict_proba(L), model.is_covered(L), model.class_balance, model.balance_source, unused
    )
