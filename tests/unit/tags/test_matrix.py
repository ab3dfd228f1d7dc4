"""Given tags and the tag graph as matrices, against networkx and plain Python."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.vocabularies import vocabulary
from weaklabel.tags import build_graph, close_given, close_tags, given_matrix, spelling_matrix, tag_relations
from weaklabel.terms import GivenTag, SpellingMatch, Tag, Vocabulary

TAGS = vocabulary("ai", "bert < nlp, transformers", "nlp < ai", "other", "transformers < ai")
GRAPH, _ = build_graph(TAGS)


def spelt(spelling, name=None, confidence=0.9):
    return GivenTag(spelling, SpellingMatch(name, "form", name, confidence) if name else None)


def names_above(matrix, vocabulary):
    dense = matrix.toarray()
    assert set(np.unique(dense).tolist()) <= {0.0, 1.0}
    return {
        name: {vocabulary.names[column] for column in np.flatnonzero(dense[vocabulary.index[name]])}
        for name in vocabulary.names
    }


def test_given_tags_are_ones_and_records_that_nobody_tagged_are_not_labelled():
    rows = [
        (spelt("nlp", "nlp"), spelt("BERT", "bert"), spelt("Bert", "bert"), spelt("xyz")),
        None,
        (),
        (spelt("xyz"),),
    ]
    matrix = given_matrix(rows, TAGS)
    assert matrix.tags.toarray().tolist() == [[0, 1, 1, 0, 0], [0] * 5, [0] * 5, [0] * 5]
    assert matrix.labelled.tolist() == [True, False, True, True]
    assert matrix.tags.dtype == np.float64


def test_of_no_records_there_is_an_empty_matrix():
    matrix = given_matrix([], TAGS)
    assert (matrix.tags.shape, matrix.labelled.tolist()) == ((0, 5), [])
    assert spelling_matrix([], TAGS).weights.shape == (0, 0)


def test_relations_by_hand():
    relations = tag_relations(GRAPH, TAGS)
    assert names_above(relations.parents, TAGS) == {
        "ai": set(), "bert": {"nlp", "transformers"}, "nlp": {"ai"}, "other": set(), "transformers": {"ai"},
    }  # fmt: skip
    assert names_above(relations.ancestors, TAGS) == {
        "ai": set(), "bert": {"ai", "nlp", "transformers"}, "nlp": {"ai"}, "other": set(), "transformers": {"ai"},
    }  # fmt: skip


EDGES = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda edge: edge[0] < edge[1])


@given(st.lists(EDGES, unique=True, max_size=14))
def test_relations_are_those_of_networkx(edges):
    order = "dgabhecf"  # a name's place in the vocabulary is not its place in the hierarchy
    downwards = nx.DiGraph([(order[parent], order[child]) for child, parent in edges])
    downwards.add_nodes_from(order)
    tags = Vocabulary.of([Tag(name, parents=tuple(sorted(downwards.predecessors(name)))) for name in order])
    graph = downwards.reverse()
    relations = tag_relations(graph, tags)
    assert names_above(relations.parents, tags) == {name: set(downwards.predecessors(name)) for name in order}
    assert names_above(relations.ancestors, tags) == {name: nx.ancestors(downwards, name) for name in order}


def test_spellings_that_two_authors_use_are_weighted_by_how_rare_they_are():
    """Of four labelled records, two use "Bert" and three "xyz"; one alone uses "bert", and it is no hint."""
    rows = [
        (spelt("Bert", "bert"), spelt("xyz")),
        None,
        (spelt("Bert", "bert"), spelt("xyz"), spelt("bert", "bert")),
        (spelt("xyz"), spelt("xyz")),
        (),
    ]
    spellings = spelling_matrix(rows, TAGS)
    bert, xyz = math.sqrt(math.log(4 / 2)), math.sqrt(math.log(4 / 3))
    assert spellings.tag.tolist() == [TAGS.index["bert"], -1]
    expected = [[bert, xyz], [0, 0], [bert, xyz], [0, xyz], [0, 0]]
    assert spellings.weights.toarray().tolist() == [pytest.approx(row) for row in expected]
    taken = spellings.take(np.array([3, 0]))
    assert taken.weights.toarray().tolist() == [pytest.approx([0, xyz]), pytest.approx([bert, xyz])]
    assert taken.tag.tolist() == spellings.tag.tolist()


def test_a_spelling_that_all_authors_use_says_nothing():
    spellings = spelling_matrix([(spelt("nlp", "nlp"),), (spelt("nlp", "nlp"),), None], TAGS)
    assert spellings.weights.toarray().tolist() == [[0.0], [0.0], [0.0]]


@given(st.lists(st.none() | st.lists(st.sampled_from("aAbcx"), max_size=6), max_size=8))
def test_two_records_share_the_information_of_the_spellings_that_both_use(rows):
    tags = Vocabulary.of([Tag(name) for name in "abc"])
    known = {"a": "a", "A": "a", "b": "b", "c": "c", "x": None}
    spellings = spelling_matrix([None if r is None else tuple(spelt(s, known[s]) for s in r) for r in rows], tags)
    labelled = sum(row is not None for row in rows)
    df = {s: sum(s in (row or ()) for row in rows) for s in known}
    information = {s: math.log(labelled / df[s]) for s in known if df[s] >= 2}
    used = [set(row or ()) & information.keys() for row in rows]
    expected = [[math.fsum(information[s] for s in a & b) for b in used] for a in used]
    found = (spellings.weights @ spellings.weights.T).toarray()
    assert found.tolist() == [pytest.approx(row, abs=1e-12) for row in expected]
    assert spellings.tag.tolist() == [-1 if known[s] is None else tags.index[known[s]] for s in sorted(information)]


def test_closed_tags_are_those_of_networkx_each_once():
    rows = [["bert", "nlp"], [], ["other"], ["transformers", "nlp"]]
    matrix = given_matrix([tuple(spelt(name, name) for name in names) for names in rows], TAGS).tags
    closed = close_tags(matrix, tag_relations(GRAPH, TAGS)).toarray()
    assert set(np.unique(closed).tolist()) == {0.0, 1.0}
    found = [{TAGS.names[column] for column in np.flatnonzero(row)} for row in closed]
    assert found == [close_given(names, GRAPH) for names in rows]
