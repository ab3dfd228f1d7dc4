"""Given tags and the tag graph as sparse matrices, which is how models read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from weaklabel.terms import (
    GivenMatrix,
    GoldRecord,
    ResolvedTags,
    SpellingMatrix,
    TagRelations,
    Vocabulary,
    canonical_names,
)

MIN_USES = 2  # a spelling that one author uses is no hint at what others mean


def given_matrix(given: Sequence[ResolvedTags], vocabulary: Vocabulary) -> GivenMatrix:
    """Return which canonical tags each record was given."""
    columns = [sorted(vocabulary.index[name] for name in canonical_names(tags)) for tags in given]
    labelled = np.array([tags is not None for tags in given], dtype=np.bool_)
    return GivenMatrix(_ones(columns, len(vocabulary)), labelled)


def gold_matrix(gold: Mapping[int, GoldRecord], n_records: int, vocabulary: Vocabulary) -> GivenMatrix:
    """Return gold tags in the form of given ones; `gold` is by the position of the record."""
    columns = [sorted(vocabulary.index[name] for name in gold[i].tags) if i in gold else [] for i in range(n_records)]
    known = np.zeros(n_records, dtype=np.bool_)
    known[list(gold)] = True
    return GivenMatrix(_ones(columns, len(vocabulary)), known)


def spelling_matrix(given: Sequence[ResolvedTags], vocabulary: Vocabulary) -> SpellingMatrix:
    """Return which spellings each author used, those that stand for no tag too, weighted by how rare they are.

    Each counts with the root of its inverse document frequency ln(n / df), n the labelled records and df those that
    use it: so the product of two records is the information, in nats, of the spellings that they share.
    """
    rows = [sorted({tag.spelling for tag in tags or ()}) for tags in given]
    uses = Counter(spelling for row in rows for spelling in row)
    kept = sorted(spelling for spelling, count in uses.items() if count >= MIN_USES)
    index = {spelling: i for i, spelling in enumerate(kept)}
    owner = {tag.spelling: tag.match for tags in given for tag in tags or ()}
    labelled = sum(tags is not None for tags in given)
    idf = np.log([labelled / uses[spelling] for spelling in kept]) if kept else np.array([])
    used = _ones([[index[spelling] for spelling in row if spelling in index] for row in rows], len(kept))
    used.data = np.sqrt(idf)[used.indices]
    tags = [match.tag if (match := owner[spelling]) else None for spelling in kept]
    return SpellingMatrix(used, np.array([-1 if t is None else vocabulary.index[t] for t in tags], dtype=np.int32))


def tag_relations(graph: nx.DiGraph[str], vocabulary: Vocabulary) -> TagRelations:
    """Return the tag graph as matrices; its edges go child → parent, so what lies below in networkx lies above here."""
    parents = [sorted(vocabulary.index[above] for above in graph.successors(name)) for name in vocabulary.names]
    ancestors = [sorted(vocabulary.index[above] for above in nx.descendants(graph, name)) for name in vocabulary.names]
    return TagRelations(_ones(parents, len(vocabulary)), _ones(ancestors, len(vocabulary)))


def close_tags(tags: csr_array, relations: TagRelations) -> csr_array:
    """Return tags of records, 0 or 1 of shape (records, tags), and all that stand above them in the tag graph."""
    closed = csr_array(tags + tags @ relations.ancestors)
    closed.data = np.minimum(closed.data, 1)
    return closed


def _ones(columns: Sequence[Sequence[int]], width: int) -> csr_array:
    indptr = np.cumsum([0, *map(len, columns)])
    indices = np.array([column for row in columns for column in row], dtype=np.int32)
    return csr_array((np.ones(len(indices)), indices, indptr), shape=(len(columns), width))
