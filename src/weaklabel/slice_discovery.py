"""`weaklabel slices discover`: the features of a run's records, and the slices on which a model does worst."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from weaklabel.comparison.target import shown_matrix
from weaklabel.discovery import (
    KINDS,
    Column,
    Definition,
    Discovery,
    Literals,
    Options,
    cluster_literals,
    define_slices,
    discover_slices,
    metadata_literals,
    record_errors,
    render_definition,
    tag_literals,
    uncertainty_literals,
    vote_literals,
    word_literals,
)
from weaklabel.documents import Document, append_items, list_items, read_document
from weaklabel.end_models import read_texts
from weaklabel.errors import OutputError, Place, Problem, RecordsError, UsageError, did_you_mean, quantity
from weaklabel.output import write_file
from weaklabel.pipeline import Watch, explain, unwatched
from weaklabel.records.columns import find_columns
from weaklabel.resolution import Explainer, Observed, Resolution
from weaklabel.slices import cluster_texts, find_conflicts, record_uncertainty
from weaklabel.slices.clusters import CLUSTERS
from weaklabel.tables import source_of_cells
from weaklabel.tags import close_matrix
from weaklabel.terms import CellProbabilities, Records, Settings, Votes
from weaklabel.terms.finding import LIKELY

Errors = npt.NDArray[np.float64]

ITEMS = "slices"
USUAL_KINDS = ("given", "votes", "metadata", "words", "cluster")
USUAL_OPTIONS = Options()
BLOCK = 4096  # records at a time


@dataclass(frozen=True, slots=True)
class Query:
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


def discover(settings: Settings, query: Query, watch: Watch = unwatched) -> Found:
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
    return discover_in(run, errors, reference, query, watch)


def discover_in(run: Explainer, errors: Errors, reference: str, query: Query, watch: Watch = unwatched) -> Found:
    """Find the slices of a run's records on which any model is worst.

    Parameters
    ----------
    run
        What is known of the records: `Run.explainer`, or what :func:`weaklabel.pipeline.explain` returns.
    errors
        float64 of shape (records,): how wrong the model is about each, from 0 to 1; nan where that is not known.
    reference
        What they are held against, in words.
    query
        What to look at, and how to search.
    watch
        Shows progress.
    """
    with watch("describing"):
        literals = describe_records(run, query.over, query.n_clusters)
    with watch("searching") as on_progress:
        found = discover_slices(literals, errors, query.options, on_progress)
    return Found(found, define_slices(found.slices), reference, len(literals))


# ---- errors ------------------------------------------------------------------------------------------------------


def errors_of_run(run: Explainer) -> Errors:
    """Return how wrong the run's models are about each record, float64 of shape (records,); nan where nobody knows."""
    observed, resolution = run.observed, run.resolution
    truth = observed.reference.tags
    has_tags = np.asarray(truth.tags.sum(axis=1)).ravel() > 0
    rows = np.flatnonzero(truth.labelled & has_tags if observed.is_exclusive else truth.labelled)
    errors = np.full(len(truth.labelled), np.nan)
    probability = _probability(resolution, truth.tags.shape)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        predicted, right = (_dense(matrix[block]) for matrix in (probability, truth.tags))
        if observed.is_exclusive:
            errors[block] = record_errors(_most_probable(predicted), right > 0)
        else:
            closed = [_close(matrix, observed) > LIKELY for matrix in (predicted, right)]
            errors[block] = record_errors(*closed)
    return errors


def _probability(resolution: Resolution, shape: tuple[int, int]) -> csr_array | npt.NDArray[np.floating]:
    """Return what the end model says; where there is none, what the label model says of the cells that a run shows."""
    if resolution.prediction is not None:
        return resolution.prediction.probability
    return csr_array(shown_matrix(resolution.label_model, shape))


def _dense(part: csr_array | npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    return (part if isinstance(part, np.ndarray) else part.toarray()).astype(np.float32)


def _close(matrix: npt.NDArray[np.float32], observed: Observed) -> npt.NDArray[np.float32]:
    return close_matrix(matrix, observed.inputs.vocabulary, observed.inputs.graph)


def _most_probable(probability: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return each record's most probable class, bool of shape (records, classes); none where nothing is known."""
    best = np.zeros(probability.shape, dtype=np.bool_)
    best[np.arange(len(best)), probability.argmax(axis=1)] = True
    return best & (probability > 0)


# ---- features ----------------------------------------------------------------------------------------------------


def describe_records(run: Explainer, over: Sequence[str] = USUAL_KINDS, n_clusters: int = CLUSTERS) -> Literals:
    """Return what is known of a run's records as literals, in the order in which `over` names their kinds."""
    records = run.inputs.records
    columns = (column for kind in over for column in _columns_of(kind, run, n_clusters))
    return Literals.of(columns, len(records))


def _columns_of(kind: str, run: Explainer, n_clusters: int) -> Iterable[Column]:
    observed, cells, records = run.observed, run.resolution.cells, run.inputs.records
    names, everywhere = run.inputs.vocabulary.names, np.ones(len(records), dtype=np.bool_)
    texts = read_texts(records)
    match kind:
        case "given":
            given = observed.given_matrix
            return tag_literals("given", csc_array(given.tags), names, given.labelled)
        case "resolved":
            return tag_literals("resolved", _likely(cells, everywhere, len(names)), names, everywhere)
        case "inferred":
            is_inferred = source_of_cells(cells, run.inputs.vocabulary, observed.given) == "inferred"
            return tag_literals("inferred", _likely(cells, is_inferred, len(names)), names, np.zeros_like(everywhere))
        case "votes":
            return vote_literals(_fires(observed.cast), observed.cast.lf_ids, _conflicts(observed))
        case "metadata":
            return _metadata(records, run.settings)
        case "words":
            return word_literals(np.array([len(text.split()) for text in texts], dtype=np.float64))
        case "uncertainty":
            return uncertainty_literals(_uncertainty(run))
        case _:
            clusters = cluster_texts(texts, n_clusters, run.settings.seed)
            return cluster_literals(clusters.labels, clusters.names)


def _likely(cells: CellProbabilities, among: npt.NDArray[np.bool_], n_tags: int) -> csc_array:
    chosen = cells.probability > LIKELY
    if len(among) == len(cells):
        chosen = chosen & among
    shape = (len(cells.has_positive), n_tags)
    return csc_array((np.ones(int(chosen.sum())), (cells.record[chosen], cells.tag[chosen])), shape=shape)


def _fires(votes: Votes) -> csc_array:
    """Return on which records labeling functions vote, sparse, of shape (records, labeling functions)."""
    shape = (votes.n_records, len(votes.lf_ids))
    return csc_array((np.ones(len(votes)), (votes.record, votes.lf)), shape=shape)  # entries of one cell are summed


def _conflicts(observed: Observed) -> npt.NDArray[np.bool_]:
    """Return on which records two labeling functions contradict each other, bool of shape (records,)."""
    votes = observed.cast
    rows = np.zeros(votes.n_records, dtype=np.bool_)
    rows[votes.record[find_conflicts(votes, is_exclusive=observed.is_exclusive)]] = True
    return rows


def _uncertainty(run: Explainer) -> npt.NDArray[np.float64]:
    cells, observed = run.resolution.cells, run.observed
    n_classes = len(run.inputs.vocabulary) if observed.is_exclusive else None
    return record_uncertainty(cells.record, cells.probability, len(observed.given), n_classes)


def _metadata(records: Records, settings: Settings) -> Iterator[Column]:
    """Yield the literals of all columns but the id, the texts and the tags."""
    frame = records.frame
    present = dict.fromkeys(map(str, frame.columns))
    known = find_columns(settings.records, present, settings.columns, [])
    for name in frame.columns:
        if str(name) not in {known.id, known.tags, *records.fields}:
            values: list[Any] = frame[name].tolist()
            yield from metadata_literals(str(name), values)


# ---- writing -----------------------------------------------------------------------------------------------------


def write_definitions(path: Path, found: Found) -> int:
    """Append definitions to a YAML file of slices, but for those whose condition it has already.

    Ids that it has stay as they are: a slice that would have one of them gets a number.

    Returns
    -------
    written
        How many were appended.

    Raises
    ------
    OutputError
        Where the file cannot be appended to; it is then as it was.
    """
    old = read_document(str(path), OutputError) if path.exists() else Document(str(path), "")
    items = [item for item in list_items(old, ITEMS, ITEMS) if isinstance(item, dict)]
    conditions = [item.get("where") for item in items]
    ids = {str(item.get("id")) for item in items}
    named = zip(found.discovery.slices, found.definitions, strict=True)
    fresh = [weak for weak, definition in named if definition.where not in conditions]
    added = "\n".join(render_definition(definition) for definition in define_slices(fresh, ids))
    if added:
        write_file(path, append_items(old, added, ITEMS, ITEMS).encode(), "--write")
    return len(fresh)
