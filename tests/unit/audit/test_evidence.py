from support.made import make_records, make_vocabulary, make_votes
from weaklabel.audit import EvidenceFinder
from weaklabel.terms import Evidence, Span

RECORDS = make_records(["Straße and bert", "nothing", "bert"])
VOTES = make_votes(
    [(0, 0, 0, 1), (0, 0, 2, -1), (0, 2, 0, 1), (1, 0, 1, 1), (2, 1, 2, -1)], n_records=3, lf_ids=["x", "y", "z"]
)
SPANS = {(0, 0): [Span("title", 11, 15), Span("title", 0, 6)], (1, 0): [Span("title", 0, 6)]}
FINDER = EvidenceFinder(VOTES, RECORDS, make_vocabulary("a", "b", "c"), lambda lf, record: SPANS.get((lf, record), []))


def test_a_cell_has_every_vote_on_it_with_every_span():
    assert FINDER.of_cell(0, 0) == (
        Evidence("x", "present", "title", 11, 15, "bert"),
        Evidence("x", "present", "title", 0, 6, "Straße"),
        Evidence("z", "absent"),
    )
    assert FINDER.of_cell(0, 1) == (Evidence("y", "present", "title", 0, 6, "Straße"),)


def test_a_cell_without_votes_has_no_evidence():
    assert FINDER.of_cell(1, 0) == ()
    assert FINDER.of_cell(2, 2) == ()


def test_the_tags_of_a_text_are_those_voted_present_sorted():
    assert FINDER.tags_of_text(0) == ["a", "b"]
    assert FINDER.tags_of_text(1) == []  # an absent vote speaks of no tag
    assert FINDER.tags_of_text(2) == ["a"]
