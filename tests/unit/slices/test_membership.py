"""Which records are in which slices, against what each condition says in words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from scipy.sparse import csr_array

from support.made import make_votes, phrase_lf
from weaklabel.slices import LikelyCells, RunEvidence, SliceEvidence, assign_slices, record_uncertainty
from weaklabel.slices.membership import disagreement, find_conflicts
from weaklabel.terms.conditions import Test as Comparison
from weaklabel.terms.slices import (
    HasFinding,
    HasRareTag,
    InCluster,
    InSlice,
    IsLabelled,
    Joined,
    LFDoes,
    Matches,
    Measures,
    Slice,
    TagIs,
)

# Six records, the tags x and y, the labeling functions f and g. Votes are (tag, record, lf, vote).
VOTES = make_votes(
    [(0, 0, 0, 1), (0, 0, 1, -1), (0, 1, 0, 1), (1, 1, 1, 1), (1, 2, 1, -1)], n_records=6, lf_ids=("f", "g")
)
OWN = phrase_lf("own", "x", "w")
EVIDENCE = SliceEvidence(
    own=make_votes([(0, 3, 0, 1), (0, 5, 0, 1)], n_records=6, lf_ids=("own",)),
    votes=VOTES,
    lf_index={"f": 0, "g": 1},
    tag_index={"x": 0, "y": 1},
    given=csr_array(np.array([[1, 0], [1, 1], [1, 0], [0, 0], [0, 0], [0, 0]], dtype=bool)),
    labelled=np.array([True, True, True, True, False, False]),
    texts=["one", "one two", "one two three", "", "a b c d", "e"],
    cluster=lambda n: np.arange(6) % n,
    run=RunEvidence(
        likely=LikelyCells(
            np.array([0, 1, 3, 4]), np.array([0, 1, 1, 0]), np.array(["given", "voted", "inferred", "predicted"])
        ),
        findings={"missing": np.array([False, True, False, False, False, False])},
        uncertainty=np.array([0, 0.1, 0.5, 0.9, 1, 0]),
    ),
)


def rows(condition, evidence=EVIDENCE):
    membership = assign_slices([Slice("a", condition)], evidence)
    return np.flatnonzero(membership.of("a")).tolist()


def measures(what, operator, number):
    return Measures(what, (Comparison(operator, (number,)),))


@pytest.mark.parametrize(
    ("condition", "members"),
    [
        (Matches(OWN), [3, 5]),
        (LFDoes("fires", ("f",)), [0, 1]),
        (LFDoes("fires", None), [0, 1, 2]),
        (LFDoes("abstains", ("f",)), [2, 3, 4, 5]),
        (LFDoes("abstains", ("f", "g")), [3, 4, 5]),
        (LFDoes("abstains", None), [3, 4, 5]),
        (LFDoes("conflicts", None), [0]),
        (LFDoes("conflicts", ("g",)), [0]),
        (TagIs("given", ("x",)), [0, 1, 2]),
        (TagIs("given", ("y",)), [1]),
        (TagIs("given", None), [0, 1, 2]),
        (TagIs("resolved", ("y",)), [1, 3]),
        (TagIs("resolved", None), [0, 1, 3, 4]),
        (TagIs("voted", None), [1]),
        (TagIs("inferred", ("y",)), [3]),
        (TagIs("inferred", ("x",)), []),
        (TagIs("predicted", ("x", "y")), [4]),
        (HasFinding(("missing", "unsupported")), [1]),
        (HasFinding(("unsupported",)), []),
        (IsLabelled(labelled=True), [0, 1, 2, 3]),
        (IsLabelled(labelled=False), [4, 5]),
        (measures("words", "<", 2), [0, 3, 5]),
        (measures("words", "!=", 1), [1, 2, 3, 4]),
        (measures("characters", ">=", 7), [1, 2, 4]),
        (measures("tags_given", "==", 2), [1]),
        (measures("uncertainty", ">", 0.5), [3, 4]),
        (measures("disagreement", "<=", 0), [1, 2, 3, 4, 5]),
        (Measures("words", (Comparison(">", (1,)), Comparison("<=", (3,)))), [1, 2]),
        (HasRareTag(3), [1, 3]),  # y was given once, and is likely for record 3
        (InCluster((0, 2), 4), [0, 2, 4]),
        (Joined("all_of", (TagIs("given", None), LFDoes("fires", ("g",)))), [0, 1, 2]),
        (Joined("any_of", (TagIs("given", ("y",)), IsLabelled(labelled=False))), [1, 4, 5]),
        (Joined("none_of", (TagIs("given", ("y",)), IsLabelled(labelled=False))), [0, 2, 3]),
    ],
)  # fmt: skip
def test_conditions(condition, members):
    assert rows(condition) == members


def test_slices_of_slices_and_slices_of_everything_and_nothing():
    membership = assign_slices(
        [
            Slice("both", Joined("all_of", (InSlice(("odd", "all")), InSlice(("odd",))))),
            Slice("odd", InCluster((1,), 2)),
            Slice("all", measures("words", ">=", 0)),
            Slice("none", measures("words", "<", 0)),
        ],
        EVIDENCE,
    )
    assert membership.names == ("both", "odd", "all", "none")
    assert membership.sizes().tolist() == [3, 3, 6, 0]
    assert np.flatnonzero(membership.of("both")).tolist() == [1, 3, 5]


def test_without_votes_or_records():
    nothing = make_votes([], n_records=6, lf_ids=("f", "g"))
    evidence = replace(EVIDENCE, votes=nothing)
    assert rows(LFDoes("fires", None), evidence) == []
    assert rows(LFDoes("abstains", ("f",)), evidence) == [0, 1, 2, 3, 4, 5]
    assert rows(LFDoes("conflicts", None), evidence) == []
    assert rows(measures("disagreement", "==", 0), evidence) == [0, 1, 2, 3, 4, 5]


cells = st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 3))


@examples(st.dictionaries(cells, st.sampled_from([1, -1]), max_size=25), st.booleans())
def test_conflicts_and_disagreement_are_what_their_definitions_say(cast, is_exclusive):
    votes = make_votes([(*key, vote) for key, vote in cast.items()], n_records=5, lf_ids="abcd")
    found = find_conflicts(votes, is_exclusive=is_exclusive)
    for i in range(len(votes)):
        tag, record, vote = votes.tag[i], votes.record[i], votes.vote[i]
        others = [(t, v) for (t, r, _), v in cast.items() if r == record]
        expected = (tag, -vote) in others
        expected |= is_exclusive and vote == 1 and any(v == 1 and t != tag for t, v in others)
        assert found[i] == expected
    far = disagreement(votes, is_exclusive=is_exclusive)
    for record in range(5):
        own = [(t, v) for (t, r, _), v in cast.items() if r == record]
        if is_exclusive:
            present = [t for t, v in own if v == 1]
            expected = 1 - max(map(present.count, present)) / len(present) if present else 0
        else:
            tags = {t for t, _ in own}
            expected = sum((t, 1) in own and (t, -1) in own for t in tags) / len(tags) if tags else 0
        assert far[record] == pytest.approx(expected)


def test_uncertainty_is_the_entropy_of_the_most_uncertain_cell_or_of_the_classes():
    record, probability = np.array([0, 0, 1, 3]), np.array([0.5, 0.9, 0.1, np.nan])
    own = -0.1 * np.log2(0.1) - 0.9 * np.log2(0.9)
    assert record_uncertainty(record, probability, 4) == pytest.approx([1, own, 0, 0], abs=1e-9)
    even, sure = np.full(4, 0.25), np.array([1, 0, 0, 0])
    found = record_uncertainty(np.repeat([0, 1], 4), np.concatenate([even, sure]), 2, n_classes=4)
    assert found == pytest.approx([1, 0], abs=1e-9)
