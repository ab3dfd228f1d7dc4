"""Closure: a record that has a tag has every ancestor of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import networkx as nx
import numpy as np
import numpy.typing as npt

from weaklabel.terms import CellProbabilities, ResolvedTags, Vocabulary, canonical_names


def close_given(tags: Iterable[str], graph: nx.DiGraph[str]) -> set[str]:
    """Return `tags` and every ancestor of them."""
    closed = set(tags)
    for tag in tuple(closed):
        closed |= nx.descendants(graph, tag)  # edges go child → parent, so what lies below in networkx lies above here
    return closed


def close_probabilities(
    cells: CellProbabilities,
    vocabulary: Vocabulary,
    graph: nx.DiGraph[str],
    given: Sequence[ResolvedTags] = (),
) -> CellProbabilities:
    """Raise every ancestor's probability to that of the most probable tag below it.

    Parameters
    ----------
    cells
        Cells with votes, and what is known of silent ones.
    vocabulary, graph
        The tags, and the edges child → parent.
    given
        The given tags of each record. A given tag without votes gets a cell too, with the probability of a silent
        one; it raises the cells above it, and adds none that are not given.

    Returns
    -------
    CellProbabilities
        With P(parent) ≥ P(child) for any two cells of a record, sorted by record and tag. Cells without a vote of
        their own have `voted` False, and `raised` True where a tag below them has the same probability. The
        probability is nan for a given tag about which nothing is known.
    """
    closed = _Closed(vocabulary, graph)
    own: dict[tuple[int, int], float] = {}
    rows = list(zip(cells.record.tolist(), cells.tag.tolist(), cells.probability.tolist(), strict=True))
    for record, tag, probability in rows:
        closed.raise_above(record, tag, probability, closed.ancestors[tag])
    for record, tags in enumerate(given):
        names = {vocabulary.index[name] for name in canonical_names(tags)}
        for tag in names:
            silent = cells.of_silent(record, tag)
            own[record, tag] = silent
            closed.best.setdefault((record, tag), silent)
        for tag in names:
            above = [a for a in closed.ancestors[tag] if (record, a) in closed.best]
            closed.raise_above(record, tag, closed.best[record, tag], above)
    voted = set(zip(cells.record[cells.voted].tolist(), cells.tag[cells.voted].tolist(), strict=True))
    keys = sorted(closed.best)
    own |= {(record, tag): probability for record, tag, probability in rows}
    raised = [key not in own or closed.best[key] > own[key] for key in keys]
    return replace(
        cells,
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([closed.best[key] for key in keys], dtype=np.float64),
        voted=np.array([key in voted for key in keys], dtype=np.bool_),
        raised=np.array(raised, dtype=np.bool_),
    )


def close_matrix(
    probability: npt.NDArray[np.float32], vocabulary: Vocabulary, graph: nx.DiGraph[str]
) -> npt.NDArray[np.float32]:
    """Return probabilities of shape (records, tags), every tag's at least that of the tags below it."""
    closed = probability.copy()
    for name in nx.topological_sort(graph):  # a child stands before its parents
        for above in graph.successors(name):
            parent = closed[:, vocabulary.index[above]]
            np.maximum(parent, closed[:, vocabulary.index[name]], out=parent)
    return closed


class _Closed:
    """The best probability of each (record, tag) so far."""

    def __init__(self, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> None:
        self.best: dict[tuple[int, int], float] = {}
        self.ancestors = [
            frozenset(vocabulary.index[above] for above in nx.descendants(graph, name)) for name in vocabulary.names
        ]

    def raise_above(self, record: int, tag: int, probability: float, above: Collection[int]) -> None:
        """Let the tag and those `above` it have at least this probability (nan raises nothing)."""
        for closed in (tag, *above):
            known = self.best.get((record, closed), math.nan)
            if math.isnan(known) or probability > known:
                self.best[record, closed] = probability if not math.isnan(probability) else known
