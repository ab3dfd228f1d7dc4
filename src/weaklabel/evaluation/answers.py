"""Predictions that were read, put beside what is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Place, Problem, RecordsError, quantity
from weaklabel.evaluation.align import align, first_ids
from weaklabel.evaluation.listing import Listing
from weaklabel.evaluation.reference import Reference
from weaklabel.evaluation.request import Request, find_positive, find_threshold
from weaklabel.scoring import Answers, Cells, find_answers

SLACK = 0.01  # by which probabilities of classes may be rounded up
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """What each model says of the records that are scored.

    Attributes
    ----------
    answers
        In the order of the files.
    threshold
        Tags that are more probable count as predicted.
    unscored
        How many records the first model speaks of whose right tags are not known.
    """

    answers: tuple[Answers, ...]
    threshold: float
    unscored: int


def read_answers(
    request: Request, listings: Sequence[Listing], reference: Reference, scored: Bools, warnings: list[Problem]
) -> ReadAnswers:
    """Put predictions beside what is right, of the records that are `scored`: bool of shape (records,)."""
    positive, threshold = find_positive(request, reference), find_threshold(request, reference, listings)
    predicted = [_align(listing, reference, warnings) for listing in listings]
    answers = tuple(
        find_answers(
            reference.task,
            reference.tags,
            cells.take(scored),
            reference.cells.take(scored),
            threshold=threshold,
            positive=positive,
        )
        for cells in predicted
    )
    return ReadAnswers(answers, threshold, int((predicted[0].listed & ~reference.cells.listed).sum()))


def _align(listing: Listing, reference: Reference, warnings: list[Problem]) -> Cells:
    """Return a file's cells, and say which records it leaves out."""
    cells = align(listing, reference.ids, reference.tags, reference.explain_unknown, warnings)
    if reference.task != "multilabel":
        _refuse_several(cells, listing, warnings)
    known = reference.cells.listed
    lacking = np.flatnonzero(known & ~cells.listed)
    if len(lacking):
        first = first_ids(reference.ids, lacking)
        what = f"{len(lacking):,} of {quantity(int(known.sum()), 'record')} have no prediction ({first})."
        warnings.append(Problem(what, Place(listing.location), "They count as predicted nothing.", "warning"))
    return cells


def _refuse_several(cells: Cells, listing: Listing, warnings: list[Problem]) -> None:
    """Raise RecordsError where a record is predicted several exclusive classes, or warn of probabilities."""
    counts = np.bincount(cells.record, weights=cells.probability, minlength=cells.n_records)
    wrong = np.flatnonzero(counts > 1 + SLACK)
    if not len(wrong):
        return
    entry = int(np.flatnonzero(np.isin(cells.record, wrong[:1]))[0])
    place = Place(listing.location) if cells.probability is not None else listing.place(int(listing.row[entry]))
    if cells.probability is None:
        what = f"{quantity(len(wrong), 'record')} with more than one class."
        raise RecordsError(Problem(what, place, "Predict one class, or say --task multilabel."))
    what = f"the probabilities of {quantity(len(wrong), 'record')} sum to more than 1."
    warnings.append(Problem(what, place, "Classes exclude each other: divide by the sum.", "warning"))
