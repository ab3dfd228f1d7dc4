"""How wrong a file of predictions is about each record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.discovery import errors_of_counts
from weaklabel.errors import Problem, quantity
from weaklabel.evaluation.evaluate import Request, read_answers
from weaklabel.evaluation.listing import read_listing
from weaklabel.evaluation.reference import load_reference
from weaklabel.terms import Settings


@dataclass(frozen=True, slots=True, eq=False)
class RecordErrors:
    """How wrong predictions are.

    Attributes
    ----------
    values
        float64 of shape (records,), in the project's order: 1 − F1 of a record's tags, or 0 or 1 where it has one
        class; nan where its right tags are not known.
    reference
        What they were held against: "the gold tags of 375 records".
    warnings
        What is odd.
    """

    values: npt.NDArray[np.float64]
    reference: str
    warnings: tuple[Problem, ...]


def errors_of_predictions(request: Request, settings: Settings) -> RecordErrors:
    """Read predictions of a project's records, and say how wrong each record's are.

    Parameters
    ----------
    request
        The predictions and gold; slices and a second model are not looked at.
    settings
        The project's.

    Raises
    ------
    WeaklabelError
        Where a file or the request is wrong.
    """
    warnings: list[Problem] = []
    listing = read_listing(request.predictions, request.separator or settings.columns.separator, warnings)
    reference = load_reference(
        request.gold, settings, warnings, task=request.task, separator=request.separator, predicted=[listing]
    )
    known = reference.cells.listed
    [answers] = read_answers(request, [listing], reference, known, warnings).answers
    shared, said, gold = (
        np.bincount(answers.record[cells], minlength=answers.n_records).astype(np.float64)
        for cells in (answers.said & answers.gold, answers.said, answers.gold)
    )
    values = np.full(len(known), np.nan)
    values[known] = errors_of_counts(shared, said + gold)
    against = f"the {reference.kind} tags of {quantity(int(known.sum()), 'record')}"
    return RecordErrors(values, against, tuple(warnings))
