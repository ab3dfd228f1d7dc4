"""Closure: a record that has a tag has every ancestor of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import networkx as nx
import numpy as np

from weaklabel.terms import CellProbabilities, Vocabulary


def close_given(tags: Iterable[str], graph: nx.DiGraph[str]) -> set[str]:
    """Return `tags` and every ancestor of them."""
    closed = set(tags)
    for tag in tuple(closed):
        closed |= nx.descendants(graph, tag)  # edges go child → parent, so what lies below in networkx lies above here
    return closed


def close_probabilities(cells: CellProbabilities, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> CellProbabilities:
    """Raise every ancestor's probability to that of the most probable tag below it.

    Returns
    -------
    CellProbabilities
        With P(parent) ≥ max P(child) in every record. Cells that had no vote of their own are added with
        `voted` False; voted cells stay voted.
    """
    best: dict[tuple[int, int], float] = {}
    voted: set[tuple[int, int]] = set()
    ancestors = [sorted(vocabulary.index[a] for a in nx.descendants(graph, name)) for name in vocabulary.names]
    rows = zip(
        cells.record.tolist(),
        cells.tag.tolist(),
        cells.probability.tolist(),
        cells.voted.tolist(),
        strict=True,
    )
    for record, tag, probability, has_vote in rows:
        if has_vote:
            voted.add((record, tag))
        for closed in (tag, *ancestors[tag]):
            best[record, closed] = max(best.get((record, closed), 0.0), probability)
    keys = sorted(best)
    return replace(
        cells,
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([best[key] for key in keys], dtype=np.float64),
        voted=np.array([key in voted for key in keys], dtype=np.bool_),
    )
