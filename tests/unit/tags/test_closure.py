from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from support.vocabularies import vocabulary
from weaklabel.tags import build_graph, close_given, close_probabilities
from weaklabel.terms import CellProbabilities, GivenTag, SpellingMatch

TAGS = vocabulary("ai", "nlp < ai", "bert < nlp, transformers", "transformers < ai", "other")
GRAPH, _ = build_graph(TAGS)
SILENT = np.array([[0.1, 0.2]] * len(TAGS))  # a silent cell where nothing says "present", and where something does
SILENT[TAGS.index["other"]] = np.nan
HAS_POSITIVE = np.array([True, False, True, True])


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ([], set()),
        (["ai"], {"ai"}),
        (["nlp"], {"nlp", "ai"}),
        (["bert"], {"bert", "nlp", "transformers", "ai"}),
        (["other", "transformers"], {"other", "transformers", "ai"}),
    ],
)
def test_closing_adds_every_ancestor_and_no_descendant(tags, closed):
    assert close_given(tags, GRAPH) == closed


def test_closing_takes_an_iterator_once_and_leaves_its_argument_alone():
    tags = {"nlp"}
    close_given(tags, GRAPH)
    assert tags == {"nlp"}
    assert close_given(iter(["nlp", "bert"]), GRAPH) == {"nlp", "bert", "transformers", "ai"}


def close_cells(rows, graph=GRAPH, given=()):
    """Close cells of (record, tag, probability, voted)."""
    records, names, probabilities, voted = zip(*rows, strict=True) if rows else ((), (), (), ())
    cells = CellProbabilities(
        record=np.array(records, np.int32),
        tag=np.array([TAGS.index[name] for name in names], np.int32),
        probability=np.array(probabilities, np.float64),
        voted=np.array(voted, np.bool_),
        raised=np.zeros(len(rows), np.bool_),
        silent=SILENT,
        has_positive=HAS_POSITIVE,
    )
    closed = close_probabilities(cells, TAGS, graph, given)
    assert (closed.record.dtype, closed.tag.dtype, closed.probability.dtype) == (np.int32, np.int32, np.float64)
    assert (closed.voted.dtype, closed.raised.dtype) == (np.bool_, np.bool_)
    assert closed.silent is SILENT
    assert closed.has_positive is HAS_POSITIVE
    return closed


def keys(closed):
    return list(zip(closed.record.tolist(), [TAGS.names[tag] for tag in closed.tag], strict=True))


def close(rows, graph=GRAPH, given=()):
    """Probability, and whether it has a vote of its own, by (record, tag) after closure."""
    closed = close_cells(rows, graph, given)
    return dict(zip(keys(closed), zip(closed.probability.tolist(), closed.voted.tolist(), strict=True), strict=True))


def raised(rows, graph=GRAPH):
    """The cells whose probability is that of a tag below them."""
    closed = close_cells(rows, graph)
    return {key for key, is_raised in zip(keys(closed), closed.raised.tolist(), strict=True) if is_raised}


def test_an_ancestor_without_a_vote_gets_the_probability_of_its_most_probable_descendant():
    assert close([(0, "bert", 0.7, True), (0, "nlp", 0.2, True)]) == {
        (0, "bert"): (0.7, True),
        (0, "nlp"): (0.7, True),
        (0, "transformers"): (0.7, False),
        (0, "ai"): (0.7, False),
    }


def test_an_ancestor_that_is_more_probable_keeps_its_probability():
    assert close([(0, "nlp", 0.3, True), (0, "ai", 0.9, True)]) == {
        (0, "nlp"): (0.3, True),
        (0, "ai"): (0.9, True),
    }


def test_cells_are_raised_where_a_tag_below_is_more_probable_and_where_they_were_not_there():
    assert raised([(0, "bert", 0.7, True), (0, "nlp", 0.2, True)]) == {(0, "nlp"), (0, "transformers"), (0, "ai")}
    assert raised([(0, "bert", 0.2, True), (0, "nlp", 0.7, True)]) == {(0, "transformers"), (0, "ai")}
    assert raised([(0, "nlp", 0.7, True), (0, "ai", 0.7, True)]) == set()  # it is as probable on its own
    assert raised([(0, "nlp", 0.7, True), (1, "ai", 0.1, True)]) == {(0, "ai")}


def test_records_do_not_mix():
    assert close([(3, "nlp", 0.8, True), (1, "ai", 0.1, True)]) == {
        (1, "ai"): (0.1, True),
        (3, "ai"): (0.8, False),
        (3, "nlp"): (0.8, True),
    }


def test_no_cells_stay_no_cells():
    assert close([]) == {}


def test_without_parents_nothing_changes():
    flat = nx.DiGraph()
    flat.add_nodes_from(TAGS.names)
    assert close([(0, "bert", 0.7, True)], flat) == {(0, "bert"): (0.7, True)}


def given_tags(*names):
    return tuple(GivenTag(name, SpellingMatch(name, "name", name, 1.0)) for name in names)


def test_a_given_tag_without_votes_gets_the_probability_of_a_silent_cell_of_its_record():
    assert close([], given=[given_tags("nlp"), given_tags("nlp"), (), None]) == {
        (0, "nlp"): (0.2, False),
        (1, "nlp"): (0.1, False),
    }


def test_a_given_tag_raises_the_cells_above_it_and_adds_none():
    assert close([(0, "ai", 0.05, True)], given=[given_tags("bert")]) == {
        (0, "bert"): (0.2, False),
        (0, "ai"): (0.2, True),
    }


def test_a_given_tag_with_votes_keeps_their_probability():
    assert close([(0, "ai", 0.05, True)], given=[given_tags("ai")]) == {(0, "ai"): (0.05, True)}


def test_a_given_tag_about_which_nothing_is_known_stays_unknown():
    ((key, (probability, voted)),) = close([], given=[given_tags("other")]).items()
    assert (key, voted) == ((0, "other"), False)
    assert np.isnan(probability)


def test_a_spelling_that_stands_for_no_tag_gives_no_cell():
    assert close([], given=[(GivenTag("resources", None),)]) == {}
