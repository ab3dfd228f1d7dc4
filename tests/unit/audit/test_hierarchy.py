import networkx as nx
import pytest

from weaklabel.audit import find_missing_parents
from weaklabel.audit.suspicion import RULE_WEIGHT
from weaklabel.terms import GivenTag, SpellingMatch

GRAPH = nx.DiGraph([("bert", "transformers"), ("gpt", "transformers"), ("transformers", "nlp"), ("gpt", "llm")])


def given(*names, confidence=1.0):
    return tuple(GivenTag(name, SpellingMatch(name, "name", name, confidence)) for name in names)


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


class Scores:
    """Scores by record and tag, as the end model would give them."""

    def __init__(self, *, wrong, left_out):
        self._wrong, self._left_out = wrong, left_out

    def is_unsupported(self, record, name):
        return self._wrong[record, name]

    def is_missing(self, record, name):
        return self._left_out.get((record, name), 0.0)


def pooled(rule, model):
    odds = (rule / (1 - rule)) ** RULE_WEIGHT * (model / (1 - model)) ** (1 - RULE_WEIGHT)
    return pytest.approx(odds / (1 + odds))


def test_with_an_end_model_the_rule_and_its_opinion_are_pooled():
    """The rule believes in the parent as far as the child's spelling is certain and the child itself is right."""
    scores = Scores(
        wrong={(1, "bert"): 0.25, (1, "gpt"): 0.5},
        left_out={(1, "transformers"): 0.6, (1, "nlp"): 0.3, (1, "llm"): 0.9},
    )
    record = (*given("bert", confidence=0.8), *given("gpt", confidence=0.9))
    found = {f.tag: f.score for f in find_missing_parents([None, record], GRAPH, scores)}
    assert found == {
        "transformers": pooled(0.8 * 0.75, 0.6),  # by bert, which is surer than gpt with 0.9 · 0.5
        "nlp": pooled(0.8 * 0.75, 0.3),
        "llm": pooled(0.9 * 0.5, 0.9),
    }


def test_a_parent_that_the_end_model_never_heard_of_is_doubted_but_found():
    scores = Scores(wrong={(0, "transformers"): 0.0}, left_out={})
    [finding] = find_missing_parents([given("transformers")], GRAPH, scores)
    assert (finding.tag, finding.score) == ("nlp", pooled(0.999, 0.001))
    assert finding.score > 0
