"""The symbols of cells, worked out by hand and by walking over every vote."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made import make_records, make_vocabulary, make_votes, pattern_lf, phrase_lf, python_lf
from support.topics import given_of
from weaklabel.label_models import kinds_of_lfs, tabulate_symbols
from weaklabel.label_models.cell_symbols import (
    BELOW,
    BELOW_GIVEN,
    DENIED,
    FIRST_FIELD,
    OTHER_FIELD,
    WRITTEN,
)
from weaklabel.tags import tag_relations

BERT, NLP, SCIENCE, ZOO = range(4)
NAMES = ("bert", "nlp", "science", "zoo")  # sorted, as a vocabulary has them
EDGES = [(BERT, NLP), (NLP, SCIENCE)]
KIND = np.array([FIRST_FIELD, FIRST_FIELD, OTHER_FIELD, WRITTEN], dtype=np.uint8)


def relations(edges=EDGES, names=NAMES):
    graph = nx.DiGraph([(names[child], names[parent]) for child, parent in edges])
    graph.add_nodes_from(names)
    return tag_relations(graph, make_vocabulary(*names))


def symbols_of(rows, given_rows, *, kind=KIND, edges=EDGES):
    votes = make_votes(rows, n_records=len(given_rows), lf_ids=[f"lf{i}" for i in range(len(kind))])
    return tabulate_symbols(votes, kind, relations(edges), given_of(given_rows, len(NAMES)))


def test_kinds_bits_stand_apart():
    kinds = (FIRST_FIELD, OTHER_FIELD, WRITTEN, DENIED, BELOW, BELOW_GIVEN)
    assert sum(kinds) == 63
    assert all(kind.bit_count() == 1 for kind in kinds)


def test_the_kind_of_a_labeling_function_is_its_field_where_it_is_generated():
    records = make_records(["a"], descriptions=["b"])
    lfs = [
        phrase_lf("first", "bert", "bert", fields=("title",), origin="generated"),
        phrase_lf("other", "bert", "bert", fields=("description",), origin="generated"),
        phrase_lf("both", "bert", "bert", fields=("title", "description"), origin="generated"),
        phrase_lf("yaml", "bert", "bert", fields=("title",)),
        pattern_lf("pattern", "bert", "bert"),
        python_lf("python", "bert", lambda record: []),
    ]
    expected = [FIRST_FIELD, OTHER_FIELD, OTHER_FIELD, WRITTEN, WRITTEN, WRITTEN]
    assert kinds_of_lfs(lfs, records.fields).tolist() == expected


def test_of_no_labeling_functions_there_are_no_kinds():
    found = kinds_of_lfs([], ["title"])
    assert (found.shape, found.dtype) == ((0,), np.uint8)


def test_symbols_by_hand():
    rows = [
        (BERT, 0, 0, 1),  # in the first field: and so below nlp and science
        (NLP, 0, 2, 1),  # in another one too
        (NLP, 1, 3, 1),
        (NLP, 1, 0, -1),  # contested
        (BERT, 2, 3, -1),  # a denied tag is below nothing
        (ZOO, 2, 0, 1),
    ]
    assert symbols_of(rows, [[], [BERT], None, [SCIENCE], [NLP, ZOO]]).tolist() == [
        [FIRST_FIELD, OTHER_FIELD | BELOW, BELOW, 0],
        [0, WRITTEN | DENIED | BELOW_GIVEN, BELOW | BELOW_GIVEN, 0],
        [DENIED, 0, 0, FIRST_FIELD],
        [0, 0, 0, 0],  # a given tag says nothing of itself, nor of those below
        [0, 0, BELOW_GIVEN, 0],
    ]


def test_many_labeling_functions_that_say_the_same_are_one_symbol():
    one = symbols_of([(BERT, 0, 0, 1), (BERT, 1, 2, -1)], [[], []])
    kind = np.repeat(KIND, 10)
    rows = [(BERT, 0, lf, 1) for lf in range(20)] + [(BERT, 1, lf, -1) for lf in range(40)]
    assert symbols_of(rows, [[], []], kind=kind).tolist() == one.tolist()


@st.composite
def cases(draw):
    edges = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda e: e[0] < e[1]), unique=True))
    cells = st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 3))
    rows = draw(st.dictionaries(cells, st.sampled_from([1, -1]), max_size=15))
    tags = draw(st.lists(st.none() | st.lists(st.integers(0, 3), unique=True), min_size=5, max_size=5))
    return edges, [(*cell, vote) for cell, vote in rows.items()], tags


@given(cases())
def test_symbols_are_what_a_walk_over_all_votes_collects(case):
    edges, rows, tags = case
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(4))
    expected = [[0] * 4 for _ in tags]
    for tag, record, lf, vote in rows:
        expected[record][tag] |= int(KIND[lf]) if vote == 1 else DENIED
        for above in nx.descendants(graph, tag) if vote == 1 else ():
            expected[record][above] |= BELOW
    for record, names in enumerate(tags):
        for above in {a for tag in names or () for a in nx.descendants(graph, tag)}:
            expected[record][above] |= BELOW_GIVEN
    assert symbols_of(rows, tags, edges=edges).tolist() == expected


@pytest.mark.parametrize("n_records", [0, 3])
def test_without_votes_and_given_tags_no_cell_shows_anything(n_records):
    found = symbols_of([], [None] * n_records)
    assert (found.dtype, found.tolist()) == (np.uint8, [[0] * 4] * n_records)


def test_the_order_of_labeling_functions_and_records_does_not_matter():
    rng = np.random.default_rng(0)
    cells = {(int(t), int(r), int(lf)) for t, r, lf in rng.integers(0, 4, (30, 3))}
    rows = [(*cell, int(rng.choice([1, -1]))) for cell in sorted(cells)]
    tags = [[0], None, [], [1, 3]]
    records, lfs = rng.permutation(4), rng.permutation(4)
    place, seat = np.argsort(records), np.argsort(lfs)
    moved = [(t, int(place[r]), int(seat[lf]), vote) for t, r, lf, vote in rows]
    found = symbols_of(moved, [tags[i] for i in records], kind=KIND[lfs])
    assert found.tolist() == symbols_of(rows, tags)[records].tolist()
