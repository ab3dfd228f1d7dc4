"""Evaluate predictions: read them and what they are held against, and hand both to the stage that scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Place, Problem, SliceError, UsageError, did_you_mean, raise_errors
from weaklabel.evaluation.answers import read_answers
from weaklabel.evaluation.listing import Listing, read_listing
from weaklabel.evaluation.reference import Kind, Reference, load_reference
from weaklabel.evaluation.request import Request, find_positive, find_threshold
from weaklabel.evaluation.slices import ReferenceSlices, no_slices, read_slices
from weaklabel.pipeline import Watch, unwatched
from weaklabel.scoring import (
    Breach,
    Evaluation,
    Expectation,
    Limit,
    ModelComparison,
    check_expectations,
    compare,
    read_expectations,
    score,
)
from weaklabel.slicing import usual_location
from weaklabel.terms import Settings

Bools = npt.NDArray[np.bool_]


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
    find_positive(request, reference)  # what is wrong with the request is said before slices take time
    find_threshold(request, reference, listings)
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
    expectations = _read_expectations(expected, sliced, reference, _scored_tags(request, reference))
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


def _read_expectations(
    expected: Sequence[Limit], sliced: ReferenceSlices, reference: Reference, tags: Sequence[str]
) -> tuple[Expectation, ...]:
    """Return what the slices' definitions expect, and what is expected besides."""
    problems: list[Problem] = []
    names = sliced.membership.names
    defined = read_expectations(sliced.expected, names, problems, task=reference.task, tags=tags)
    raise_errors(problems, SliceError)
    others = read_expectations(expected, names, problems, task=reference.task, tags=tags)
    raise_errors(problems, UsageError)
    return (*defined, *others)


def _scored_tags(request: Request, reference: Reference) -> Sequence[str]:
    """Return the tags that have scores: of two classes the positive one."""
    is_binary = reference.task == "binary"
    return [reference.tags[find_positive(request, reference)]] if is_binary else reference.tags


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
