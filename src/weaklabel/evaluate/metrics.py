"""How well probabilities foretell given tags: of cells, where a record may have any number of tags, and of classes.

Probabilities are float32 matrices and given tags bool ones, so that 100,000 records × 400 tags take 160 and 40 MB;
besides, one sorted copy of the probabilities is made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.evaluate.calibration import calibration_error
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.measures import MIN_P, SHOWN

Probabilities = npt.NDArray[np.float32]
Given = npt.NDArray[np.bool_]
ROWS = 4096  # at a time


@dataclass(frozen=True, slots=True)
class Scores:
    """How well probabilities foretell given tags.

    Attributes
    ----------
    micro_f1, macro_f1
        F1 of the cells with probability > .5, over all cells, and as the mean over tags. Of classes: of the most
        probable class of each record, for which micro-F1 is the accuracy.
    average_precision
        Of all cells in one ranking.
    ece
        The calibration error of cells with probability > .05, or of each record's most probable class.
    log_loss
        The mean of -ln P(what was given) over cells, or over records.
    """

    micro_f1: float
    macro_f1: float
    average_precision: float
    ece: float
    log_loss: float


def score_cells(probability: Probabilities, given: Given) -> Scores:
    """Score the probabilities of cells, any number of tags a record.

    Parameters
    ----------
    probability
        float32 of shape (records, tags).
    given
        bool of the same shape: whether the author gave the tag.
    """
    micro, macro = f1_scores(probability > LIKELY, given)
    shown = probability > SHOWN
    return Scores(
        micro_f1=micro,
        macro_f1=macro,
        average_precision=average_precision(probability, given),
        ece=calibration_error(probability[shown], given[shown]),
        log_loss=log_loss(probability, given),
    )


def score_classes(probability: Probabilities, given: Given) -> Scores:
    """Score the probabilities of classes, of which each record was given exactly one; a tie is won by the first.

    Parameters
    ----------
    probability
        float32 of shape (records, classes).
    given
        bool of the same shape; each row has one True.
    """
    top = probability.argmax(axis=1)
    decided = np.zeros(given.shape, dtype=np.bool_)
    decided[np.arange(len(top)), top] = True
    micro, macro = f1_scores(decided, given)
    of_given = probability[given].astype(np.float64)
    return Scores(
        micro_f1=micro,
        macro_f1=macro,
        average_precision=average_precision(probability, given),
        ece=calibration_error(probability.max(axis=1), given[np.arange(len(top)), top]),
        log_loss=float(-np.log(np.clip(of_given, MIN_P, 1 - MIN_P)).mean()) if len(of_given) else float("nan"),
    )


def f1_scores(decided: npt.NDArray[np.bool_], given: Given) -> tuple[float, float]:
    """Return F1 over all cells, and the mean of the F1 of each tag that was given at least once.

    Parameters
    ----------
    decided, given
        bool of shape (records, tags).
    """
    right, said, due = (decided & given).sum(axis=0), decided.sum(axis=0), given.sum(axis=0)
    counted = due > 0
    if not counted.any():
        return float("nan"), float("nan")
    micro = 2 * right.sum() / (said.sum() + due.sum())
    return float(micro), float((2 * right[counted] / (said + due)[counted]).mean())


def average_precision(probability: Probabilities, given: Given) -> float:
    """Return the mean, over all given cells, of the precision among the cells that are at least as probable.

    That is Σ_n (R_n - R_(n-1)) P_n over the thresholds, as scikit-learn's `average_precision_score` has it, ties too;
    here without the order of all cells, which would take six times the memory.

    Parameters
    ----------
    probability, given
        float32 and bool of shape (records, tags), or any other shape.

    Returns
    -------
    float
        nan where nothing is given.
    """
    ranked, positive = np.sort(probability, axis=None), np.sort(probability[given])
    if not len(positive):
        return float("nan")
    as_probable = len(ranked) - np.searchsorted(ranked, positive)
    given_of_these = len(positive) - np.searchsorted(positive, positive)
    return float((given_of_these / as_probable).mean())


def log_loss(probability: Probabilities, given: Given) -> float:
    """Return the mean of -ln P(what was given) over cells; probabilities count as .001 at least and .999 at most.

    Parameters
    ----------
    probability, given
        float32 and bool of shape (records, tags).
    """
    if not given.size:
        return float("nan")
    total = 0.0
    for start in range(0, len(given), ROWS):
        rows = slice(start, start + ROWS)
        of_given = np.where(given[rows], probability[rows], 1 - probability[rows].astype(np.float64))
        total -= float(np.log(np.clip(of_given, MIN_P, 1 - MIN_P)).sum())
    return total / given.size
