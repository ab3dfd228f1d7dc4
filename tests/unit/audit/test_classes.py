"""Findings of wrong classes: one for each record, with what is right instead."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from support.made import make_records, make_vocabulary, make_votes
from weaklabel.audit import CellScores, EvidenceFinder, Neighbourhood, find_wrong_classes, summarise_tags
from weaklabel.terms import CellProbabilities, GivenMatrix, GivenTag, Span, SpellingMatch

NAMES = ("ham", "news", "spam")
VOCABULARY = make_vocabulary(*NAMES)
HAM, NEWS, SPAM = range(3)
LFS = ("has_link", "is_long", "shouts", "thanks")
NO_VOTES = "No labeling function votes for"


def given(*names):
    return [
        None if name is None else (GivenTag(name, SpellingMatch(name, "name", name, 1.0) if name in NAMES else None),)
        for name in names
    ]


def cells_of(rows):
    """Cells of one row of probabilities a record; one below a hundredth is left out."""
    full = np.array(rows)
    record, tag = np.nonzero(full >= 0.01)
    no = np.zeros(len(record), dtype=np.bool_)
    return CellProbabilities(
        record.astype(np.int32), tag.astype(np.int32), full[record, tag], no, no, np.full((3, 2), np.nan),
        np.zeros(len(full), dtype=np.bool_),
    )  # fmt: skip


def matrix_of(tags):
    full = np.array([[float(any(tag.spelling == name for tag in listed or ())) for name in NAMES] for listed in tags])
    return GivenMatrix(csr_array(full), full.any(axis=1))


def find(rows, tags, votes=(), spans=None, neighbours=None):
    cells = cells_of(rows)
    scores = CellScores.of_classes(cells, matrix_of(tags), VOCABULARY, is_learnt=False)
    made = make_votes(list(votes), n_records=len(tags), lf_ids=LFS)
    records = make_records(["free links, free gifts"] * len(tags))
    finder = EvidenceFinder(made, records, VOCABULARY, lambda lf, record: (spans or {}).get(LFS[lf], []))
    return list(find_wrong_classes(cells, scores, tags, VOCABULARY, finder, neighbours)), cells, scores


def test_a_wrong_class_is_one_finding_that_suggests_the_most_probable_other_one():
    [finding], _, scores = find([[0.1, 0.2, 0.7]], given("ham"))
    assert (finding.record, finding.kind, finding.tag, finding.suggestion) == (0, "unsupported", "ham", "spam")
    assert finding.score == scores.is_unsupported(0, "ham") == pytest.approx(1 - 0.09 / (0.09 + 0.9 * 0.05))
    assert finding.reason == f"'spam' is more likely than 'ham'. {NO_VOTES} 'spam'."


def test_a_class_that_is_the_most_probable_may_be_wrong_too():
    [finding], *_ = find([[0.8, 0.15, 0.05]], given("ham"))
    assert finding.score == pytest.approx(1 - 0.72 / (0.72 + 0.01))
    assert finding.reason == f"If 'ham' is wrong, it is 'news'. {NO_VOTES} 'news'."


def test_records_without_a_class_and_certain_classes_have_no_finding():
    found, *_ = find([[0.1, 0.2, 0.7], [0.1, 0.2, 0.7], [0.0, 0.05, 0.95]], given(None, "viagra", "spam"))
    assert found == []


def test_where_no_other_class_is_likely_none_is_suggested():
    [finding], *_ = find([[0.02, 0.0, 0.0]], given("ham"), [(HAM, 0, 1, -1)])  # of so many that each is below .01
    assert finding.suggestion is None
    assert finding.reason == (
        "'ham' is unlikely, and no other class stands out. 1 labeling function votes against 'ham': is_long."
    )


def test_findings_come_most_certain_first():
    found, *_ = find([[0.3, 0.0, 0.7], [0.1, 0.0, 0.9], [0.2, 0.8, 0.0]], given("ham", "ham", "ham"))
    assert [(f.record, f.suggestion) for f in found] == [(1, "spam"), (2, "news"), (0, "spam")]


def test_the_reason_counts_the_labeling_functions_of_both_classes_and_says_what_made_them_vote():
    votes = [(SPAM, 0, 0, 1), (SPAM, 0, 2, 1), (HAM, 0, 1, -1), (HAM, 0, 3, 1), (NEWS, 0, 3, 1)]
    spans = {"has_link": [Span("title", 5, 10), Span("title", 0, 4)], "thanks": [Span("title", 12, 16)]}
    [finding], *_ = find([[0.1, 0.0, 0.9]], given("ham"), votes, spans)
    assert finding.reason == (
        "'spam' is more likely than 'ham'. "
        "2 labeling functions vote for 'spam': 'links' in the title, 'free' in the title, shouts. "
        "1 labeling function votes for 'ham': 'free' in the title. "
        "1 labeling function votes against 'ham': is_long."
    )
    assert [(e.lf, e.vote, e.tag) for e in finding.evidence] == [
        ("has_link", "present", "spam"), ("has_link", "present", "spam"), ("shouts", "present", "spam"),
        ("is_long", "absent", "ham"), ("thanks", "present", "ham"),
    ]  # fmt: skip


def test_similar_records_are_those_that_were_given_the_suggested_class():
    tags = given("ham", "spam", "ham", "spam")
    neighbours = Neighbourhood(tags, VOCABULARY, lambda record, others, most: [(int(o), 0.5) for o in others if o])
    rows = [[0.1, 0.0, 0.9], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    [finding], *_ = find(rows, tags, neighbours=neighbours)
    assert finding.reason.endswith(" 2 of the 3 records with the most similar texts were given 'spam'.")
    assert [other.record for other in finding.similar] == [1, 3]


def test_the_summary_of_tags_counts_suggestions_as_missing():
    tags = given("ham", "ham", "spam")
    found, cells, scores = find([[0.01, 0.0, 0.99], [0.01, 0.0, 0.99], [0.0, 0.0, 1.0]], tags)
    rows = summarise_tags(cells, scores, matrix_of(tags), found, VOCABULARY, [])
    assert [(row.tag, row.given, row.unsupported, row.missing) for row in rows] == [
        ("ham", 2, 2, 0), ("news", 0, 0, 0), ("spam", 1, 0, 2),
    ]  # fmt: skip
