import random

from weaklabel.audit import rank_findings
from weaklabel.terms import Finding


def finding(record, kind, score, tag="t", given=None):
    return Finding(record, tag, kind, score, 0, "", given)


def test_findings_are_numbered_within_their_kind_and_the_kinds_take_turns():
    found = rank_findings(
        [finding(1, "unknown", 1.0), finding(2, "missing", 0.6), finding(3, "missing", 0.9), finding(4, "alias", 0.99)]
    )
    assert [(f.rank, f.kind, f.record) for f in found] == [
        (1, "missing", 3),
        (1, "alias", 4),
        (1, "unknown", 1),
        (2, "missing", 2),
    ]


def test_ties_go_by_record_tag_and_spelling_whatever_the_order_of_the_input():
    ordered = [
        finding(1, "misspelt", 0.5, "a", "x"),
        finding(1, "misspelt", 0.5, "a", "y"),
        finding(1, "misspelt", 0.5, "b", "a"),
        finding(2, "misspelt", 0.5, "a", "a"),
    ]
    for seed in range(5):
        shuffled = random.Random(seed).sample(ordered, len(ordered))
        ranked = rank_findings(shuffled)
        assert [(f.record, f.tag, f.given) for f in ranked] == [(f.record, f.tag, f.given) for f in ordered]
        assert [f.rank for f in ranked] == [1, 2, 3, 4]


def test_findings_are_numbered_within_their_kind_and_tag_too():
    found = rank_findings(
        [
            finding(1, "missing", 0.9, "a"),
            finding(2, "missing", 0.8, "b"),
            finding(3, "missing", 0.7, "a"),
            finding(4, "missing", 0.6, "b"),
            finding(5, "missing", 0.5, "a"),
            finding(6, "unsupported", 0.4, "a"),
            finding(7, "unknown", 1.0, None),
            finding(8, "unknown", 1.0, None),
        ]
    )
    assert {f.record: (f.rank, f.tag_rank) for f in found} == {
        1: (1, 1),
        2: (2, 1),
        3: (3, 2),
        4: (4, 2),
        5: (5, 3),
        6: (1, 1),
        7: (1, 1),
        8: (2, 2),
    }


def test_nothing_to_rank():
    assert rank_findings([]) == []
