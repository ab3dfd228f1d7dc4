"""How often tags are given, and in which areas of the tag graph records are few."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.errors import Problem
from weaklabel.report.clipping import MAX_REASON, clip, clip_all
from weaklabel.report.data import AreaRow, Note, Support, TagRow
from weaklabel.terms import GivenMatrix, TagSummaryRow, Vocabulary

RARE = 10  # records: too few to learn from, or to measure a tag on
MAX_TAGS = 200
MAX_AREAS = 50
MAX_NOTES = 100
MAX_POINTS = 200
MAX_RAREST = 5

Counts = npt.NDArray[np.int64]


def given_counts(given: GivenMatrix) -> Counts:
    """Return how many records were given each tag: int64 of shape (tags,)."""
    counts: Counts = np.asarray(given.tags.sum(axis=0)).ravel().astype(np.int64)
    return counts


def tag_support(
    rows: Sequence[TagSummaryRow],
    given: GivenMatrix,
    vocabulary: Vocabulary,
    graph: nx.DiGraph[str],
    troubles: Sequence[Problem] = (),
) -> Support:
    """Return how often each tag is given, by given tags."""
    counts = given_counts(given)
    areas = _areas(given, counts, vocabulary, graph)
    return Support(
        tags=tuple(
            TagRow(clip(row.tag), row.given, round(row.expected, 2), row.missing, row.unsupported, row.misspelt)
            for row in sorted(rows, key=_most_to_mend)[:MAX_TAGS]
        ),
        tag_total=len(rows),
        unused=int((counts == 0).sum()),
        rare=int(((counts > 0) & (counts < RARE)).sum()),
        median=float(np.median(counts)) if len(counts) else 0.0,
        most=int(counts.max(initial=0)),
        curve=_curve(counts),
        areas=tuple(areas[:MAX_AREAS]),
        area_total=len(areas),
        troubles=notes(troubles),
        trouble_total=len(troubles),
    )


def notes(problems: Sequence[Problem]) -> tuple[Note, ...]:
    """Return the first problems as notes."""
    return tuple(
        Note(
            clip(str(problem.place)) if problem.place else "",
            clip(problem.what, MAX_REASON),
            clip(problem.fix, MAX_REASON),
        )
        for problem in problems[:MAX_NOTES]
    )


def _most_to_mend(row: TagSummaryRow) -> tuple[int, int, str]:
    return (-(row.missing + row.unsupported + row.misspelt), -row.given, row.tag)


def _curve(counts: Counts) -> tuple[tuple[int, int], ...]:
    """Return the counts, largest first, with their ranks; of many, evenly spaced on the scale of logarithms."""
    ordered = np.sort(counts)[::-1]
    ranks = np.arange(1, len(ordered) + 1)
    if len(ordered) > MAX_POINTS:
        ranks = np.unique(np.geomspace(1, len(ordered), MAX_POINTS).round().astype(np.int64))
    return tuple((int(rank), int(ordered[rank - 1])) for rank in ranks)


def _areas(given: GivenMatrix, counts: Counts, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> list[AreaRow]:
    """Return the tops of the tag graph that have tags below them, those that lack the most records first."""
    tops = [tag for tag in vocabulary.names if graph.out_degree(tag) == 0 and graph.in_degree(tag) > 0]
    members = [np.array([vocabulary.index[tag] for tag in (top, *sorted(nx.ancestors(graph, top)))]) for top in tops]
    reached = _records_of_areas(given, members)
    rows = [
        _area(top, tags, counts, records, vocabulary)
        for top, tags, records in zip(tops, members, reached.tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.lacking, row.area))


def _records_of_areas(given: GivenMatrix, members: Sequence[Counts]) -> Counts:
    """Return how many records were given some tag of each area."""
    if not members:
        return np.zeros(0, dtype=np.int64)
    rows, columns = np.concatenate(members), np.repeat(np.arange(len(members)), [len(tags) for tags in members])
    belongs = csr_array((np.ones(len(rows)), (rows, columns)), shape=(given.tags.shape[1], len(members)))
    reached: Counts = np.bincount((given.tags @ belongs).tocoo().col, minlength=len(members)).astype(np.int64)
    return reached


def _area(top: str, tags: Counts, counts: Counts, records: int, vocabulary: Vocabulary) -> AreaRow:
    own = counts[tags]
    order = sorted(np.flatnonzero(own < RARE).tolist(), key=lambda i: (own[i], vocabulary.names[tags[i]]))
    rarest = clip_all(vocabulary.names[tags[i]] for i in order[:MAX_RAREST])
    lacking = int(np.maximum(RARE - own, 0).sum())
    return AreaRow(clip(top), len(tags), records, len(order), lacking, rarest)
