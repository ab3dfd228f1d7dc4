"""Closure against two independent truths: a plain walk over parents, and networkx on the reversed graph."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from weaklabel.tags import build_graph, close_given, close_matrix, close_probabilities
from weaklabel.terms import CellProbabilities, Tag, Vocabulary


@st.composite
def hierarchies(draw):
    """Draw parents by tag: a tag's parents are among the earlier ones of a random order, so there is no cycle."""
    size = draw(st.integers(1, 9))
    order = draw(st.permutations([f"t{i:02d}x" for i in range(size)]))
    return {
        name: draw(st.lists(st.sampled_from(order[:i]), unique=True, max_size=3)) if i else []
        for i, name in enumerate(order)
    }


def ancestors_by_walking(name, parents):
    found, todo = set(), list(parents[name])
    while todo:
        above = todo.pop()
        if above not in found:
            found.add(above)
            todo.extend(parents[above])
    return found


def build(parents):
    vocabulary = Vocabulary.of([Tag(name, parents=tuple(above)) for name, above in parents.items()])
    graph, warnings = build_graph(vocabulary)
    assert warnings == []
    return vocabulary, graph


@given(hierarchies(), st.data())
def test_given_tags_are_closed_as_walking_and_networkx_close_them(parents, data):
    _, graph = build(parents)
    tags = data.draw(st.sets(st.sampled_from(sorted(parents))))
    closed = close_given(tags, graph)
    assert closed == tags.union(*(ancestors_by_walking(tag, parents) for tag in tags))
    downwards = nx.DiGraph((above, name) for name, listed in parents.items() for above in listed)
    downwards.add_nodes_from(parents)
    assert closed == tags.union(*(nx.ancestors(downwards, tag) for tag in tags))
    assert close_given(closed, graph) == closed


@given(hierarchies(), st.data())
def test_probabilities_are_closed_as_brute_force_closes_them(parents, data):
    vocabulary, graph = build(parents)
    names = vocabulary.names
    keys = data.draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(names)), unique=True, max_size=12))
    before = {key: (data.draw(st.floats(0, 1)), data.draw(st.booleans())) for key in keys}
    cells = CellProbabilities(
        record=np.array([record for record, _ in before], np.int32),
        tag=np.array([vocabulary.index[tag] for _, tag in before], np.int32),
        probability=np.array([p for p, _ in before.values()], np.float64),
        voted=np.array([voted for _, voted in before.values()], np.bool_),
        raised=np.zeros(len(before), np.bool_),
        silent=np.zeros((len(names), 2)),
        has_positive=np.zeros(4, np.bool_),
    )
    closed = close_probabilities(cells, vocabulary, graph)
    columns = (closed.record, closed.tag, closed.probability, closed.voted, closed.raised)
    after = {
        (record, names[tag]): (p, voted, raised)
        for record, tag, p, voted, raised in zip(*(column.tolist() for column in columns), strict=True)
    }
    assert len(after) == len(closed.record)  # no cell stands twice
    # Brute force: a cell is there where it or a descendant was, with the greatest of their probabilities.
    expected = {}
    for record in range(4):
        for name in names:
            below = [n for n in names if n == name or name in ancestors_by_walking(n, parents)]
            found = [before[record, n][0] for n in below if (record, n) in before]
            if found:
                own, voted = before.get((record, name), (-1, False))
                expected[record, name] = (max(found), voted, max(found) > own)
    assert after == expected
    assert list(zip(closed.record.tolist(), closed.tag.tolist(), strict=True)) == sorted(
        (record, vocabulary.index[name]) for record, name in expected
    )


@given(hierarchies(), st.data())
def test_a_matrix_is_closed_as_brute_force_closes_it(parents, data):
    vocabulary, graph = build(parents)
    names = vocabulary.names
    n_records = data.draw(st.integers(0, 3))
    before = np.array(
        [[data.draw(st.floats(0, 1, width=32)) for _ in names] for _ in range(n_records)], dtype=np.float32
    ).reshape(n_records, len(names))
    untouched = before.copy()
    after = close_matrix(before, vocabulary, graph)
    at_or_below = [
        [t for t, other in enumerate(names) if other == name or name in ancestors_by_walking(other, parents)]
        for name in names
    ]
    assert after.dtype == np.float32
    assert after.tolist() == [[max(row[t] for t in below) for below in at_or_below] for row in before.tolist()]
    assert before.tobytes() == untouched.tobytes()
    assert close_matrix(after, vocabulary, graph).tolist() == after.tolist()
