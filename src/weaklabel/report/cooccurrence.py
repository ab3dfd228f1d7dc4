"""Which tags stand together, and where the most frequent ones are in the tag graph."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np

from weaklabel.report.clipping import clip, clip_all
from weaklabel.report.data import Cooccurrence, TagPair, TreeRow
from weaklabel.report.support import Counts, given_counts
from weaklabel.terms import GivenMatrix, Vocabulary

MAX_TAGS = 20
MAX_PAIRS = 20


def tag_cooccurrence(given: GivenMatrix, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> Cooccurrence:
    """Return how often the most frequent tags are given together, and the part of the graph that has them."""
    counts = given_counts(given)
    top = np.lexsort((np.arange(len(counts)), -counts))[:MAX_TAGS]
    top = top[counts[top] > 0]
    columns = given.tags[:, top]
    both = (columns.T @ columns).toarray().round().astype(np.int64)
    names = [vocabulary.names[tag] for tag in top.tolist()]
    labelled = int(given.labelled.sum())
    return Cooccurrence(
        tags=clip_all(names),
        both=tuple(tuple(row) for row in both.tolist()),
        pairs=tuple(_pairs(names, both, labelled)),
        tree=tuple(_tree(names, counts, vocabulary, graph)),
    )


def _pairs(names: list[str], both: Counts, labelled: int) -> Iterator[TagPair]:
    first, second = np.triu_indices(len(names), 1)
    order = np.lexsort((second, first, -both[first, second]))
    for i in order[:MAX_PAIRS].tolist():
        a, b = int(first[i]), int(second[i])
        if together := int(both[a, b]):
            lift = together * labelled / (int(both[a, a]) * int(both[b, b]))
            yield TagPair(clip(names[a]), clip(names[b]), together, round(lift, 2))


def _tree(names: list[str], counts: Counts, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> Iterator[TreeRow]:
    """Yield the tags and all above them as a tree, children by how often they are given."""
    shown = {tag for name in names for tag in (name, *nx.descendants(graph, name))}
    below: dict[str | None, list[str]] = {}
    for tag in shown:
        parents = sorted(graph.successors(tag))
        below.setdefault(parents[0] if parents else None, []).append(tag)

    def walk(parent: str | None, depth: int) -> Iterator[TreeRow]:
        ordered = sorted(below.get(parent, ()), key=lambda tag: (-int(counts[vocabulary.index[tag]]), tag))
        for tag in ordered:
            yield TreeRow(clip(tag), depth, int(counts[vocabulary.index[tag]]))
            yield from walk(tag, depth + 1)

    return walk(None, 0)
