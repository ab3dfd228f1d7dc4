"""Evaluate predictions: read them and what they are held against, and hand both to the stage that scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Place, Problem, RecordsError, SliceError, UsageError, did_you_mean, quantity, raise_errors
from weaklabel.evaluation.align import align, first_ids
from weaklabel.evaluation.listing import Listing, read_listing
from weaklabel.evaluation.reference import Kind, Reference, load_reference
from weaklabel.evaluation.slices import ReferenceSlices, no_slices, read_slices
from weaklabel.pipeline import Watch, unwatched
from weaklabel.scoring import (
    ROUNDS,
    THRESHOLD,
    Answers,
    Breach,
    Cells,
    Evaluation,
    Expectation,
    Limit,
    ModelComparison,
    check_expectations,
    compare,
    find_answers,
    read_expectations,
    score,
)
from weaklabel.slicing import usual_location
from weaklabel.terms import Settings

SLACK = 0.01  # by which probabilities of classes may be rounded up
Bools = npt.NDArray[np.bool_]


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


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What was found.

    Attributes
    ----------
    reference, reference_location
        What predictions were held against: gold tags or given ones, and of which file.
    uncovered
        How many scored records have no prediction.
    unscored
        How many records with a prediction were left out, because their tags are not known.
    within
        The slice whose records alone were scored; None for all.
    evaluation, comparison
        The scores; and how they differ from the second model's.
    breaches
        Expectations that do not hold.
    warnings
        What is odd.
    """

    reference: Kind
    reference_location: str
    uncovered: int
    unscored: int
    within: str | None
    evaluation: Evaluation
    comparison: ModelComparison | None
    breaches: tuple[Breach, ...]
    warnings: tuple[Problem, ...]


def evaluate(
    request: Request,
    settings: Settings | None = None,
    expected: Sequence[Limit] = (),
    watch: Watch = unwatched,
) -> Evaluated:
    """Evaluate predictions.

    Parameters
    ----------
    settings
        The project's; None to go without one.
    expected
        What is expected of slices, besides what their definitions expect.
    watch
        Shows progress where slices are defined by what a run resolves.

    Raises
    ------
    WeaklabelError
        Where a file or the request is wrong.
    """
    warnings: list[Problem] = []
    separator = request.separator or (settings.columns.separator if settings else ",")
    listings = [
        read_listing(location, separator, warnings) for location in (request.predictions, request.compare) if location
    ]
    reference = load_reference(
        request.gold, settings, warnings, task=request.task, separator=request.separator, predicted=listings
    )
    _find_positive(request, reference)  # what is wrong with the request is said before slices take time
    _find_threshold(request, reference, listings)
    location = request.slices or (_find_slices(settings) if settings else None)
    sliced = read_slices(location, reference, settings, warnings, watch) if location else no_slices(reference)
    return evaluate_listings(request, listings, reference, sliced, expected, warnings)


def evaluate_listings(
    request: Request,
    listings: list[Listing],
    reference: Reference,
    sliced: ReferenceSlices,
    expected: Sequence[Limit],
    warnings: list[Problem],
) -> Evaluated:
    """Evaluate what was read: predictions of one model or two, the reference, and slices of the reference's records."""
    expectations = _read_expectations(expected, sliced)
    known = reference.cells.listed if request.within is None else _find_within(request.within, reference, sliced)
    read = read_answers(request, listings, reference, known, warnings)
    answers = read.answers
    slices = replace(sliced.membership, members=sliced.membership.members[known])
    told = read.threshold if answers[0].probability is not None and reference.task != "multiclass" else None
    rounds, seed = request.rounds, request.seed
    comparison = None
    if len(answers) > 1:
        evaluation, comparison = compare(answers[0], answers[1], slices, threshold=told, rounds=rounds, seed=seed)
    else:
        evaluation = score(answers[0], slices, threshold=told, rounds=rounds, seed=seed)
    return Evaluated(
        reference=reference.kind,
        reference_location=reference.location,
        uncovered=int((~answers[0].covered).sum()),
        unscored=read.unscored,
        within=request.within,
        evaluation=evaluation,
        comparison=comparison,
        breaches=check_expectations(expectations, evaluation),
        warnings=tuple(warnings),
    )


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
    positive, threshold = _find_positive(request, reference), _find_threshold(request, reference, listings)
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


def _read_expectations(expected: Sequence[Limit], sliced: ReferenceSlices) -> tuple[Expectation, ...]:
    """Return what the slices' definitions expect, and what is expected besides."""
    problems: list[Problem] = []
    names = sliced.membership.names
    defined = read_expectations(sliced.expected, names, problems)
    raise_errors(problems, SliceError)
    others = read_expectations(expected, names, problems)
    raise_errors(problems, UsageError)
    return (*defined, *others)


def _find_positive(request: Request, reference: Reference) -> int:
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


def _find_slices(settings: Settings) -> str | None:
    """Return where a project's slices are: what it names, or slices.yaml beside the project file."""
    usual = usual_location(settings)
    found = settings.slices or (usual if settings.source and usual.is_file() else None)
    return None if found is None else str(found)


def _find_within(name: str, reference: Reference, sliced: ReferenceSlices) -> Bools:
    """Return which records are in a slice and have known tags, bool of shape (records,)."""
    names, place = sliced.membership.names, Place("--within")
    if name not in names:
        fix = did_you_mean(name, names, otherwise="Name the project's slices, or a file of them with --slices.")
        raise UsageError(Problem(f"there is no slice {name!r}.", place, fix))
    inside: Bools = sliced.membership.members[:, names.index(name)] & reference.cells.listed
    if not inside.any():
        what = f"no record with known tags is in {name!r}."
        raise UsageError(Problem(what, place, "Name a slice with records: `weaklabel slices` lists them."))
    return inside


def _find_threshold(request: Request, reference: Reference, listings: Sequence[Listing]) -> float:
    if request.threshold is None:
        return THRESHOLD
    if reference.task == "multiclass" or all(listing.probability is None for listing in listings):
        is_by_rank = reference.task == "multiclass"
        what = "the most probable class is predicted." if is_by_rank else "the predictions have no probabilities."
        raise UsageError(Problem(what, Place("--threshold"), "Leave it out."))
    return request.threshold


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
