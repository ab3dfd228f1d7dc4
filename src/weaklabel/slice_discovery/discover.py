"""The slices on which a model does worst, of a project's run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weaklabel.discovery import KINDS, Discovery, Options, discover_slices
from weaklabel.errors import Place, Problem, RecordsError, UsageError, did_you_mean, quantity
from weaklabel.pipeline import Watch, explain, unwatched
from weaklabel.resolution import Explainer
from weaklabel.slice_discovery.definitions import Definition, define_slices
from weaklabel.slice_discovery.describe import USUAL_KINDS, describe_records
from weaklabel.slice_discovery.errors import Errors, errors_of_run
from weaklabel.slices.clusters import CLUSTERS
from weaklabel.terms import Settings

USUAL_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for.

    Attributes
    ----------
    over
        What definitions may look at: some of :data:`~weaklabel.discovery.KINDS`.
    n_clusters
        How many clusters texts are put into.
    options
        How slices are searched.
    """

    over: tuple[str, ...] = USUAL_KINDS
    n_clusters: int = CLUSTERS
    options: Options = USUAL_OPTIONS


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Slices, their definitions, and what errors are held against: "the given tags of 2,032 records"."""

    discovery: Discovery
    definitions: tuple[Definition, ...]
    reference: str
    n_literals: int


def read_kinds(over: str | None) -> tuple[str, ...]:
    """Return what definitions may look at, named with commas between; the usual ones where nothing is named.

    Raises
    ------
    UsageError
        With every name that is none.
    """
    if over is None:
        return USUAL_KINDS
    kinds = tuple(dict.fromkeys(name.strip() for name in over.split(",") if name.strip()))
    unknown = [name for name in kinds if name not in KINDS]
    if unknown or not kinds:
        raise UsageError(_unknown_kind(name) for name in unknown or [over])
    return kinds


def _unknown_kind(name: str) -> Problem:
    fix = did_you_mean(name, KINDS, otherwise=f"There are {', '.join(KINDS)}.")
    return Problem(f"there is no {name!r} to look at.", Place("--over"), fix)


def discover(settings: Settings, scope: Scope, watch: Watch = unwatched) -> Found:
    """Run the path up to the probabilities, and find the slices on which the run's own models are worst.

    Errors are those of tags, or classes, with a probability above one half, which the end model foretells for each
    record without having learnt from its own; against gold tags, where the project has some, else given ones.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong, or nobody has tagged any record.
    """
    run = explain(settings, watch)
    errors = errors_of_run(run)
    if np.isnan(errors).all():
        fix = "Give gold tags, or records with given tags."
        raise RecordsError(Problem("nothing says which records a model is wrong about.", Place(settings.records), fix))
    reference = f"the {run.observed.reference.name} tags of {quantity(int((~np.isnan(errors)).sum()), 'record')}"
    return discover_in(run, errors, reference, scope, watch)


def discover_in(run: Explainer, errors: Errors, reference: str, scope: Scope, watch: Watch = unwatched) -> Found:
    """Find the slices of a run's records on which any model is worst.

    Parameters
    ----------
    run
        What is known of the records: `Run.explainer`, or what :func:`weaklabel.pipeline.explain` returns.
    errors
        float64 of shape (records,): how wrong the model is about each, from 0 to 1; nan where that is not known.
    reference
        What they are held against, in words.
    scope
        What to look at, and how to search.
    watch
        Shows progress.
    """
    with watch("describing"):
        literals = describe_records(run, scope.over, scope.n_clusters)
    with watch("searching") as on_progress:
        found = discover_slices(literals, errors, scope.options, on_progress)
    return Found(found, define_slices(found.slices), reference, len(literals))
