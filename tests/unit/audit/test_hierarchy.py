import networkx as nx

from weaklabel.audit import find_missing_parents
from weaklabel.terms import GivenTag, Resolution

GRAPH = nx.DiGraph([("bert", "transformers"), ("gpt", "transformers"), ("transformers", "nlp"), ("gpt", "llm")])


def given(*names, confidence=1.0):
    return tuple(GivenTag(name, Resolution(name, "name", name, confidence)) for name in names)


def test_every_ancestor_that_was_not_given_is_missing():
    found = list(find_missing_parents([given("bert"), given("gpt", "nlp"), given("nlp")], GRAPH))
    assert [(f.record, f.tag, f.kind, f.score) for f in found] == [
        (0, "nlp", "missing_parent", 1.0),
        (0, "transformers", "missing_parent", 1.0),
        (1, "llm", "missing_parent", 1.0),
        (1, "transformers", "missing_parent", 1.0),
    ]
    assert found[1].reason == "'bert' is given, 'transformers' above it is not."


def test_all_nearest_children_are_named():
    [finding] = list(find_missing_parents([given("gpt", "bert", "nlp", "llm")], GRAPH))
    assert finding.tag == "transformers"
    assert finding.reason == "'bert' and 'gpt' are given, 'transformers' above them is not."


def test_the_score_is_the_best_confidence_among_the_children():
    record = (*given("bert", confidence=0.6), *given("gpt", confidence=0.9), *given("nlp", "llm"))
    [finding] = find_missing_parents([record], GRAPH)
    assert finding.score == 0.9


def test_a_tag_given_twice_counts_with_its_better_confidence():
    record = (*given("transformers", confidence=0.99), *given("transformers", confidence=0.6))
    [finding] = find_missing_parents([record], GRAPH)
    assert (finding.tag, finding.score) == ("nlp", 0.99)


def test_unknown_spellings_and_unlabelled_records_have_none():
    assert list(find_missing_parents([None, (), (GivenTag("bertt", None),)], GRAPH)) == []
