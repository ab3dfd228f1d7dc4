"""The numbers of a report against hand-made ones, scikit-learn and brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from support.made import make_vocabulary, make_votes
from support.reports import make_cells, make_given
from weaklabel.evaluate import calibration_error, wilson_interval
from weaklabel.report.cooccurrence import tag_cooccurrence
from weaklabel.report.lf_meetings import Meetings
from weaklabel.report.models import calibrate, score_models
from weaklabel.report.support import MAX_POINTS, tag_support
from weaklabel.tags import build_graph
from weaklabel.terms import GoldRecord, TagSummaryRow

VOCABULARY = make_vocabulary("a", "b", "c", "top", parents={"b": ["a"], "a": ["top"]})
GRAPH = build_graph(VOCABULARY)[0]


def test_areas_count_tags_records_and_what_they_lack():
    # a, b, c, top; b is below a, a below top, c alone.
    rows = [(i, 0) for i in range(12)] + [(0, 1), (1, 1), (20, 1)] + [(i, 2) for i in range(3)]
    matrix = make_given(rows, [True] * 21, 4)
    support = tag_support([TagSummaryRow("a", 12, 12.0, 0, 0, 0, "")], matrix, VOCABULARY, GRAPH)
    [area] = support.areas
    assert (area.area, area.tags, area.given, area.rare, area.lacking) == ("top", 3, 13, 2, 7 + 10)
    assert area.rarest == ("top", "b")
    assert (support.unused, support.rare, support.median, support.most) == (1, 2, 3.0, 12)
    assert support.curve == ((1, 12), (2, 3), (3, 3), (4, 0))


def test_the_curve_of_many_tags_keeps_its_ends():
    names = [f"t{i:04}" for i in range(5_000)]
    matrix = make_given([(i, i) for i in range(100)], [True] * 100, 5_000)
    vocabulary = make_vocabulary(*names)
    curve = tag_support([], matrix, vocabulary, build_graph(vocabulary)[0]).curve
    assert len(curve) <= MAX_POINTS
    assert (curve[0], curve[-1]) == ((1, 1), (5_000, 0))
    assert all(count == (rank <= 100) for rank, count in curve)


def test_tags_that_stand_together():
    rows = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 2)]
    together = tag_cooccurrence(make_given(rows, [True] * 4 + [False], 4), VOCABULARY, GRAPH)
    assert together.tags == ("a", "b", "c")
    assert together.both == ((3, 2, 0), (2, 2, 0), (0, 0, 1))
    [pair] = together.pairs
    assert (pair.first, pair.second, pair.both, pair.lift) == ("a", "b", 2, round(2 * 4 / 6, 2))
    assert [(row.tag, row.depth, row.given) for row in together.tree] == [
        ("c", 0, 1),
        ("top", 0, 0),
        ("a", 1, 3),
        ("b", 2, 2),
    ]


votes_of = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 3), st.sampled_from([-1, 1])),
    max_size=30,
    unique_by=lambda row: row[:3],
)


@settings(max_examples=100, deadline=None)
@given(votes_of)
def test_meetings_are_those_of_brute_force(rows):
    meetings = Meetings.of(make_votes(rows, n_records=4, lf_ids=list("abcd")))
    said = {lf: {(tag, record): vote for tag, record, by, vote in rows if by == lf} for lf in range(4)}
    expected = {}
    for first, second in combinations(range(4), 2):
        both = said[first].keys() & said[second].keys()
        if both:
            conflicts = sum(said[first][cell] != said[second][cell] for cell in both)
            overlap = len(both) / len(said[first].keys() | said[second].keys())
            expected[first, second] = (len(both), conflicts, pytest.approx(overlap))
    columns = (meetings.first, meetings.second, meetings.both, meetings.conflicts, meetings.overlap)
    found = {(a, b): figures for a, b, *figures in zip(*(column.tolist() for column in columns), strict=True)}
    assert {pair: tuple(figures) for pair, figures in found.items()} == expected
    grid = meetings.grid()
    for i, j in combinations(range(len(grid.lfs)), 2):
        pair = tuple(sorted(("abcd".index(grid.lfs[i]), "abcd".index(grid.lfs[j]))))
        assert grid.conflicts[i][j] == grid.conflicts[j][i] == expected.get(pair, (0, 0, 0))[1]


def pairs_of(meetings):
    return {(p.first, p.second): (p.both, p.conflicts) for p in meetings.overlapping()}


def test_of_classes_labeling_functions_meet_on_records_and_conflict_across_classes():
    # x says class 0 of four records; y says class 1 of two of them and class 0 of the others; z says "not 0" of three.
    x = [(0, record, 0, 1) for record in range(4)]
    y = [(1, 0, 1, 1), (1, 1, 1, 1), (0, 2, 1, 1), (0, 3, 1, 1)]
    z = [(0, record, 2, -1) for record in range(3)]
    votes = make_votes([*x, *y, *z], n_records=4, lf_ids=["x", "y", "z"])
    assert pairs_of(Meetings.of(votes, n_classes=2)) == {("x", "y"): (4, 2), ("x", "z"): (3, 3), ("y", "z"): (3, 1)}
    assert pairs_of(Meetings.of(votes, n_classes=3)) == {("x", "y"): (4, 2)}


def test_pairs_conflict_or_overlap():
    same = [(0, record, lf, 1) for record in range(5) for lf in (0, 1)]
    other = [(0, record, 2, -1) for record in range(5)]
    meetings = Meetings.of(make_votes([*same, *other], n_records=5, lf_ids=["x", "y", "z"]))
    assert [(p.first, p.second, p.conflicts) for p in meetings.conflicting()] == [("x", "z", 5), ("y", "z", 5)]
    first = meetings.overlapping()[0]
    assert (first.first, first.second, first.overlap) == ("x", "y", 1.0)


def test_models_are_scored_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    probability, right = rng.random((30, 4)), rng.random((30, 4)) < 0.4
    labelled = rng.random(30) < 0.7
    right &= labelled[:, None]
    cells = make_cells([(i, j, probability[i, j]) for i in range(30) for j in range(4)], n_records=30, n_tags=4)
    gold = {i: GoldRecord(frozenset(VOCABULARY.names[j] for j in range(4) if not right[i, j])) for i in range(10)}
    models = score_models({"m": cells}, make_given(np.argwhere(right), labelled, 4), gold, VOCABULARY)
    assert [(row.model, row.reference, row.records) for row in models.rows] == [
        ("m", "given", int(labelled.sum())),
        ("m", "gold", 10),
    ]
    for row, truth, records in zip(models.rows, (right, ~right), (labelled, np.arange(30) < 10), strict=True):
        expected = precision_recall_fscore_support(
            truth[records].ravel(), (probability[records] > 0.5).ravel(), average="binary"
        )
        assert (row.precision, row.recall, row.micro_f1) == pytest.approx(expected[:3], abs=1e-6)


def test_without_labelled_records_or_predictions_there_is_nothing_to_score():
    cells = make_cells([(0, 0, 0.9)], n_records=1, n_tags=4)
    assert score_models({"m": cells}, make_given([], [False], 4), {}, VOCABULARY).rows == ()
    low = make_cells([(0, 0, 0.2)], n_records=1, n_tags=4)
    [row] = score_models({"m": low}, make_given([], [True], 4), {}, VOCABULARY).rows
    assert (row.precision, row.recall, row.micro_f1) == (None, None, None)


def test_calibration_is_that_of_evaluate():
    rng = np.random.default_rng(1)
    probability = rng.random((40, 4)).round(3)
    right = rng.random((40, 4)) < probability**2
    cells = make_cells([(i, j, probability[i, j]) for i in range(40) for j in range(4)], n_records=40, n_tags=4)
    gold = {i: GoldRecord(frozenset(VOCABULARY.names[j] for j in range(4) if right[i, j])) for i in range(25)}
    calibration = calibrate(cells, gold, VOCABULARY)
    shown = probability[:25] >= 0.01
    assert calibration.cells == shown.sum()
    assert calibration.error == pytest.approx(calibration_error(probability[:25][shown], right[:25][shown]), abs=1e-6)
    for b in calibration.bins:
        inside = shown & (probability[:25] > b.low) & (probability[:25] <= b.high)
        assert b.cells == inside.sum()
        assert b.share == pytest.approx(right[:25][inside].mean(), abs=1e-6)
        interval = wilson_interval(int(right[:25][inside].sum()), b.cells)
        assert (b.share_low, b.share_high) == pytest.approx(interval, abs=1e-6)
    assert calibrate(cells, {}, VOCABULARY) is None
