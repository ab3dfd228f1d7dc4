"""What is known of a run's records, as the literals of which definitions of slices are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from weaklabel.discovery import (
    Column,
    Literals,
    cluster_literals,
    metadata_literals,
    tag_literals,
    uncertainty_literals,
    vote_literals,
    word_literals,
)
from weaklabel.end_models import read_texts
from weaklabel.records.columns import find_columns
from weaklabel.resolution import Explainer, Observed
from weaklabel.slices import cluster_texts, count_words, find_conflicts, record_uncertainty
from weaklabel.slices.clusters import CLUSTERS
from weaklabel.tables import source_of_cells
from weaklabel.terms import CellProbabilities, Records, Settings, Votes
from weaklabel.terms.finding import LIKELY

USUAL_KINDS = ("given", "votes", "metadata", "words", "cluster")


def describe_records(run: Explainer, over: Sequence[str] = USUAL_KINDS, n_clusters: int = CLUSTERS) -> Literals:
    """Return what is known of a run's records as literals, in the order in which `over` names their kinds."""
    records = run.inputs.records
    columns = (column for kind in over for column in _columns_of(kind, run, n_clusters))
    return Literals.of(columns, len(records))


def _columns_of(kind: str, run: Explainer, n_clusters: int) -> Iterable[Column]:
    observed, cells, records = run.observed, run.resolution.cells, run.inputs.records
    names, everywhere = run.inputs.vocabulary.names, np.ones(len(records), dtype=np.bool_)
    likely = cells.probability > LIKELY
    texts = read_texts(records)
    match kind:
        case "given":
            given = observed.given_matrix
            return tag_literals("given", csc_array(given.tags), names, given.labelled)
        case "resolved":
            return tag_literals("resolved", _tags_of(cells, likely, len(names)), names, everywhere)
        case "inferred":
            is_inferred = source_of_cells(cells, run.inputs.vocabulary, observed.given) == "inferred"
            inferred = _tags_of(cells, likely & is_inferred, len(names))
            return tag_literals("inferred", inferred, names, np.zeros_like(everywhere))
        case "votes":
            return vote_literals(_fires(observed.cast), observed.cast.lf_ids, _conflicts(observed))
        case "metadata":
            return _metadata(records, run.settings)
        case "words":
            return word_literals(count_words(texts))
        case "uncertainty":
            return uncertainty_literals(_uncertainty(run))
        case _:
            clusters = cluster_texts(texts, n_clusters, run.settings.seed)
            return cluster_literals(clusters.labels, clusters.names, n_clusters)


def _tags_of(cells: CellProbabilities, chosen: npt.NDArray[np.bool_], n_tags: int) -> csc_array:
    """Return the tags of some cells, bool of shape (cells,), sparse, of shape (records, tags)."""
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
