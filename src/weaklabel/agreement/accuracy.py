"""How often each annotator is right: against what a model makes of all their verdicts, and against adjudications.

Source: Dawid and Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied
Statistics 28 (1979), equation 2.3. The model itself is given: P(yes) for each cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.agreement.annotations import Annotations, Floats, Votes

LEAST_ANNOTATORS = 3


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often one annotator is right.

    Attributes
    ----------
    accuracy
        The probability that a verdict is right.
    recall, specificity
        The probability of yes where yes is right, and of no where no is; None where there is no such cell.
    cells
        On how many cells this rests.
    """

    accuracy: float
    recall: float | None
    specificity: float | None
    cells: int


def find_shared(annotations: Annotations) -> npt.NDArray[np.bool_]:
    """Return which cells two or more annotators said yes or no of, bool of shape (cells,)."""
    return np.asarray(annotations.counts.sum(axis=1) >= 2)


def is_identified(annotations: Annotations) -> bool:
    """Say whether enough annotators share cells that a model can tell who errs: of two who differ, nobody can."""
    shared = annotations.votes[find_shared(annotations)]
    return int((shared >= 0).any(axis=0).sum()) >= LEAST_ANNOTATORS


def expect_accuracy(votes: Votes, probability: Floats) -> tuple[Accuracy | None, ...]:
    """Return each annotator's accuracy where a cell is yes with a probability; None for who said nothing of them.

    Parameters
    ----------
    votes
        int8 of shape (cells, annotators); 1 yes, 0 no, -1 missing.
    probability
        float64 of shape (cells,): P(yes), or 1 and 0 where it is known.
    """
    return tuple(_expect(column, probability) for column in votes.T)


def _expect(said: Votes, probability: Floats) -> Accuracy | None:
    is_said = said >= 0
    yes, right = said[is_said] == 1, probability[is_said]
    cells = len(right)
    if not cells:
        return None
    hits, rejections = float(right[yes].sum()), float((1 - right[~yes]).sum())
    present, absent = float(right.sum()), float((1 - right).sum())
    return Accuracy(
        (hits + rejections) / cells,
        hits / present if present > 0 else None,
        rejections / absent if absent > 0 else None,
        cells,
    )
