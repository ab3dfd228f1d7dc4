"""What the audit says of each tag, worked out by hand; each trouble just above its threshold, and just below."""

import networkx as nx
import numpy as np
import pytest

from support.topics import given_of
from support.vocabularies import vocabulary
from weaklabel.audit import CellScores, find_vocabulary_troubles, summarise_tags
from weaklabel.audit.suspicion import missing_score, unsupported_score, wrong_rates
from weaklabel.audit.tags import Trouble
from weaklabel.errors import Place, Problem
from weaklabel.tags import build_graph
from weaklabel.terms import CellProbabilities, Finding, LFSummaryRow

TAGS = vocabulary("bert < nlp", "cnn = convnet", "never", "nlp")
BERT, CNN, NEVER, NLP = range(4)
GRAPH, _ = build_graph(TAGS)
BASE_RATES = np.array([0.2, 0.1, 0.05, 0.4])


def cells_of(entries):
    keys = sorted(entries)
    return CellProbabilities(
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([entries[key] for key in keys], dtype=np.float64),
        voted=np.ones(len(keys), dtype=np.bool_),
        raised=np.zeros(len(keys), dtype=np.bool_),
        silent=np.full((4, 2), np.nan),
        has_positive=np.ones(9, dtype=np.bool_),
    )


def summarise(entries, rows, findings=(), troubles=()):
    cells = cells_of(entries)
    scores = CellScores.of_cells(cells, BASE_RATES, TAGS)
    summary = summarise_tags(cells, scores, given_of(rows, 4), list(findings), TAGS, list(troubles))
    assert [row.tag for row in summary] == list(TAGS.names)
    return summary


def right(probability, tag, *, given):
    rate = wrong_rates(BASE_RATES)[[tag]]
    p = np.array([probability])
    return float(1 - unsupported_score(p, rate)[0] if given else missing_score(p, rate)[0])


def finding(kind, tag, score):
    return Finding(record=0, tag=tag, kind=kind, score=score, rank=1, reason="because")


def test_what_a_tag_should_have_is_the_sum_of_how_likely_it_is_right():
    rows = [[BERT], [BERT, NLP], [], None, [CNN]]
    entries = {
        (0, BERT): 0.9, (1, BERT): 0.2, (2, BERT): 0.8, (3, BERT): 0.99,  # record 3 is unlabelled
        (0, NLP): 0.95, (1, NLP): 0.95, (4, CNN): 0.5,
    }  # fmt: skip
    bert, cnn, never, nlp = summarise(entries, rows)
    by_hand = right(0.9, BERT, given=True) + right(0.2, BERT, given=True) + right(0.8, BERT, given=False)
    assert bert.expected == pytest.approx(by_hand)
    assert nlp.expected == pytest.approx(right(0.95, NLP, given=False) + right(0.95, NLP, given=True))
    assert cnn.expected == pytest.approx(right(0.5, CNN, given=True))
    assert never.expected == 0
    assert [row.given for row in (bert, cnn, never, nlp)] == [2, 1, 0, 1]


def test_by_bayes_rule():
    """A tenth of right tags are left out; a wrong one is given with 0.1 · √(0.1875 · 0.2), a mean of base rates."""
    wrong = 0.1 * (0.1875 * 0.2) ** 0.5
    bert = summarise({(0, BERT): 0.7, (1, BERT): 0.6}, [[BERT], []])[BERT]
    is_right = 0.7 * 0.9 / (0.7 * 0.9 + 0.3 * wrong)
    was_left_out = 0.6 * 0.1 / (0.6 * 0.1 + 0.4 * (1 - wrong))
    assert bert.expected == pytest.approx(is_right + was_left_out)
    assert bert.expected == pytest.approx(0.9908 + 0.1327, abs=1e-4)


def test_a_given_tag_about_which_nothing_is_known_is_taken_to_be_right():
    bert = summarise({(0, BERT): np.nan, (1, BERT): np.nan}, [[BERT], []])[BERT]
    assert bert.expected == 1


def test_classes_of_a_record_share_one_right_answer():
    """Two classes: what one is likely to have lost, the other has won."""
    cells = cells_of({(0, 0): 0.1, (0, 1): 0.9, (1, 0): 0.8, (1, 1): 0.2})
    tags = vocabulary("ham", "spam")
    given = given_of([[0], [0]], 2)
    scores = CellScores.of_classes(cells, given, tags, is_learnt=False)
    ham, spam = summarise_tags(cells, scores, given, [], tags, [])
    # P(ham | given ham) = .9 p / (.9 p + .1 (1 - p))
    assert ham.expected == pytest.approx(0.09 / (0.09 + 0.09) + 0.72 / (0.72 + 0.02))
    assert ham.expected + spam.expected == pytest.approx(2)


def test_only_findings_that_are_more_likely_right_than_wrong_are_counted_by_kind():
    found = [
        finding("missing", "bert", 0.51), finding("missing", "bert", 0.5), finding("missing_parent", "bert", 0.9),
        finding("unsupported", "bert", 0.8), finding("unsupported", "bert", 0.6), finding("unsupported", "nlp", 0.2),
        finding("misspelt", "cnn", 0.9), finding("alias", "cnn", 0.99), finding("unknown", None, 1.0),
    ]  # fmt: skip
    bert, cnn, never, nlp = summarise({(0, BERT): 0.1}, [[]], found)
    assert (bert.missing, bert.unsupported, bert.misspelt) == (2, 2, 0)
    assert (cnn.missing, cnn.unsupported, cnn.misspelt) == (0, 0, 2)
    assert (never.missing, never.unsupported, never.misspelt) == (0, 0, 0)
    assert (nlp.missing, nlp.unsupported, nlp.misspelt) == (0, 0, 0)


def test_all_troubles_of_a_tag_stand_in_its_row():
    said = [("x", "One."), ("y", "Two."), ("x", "Three.")]
    troubles = [Trouble(tag, Problem(what, severity="warning")) for tag, what in said]
    tags = vocabulary("x", "y", "z")
    cells = cells_of({(0, 0): 0.1})
    scores = CellScores.of_cells(cells, np.full(3, 0.1), tags)
    rows = summarise_tags(cells, scores, given_of([[]], 3), [], tags, troubles)
    assert [row.trouble for row in rows] == ["One. Three.", "Two.", ""]


def troubles_of(rows, tags=TAGS, summary=()):
    graph, _ = build_graph(tags)
    return find_vocabulary_troubles(given_of(rows, len(tags)), tags, graph, summary)


@pytest.mark.parametrize(
    ("both", "first_only", "second_only", "fires"),
    [
        (5, 0, 0, True),
        (4, 0, 0, False),
        (9, 1, 0, True),
        (9, 0, 1, True),
        (9, 1, 1, False),
        (18, 1, 1, True),
        (8, 1, 0, False),
    ],
)  # nine tenths of the records that have either have both, and five at least
def test_two_tags_that_nearly_always_stand_together(both, first_only, second_only, fires):
    rows = [[CNN, NEVER]] * both + [[CNN]] * first_only + [[NEVER]] * second_only + [None, [], [NLP]]
    found = troubles_of(rows)
    if not fires:
        assert found == []
        return
    [(tag, problem)] = found
    assert tag == "cnn"
    assert problem.what == f"'cnn' and 'never' nearly always stand together ({both} records have both)."
    assert problem.place == Place("t.json", 2)
    assert problem.severity == "warning"
    assert problem.fix == "Make one an alias of the other, or one the other's parent."


def test_a_child_and_its_parent_may_stand_together_always():
    assert troubles_of([[BERT, NLP]] * 20) == []


@pytest.mark.parametrize(
    ("lacking", "following", "fires"),
    [(5, 4, True), (5, 5, False), (4, 0, False), (5, 0, True), (6, 5, True), (6, 6, False)],
)  # more than half of the records with the child, and five at least
def test_a_parent_that_authors_do_not_give_with_its_child(lacking, following, fires):
    rows = [[BERT]] * lacking + [[BERT, NLP]] * following + [[NLP]] * 30 + [None, []]
    found = troubles_of(rows)
    if not fires:
        assert found == []
        return
    [(tag, problem)] = found
    assert tag == "nlp"
    with_child = lacking + following
    assert (
        problem.what == f"'nlp' is the parent of 'bert', but {lacking} of the {with_child} records with 'bert' lack it."
    )
    assert problem.place == Place("t.json", 1)  # the child's, which names the parent
    assert problem.fix == "Check whether it is a parent at all."


def summary_row(lf, tag="cnn", *, n=40, agreement=0.1, high=0.2, origin="generated"):
    return LFSummaryRow(
        lf=lf, tag=tag, origin=origin, family="keyword", polarity="present", coverage=0.1, overlap=0.0, conflict=0.0,
        agreement=agreement, agreement_low=0.05, agreement_high=high, n=n, failures=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({}, True),
        ({"high": 0.25}, True),
        ({"high": 0.2501}, False),
        ({"n": 30}, True),
        ({"n": 29}, False),  # of 59 votes less than half
        ({"origin": "yaml"}, False),
        ({"lf": "name:cnn@title"}, False),
        ({"lf": "convnet"}, False),
        ({"high": float("nan"), "agreement": float("nan")}, False),
    ],
    ids=str,
)
def test_an_alias_that_floods_its_tag(changes, fires):
    """It casts half of the tag's generated votes, and the upper bound of what is confirmed is a quarter at most."""
    others = [
        summary_row("name:cnn@title", n=30, agreement=0.9, high=0.95),
        summary_row("mentions-cnn", n=500, agreement=0.9, high=0.95, origin="yaml"),
        summary_row("name:nlp@title", "nlp", n=500, agreement=0.1),
    ]
    found = troubles_of([[]], summary=[*others, summary_row(**{"lf": "alias:convnet@title", **changes})])
    if not fires:
        assert found == []
        return
    [(tag, problem)] = found
    n = changes.get("n", 40)
    assert tag == "cnn"
    assert problem.what == f"'cnn' is flooded by its alias 'convnet': {n} votes, 10% of them given."
    assert problem.place == Place("t.json", 2)
    assert "Remove the alias 'convnet'" in problem.fix


@pytest.mark.parametrize(("n", "fires"), [(10, True), (9, False)])
def test_an_alias_of_few_votes_floods_nothing(n, fires):
    assert bool(troubles_of([[]], summary=[summary_row("alias:conv@net@title", n=n)])) == fires


def test_an_alias_with_an_at_sign_is_named_whole():
    [(_, problem)] = troubles_of([[]], summary=[summary_row("alias:conv@net@title")])
    assert "its alias 'conv@net':" in problem.what


def test_troubles_reach_the_summary():
    rows = [[BERT]] * 6 + [[CNN, NEVER]] * 6
    troubles = troubles_of(rows, summary=[summary_row("alias:convnet@title")])
    summary = {row.tag: row.trouble for row in summarise({(0, BERT): 0.9}, rows, troubles=troubles)}
    assert summary["bert"] == summary["never"] == ""
    assert summary["nlp"].startswith("'nlp' is the parent of 'bert', but 6 of the 6")
    assert summary["cnn"].startswith("'cnn' and 'never' nearly always stand together (6 records have both). 'cnn' is")


def test_nothing_given_is_no_trouble():
    assert troubles_of([None] * 20) == []
    assert find_vocabulary_troubles(given_of([], 4), TAGS, nx.DiGraph(), ()) == []


def test_without_a_single_cell_every_tag_has_its_row():
    assert [(row.given, row.expected) for row in summarise({}, [None, None])] == [(0, 0)] * 4
