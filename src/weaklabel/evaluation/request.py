"""What is to be evaluated, and what of it can only be told with the reference and the predictions at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weaklabel.errors import Place, Problem, UsageError, did_you_mean, quantity
from weaklabel.evaluation.listing import Listing
from weaklabel.evaluation.reference import Reference
from weaklabel.scoring import ROUNDS, THRESHOLD


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be evaluated.

    Attributes
    ----------
    predictions, compare
        Files of predictions; those of the second model, or None.
    gold
        A file, or `given`; None for the project's gold, or else `given`.
    slices
        A table of membership, or a file or folder that defines slices; None for those of the project (or of
        slices.yaml beside it), if it has any.
    task
        multilabel or multiclass; None for the project's, or for what gold looks like.
    positive
        Of two classes the one whose precision and recall are given; None for the second by name.
    threshold
        Tags that are more probable count as predicted; None for .5.
    within
        The slice whose records alone are scored; None for all.
    rounds, seed
        Of the bootstrap.
    separator
        What stands between tags in a CSV cell; None for the project's, or a comma.
    """

    predictions: str
    gold: str | None = None
    slices: str | None = None
    compare: str | None = None
    task: str | None = None
    positive: str | None = None
    threshold: float | None = None
    within: str | None = None
    rounds: int = ROUNDS
    seed: int = 0
    separator: str | None = None


def find_positive(request: Request, reference: Reference) -> int:
    """Return the position of the positive class: the second, where none is named."""
    if request.positive is None:
        return 1
    place = Place("--positive")
    if reference.task != "binary":
        what = f"there are {quantity(len(reference.tags), 'class')}, not two."
        what = "a record can have several tags." if reference.task == "multilabel" else what
        raise UsageError(Problem(what, place, "Leave it out: a positive class is one of two."))
    if request.positive not in reference.tags:
        fix = did_you_mean(request.positive, reference.tags) or f"The classes are {' and '.join(reference.tags)}."
        raise UsageError(Problem(f"{request.positive!r} is none of the classes.", place, fix))
    return reference.tags.index(request.positive)


def find_threshold(request: Request, reference: Reference, listings: Sequence[Listing]) -> float:
    """Return what is to be exceeded; a threshold is refused where nothing has a probability to exceed it."""
    if request.threshold is None:
        return THRESHOLD
    if reference.task == "multiclass" or all(listing.probability is None for listing in listings):
        is_by_rank = reference.task == "multiclass"
        what = "the most probable class is predicted." if is_by_rank else "the predictions have no probabilities."
        raise UsageError(Problem(what, Place("--threshold"), "Leave it out."))
    return request.threshold
