import networkx as nx
import numpy as np
import pytest

from support.made import make_records, make_vocabulary, make_votes
from weaklabel.audit import EvidenceFinder, find_missing, find_unsupported
from weaklabel.tags import close_probabilities
from weaklabel.terms import CellProbabilities, GivenTag, Resolution

NAMES = ("bert", "cnn", "never", "nlp")
VOCABULARY = make_vocabulary(*NAMES)
BERT, CNN, NEVER, NLP = range(4)
GRAPH = nx.DiGraph([("bert", "nlp")])
GRAPH.add_nodes_from(NAMES)
SILENT = {BERT: (0.3, 0.1), CNN: (0.4, 0.2), NEVER: (np.nan, np.nan), NLP: (0.5, 0.25)}


def given(*names):
    return tuple(GivenTag(name, Resolution(name, "name", name, 1.0)) for name in names)


def finder(rows, n):
    votes = make_votes(rows, n_records=n, lf_ids=["x", "y"])
    return EvidenceFinder(votes, make_records(["text"] * n), VOCABULARY, lambda lf, record: [])


def cells(entries, n, *, inferred=(), positive=()):
    """Cell probabilities by (record, tag); `inferred` cells have no vote of their own."""
    keys = sorted(entries)
    return CellProbabilities(
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([entries[key] for key in keys], dtype=np.float64),
        voted=np.array([key not in inferred for key in keys], dtype=np.bool_),
        silent=np.array([SILENT[tag] for tag in range(len(NAMES))]),
        has_positive=np.array([record in positive for record in range(n)], dtype=np.bool_),
    )


def missing(entries, tags, rows=(), **options):
    """Missing tags; without rows, one labeling function votes present on each entry."""
    rows = rows or [(tag, record, 0, 1) for record, tag in entries]
    return list(
        find_missing(cells(entries, len(tags), **options), tags, VOCABULARY, GRAPH, finder(list(rows), len(tags)))
    )


def unsupported(entries, tags, rows=(), **options):
    closed = close_probabilities(cells(entries, len(tags), **options), VOCABULARY, GRAPH, tags)
    return list(find_unsupported(closed, tags, VOCABULARY, GRAPH, finder(list(rows), len(tags))))


def scores(findings):
    return {(f.record, f.tag): pytest.approx(f.score) for f in findings}


def test_a_voted_tag_that_was_not_given_is_missing_with_its_probability():
    found = missing({(0, BERT): 0.9, (0, CNN): 0.3, (1, CNN): 0.8}, [given("cnn"), given()])
    assert scores(found) == {(0, "bert"): 0.9, (1, "cnn"): 0.8}
    assert {f.kind for f in found} == {"missing"}


def test_inferred_cells_and_very_unlikely_ones_are_not_missing():
    assert missing({(0, NLP): 0.9, (0, CNN): 0.009}, [()], inferred={(0, NLP)}) == []
    assert len(missing({(0, CNN): 0.01}, [()])) == 1


def test_unlabelled_records_have_no_findings():
    entries = {(0, BERT): 0.9, (1, BERT): 0.9}
    assert scores(missing(entries, [None, ()])) == {(1, "bert"): 0.9}
    assert unsupported({(0, BERT): 0.1}, [None]) == []


def test_a_tag_that_only_closure_supports_is_not_missing_itself():
    assert missing({(0, NLP): 0.9}, [()], [(NLP, 0, 0, -1)]) == []


def test_a_tag_above_a_given_one_is_not_missing():
    assert missing({(0, NLP): 0.9}, [given("bert")]) == []
    assert scores(missing({(0, BERT): 0.9}, [given("nlp")])) == {(0, "bert"): 0.9}


def test_missing_carries_its_evidence_and_names_it():
    [finding] = missing({(0, BERT): 0.9}, [()], [(BERT, 0, 0, 1), (BERT, 0, 1, -1), (CNN, 0, 1, 1)])
    assert [(e.lf, e.vote) for e in finding.evidence] == [("x", "present"), ("y", "absent")]
    assert "'bert'" in finding.reason
    assert "x votes present" in finding.reason


def test_a_given_tag_that_the_votes_doubt_is_unsupported_by_the_rest_of_its_probability():
    found = unsupported({(0, BERT): 0.2, (0, CNN): 0.995}, [given("bert", "cnn")])
    assert scores(found) == {(0, "bert"): 0.8}


def test_a_given_tag_on_which_the_record_is_silent_has_the_silent_probability():
    found = unsupported({}, [given("bert"), given("bert")], positive={1})
    assert scores(found) == {(0, "bert"): 0.7, (1, "bert"): 0.9}


def test_a_tag_on_which_nothing_ever_votes_is_not_judged():
    assert unsupported({}, [given("never")]) == []


def test_only_the_most_specific_given_tags_are_judged():
    assert scores(unsupported({}, [given("bert", "nlp")])) == {(0, "bert"): 0.7}
    assert scores(unsupported({}, [given("nlp")])) == {(0, "nlp"): 0.5}


def test_a_tag_given_in_two_spellings_is_judged_once():
    twice = (*given("bert"), GivenTag("Bert", Resolution("bert", "form", "bert", 0.99)))
    assert scores(unsupported({}, [twice])) == {(0, "bert"): 0.7}


def test_unsupported_says_what_the_text_speaks_of_instead():
    [finding] = unsupported({}, [given("bert")], [(CNN, 0, 0, 1)], positive={0})
    assert finding.kind == "unsupported"
    assert "does not support 'bert'" in finding.reason
    assert "'cnn'" in finding.reason


def test_unsupported_names_the_votes_against_the_tag():
    [finding] = unsupported({(0, BERT): 0.1}, [given("bert")], [(BERT, 0, 1, -1)])
    assert "against 'bert'" in finding.reason
    assert "y votes absent" in finding.reason
    assert [(e.lf, e.vote) for e in finding.evidence] == [("y", "absent")]


def test_more_than_three_pieces_of_evidence_are_counted():
    votes = make_votes([(BERT, 0, lf, 1) for lf in range(5)], n_records=1, lf_ids=list("abcde"))
    evidence = EvidenceFinder(votes, make_records(["text"]), VOCABULARY, lambda lf, record: [])
    [finding] = find_missing(cells({(0, BERT): 0.9}, 1), [()], VOCABULARY, GRAPH, evidence)
    assert "a votes present, b votes present, c votes present and 2 more" in finding.reason
    assert len(finding.evidence) == 5
