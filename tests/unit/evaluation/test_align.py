"""Cells by position, against dictionaries of plain Python; and what is refused, with its row."""

import numpy as np
import pyarrow as pa
import pytest

from weaklabel.errors import Place, RecordsError
from weaklabel.evaluation.align import align, first_ids, match_ids, refuse_repeated_ids
from weaklabel.evaluation.listing import Listing

IDS = pa.array(["x", "y", "z", "w"])
TAGS = ("a", "b", "c")


def listing(cells, ids=("z", "x", "w"), *, known=None, is_by_cell=False, lines=None):
    """A listing of rows with the given ids; cells are (row, tag) or (row, tag, probability)."""
    p = [cell[2] for cell in cells if len(cell) > 2]
    return Listing(
        location="p.csv",
        ids=pa.array(list(ids)),
        is_known=np.array([True] * len(ids) if known is None else known),
        row=np.array([cell[0] for cell in cells], dtype=np.int64),
        tag=pa.array([cell[1] for cell in cells], pa.string()),
        probability=np.array(p) if p else None,
        is_by_cell=is_by_cell,
        lines=None if lines is None else lambda: lines,
    )


def place(row):
    return Place("p.csv", row + 1)


def refused(made):
    with pytest.raises(RecordsError) as raised:
        align(made, IDS, TAGS, lambda name: f"({name})", [])
    return [(str(problem.place), problem.what, problem.fix) for problem in raised.value.problems]


@pytest.mark.parametrize("seed", range(5))
def test_cells_are_those_of_a_dictionary_of_records(seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(4)
    rows = [(IDS[int(i)].as_py(), [t for t in TAGS if rng.random() < 0.5]) for i in order[:3]]
    known = rng.random(3) < 0.7
    cells = [(row, tag) for row, (_, tags) in enumerate(rows) for tag in tags if known[row]]
    found = align(listing(cells, [name for name, _ in rows], known=known), IDS, TAGS, str, [])
    said = {(IDS[int(i)].as_py(), TAGS[t]) for i, t in zip(found.record, found.tag, strict=True)}
    assert said == {(rows[row][0], tag) for row, tag in cells}
    assert len(found.record) == len(cells)
    assert {IDS[int(i)].as_py() for i in np.flatnonzero(found.listed)} == {
        name for (name, _), is_known in zip(rows, known, strict=True) if is_known
    }


def test_a_cell_without_a_probability_is_not_there_and_a_record_of_such_alone_is_not_listed():
    warnings = []
    cells = [(0, "a", 0.5), (1, "b", np.nan), (2, "a", np.nan)]
    made = listing(cells, ("z", "z", "x"), is_by_cell=True)
    found = align(made, IDS, TAGS, str, warnings)
    assert (found.record.tolist(), found.tag.tolist(), found.probability.tolist()) == ([2], [0], [0.5])
    assert found.listed.tolist() == [False, False, True, False]
    assert [warning.what for warning in warnings] == [
        "2 rows without a probability (records 'z', 'x') count as not there."
    ]


def test_all_that_no_cell_can_be_is_told_together_with_its_line():
    cells = [(0, "a", 0.5), (1, "q", -1.0), (2, "q", 3.0), (2, "r", 0.1)]
    assert refused(listing(cells, ("x", "y", "z"), is_by_cell=True, lines=[2, 5, 9])) == [
        ("p.csv:5", "2 probabilities are outside 0 to 1: -1, 3.",
         "Write probabilities; of logits take the logistic function."),
        ("p.csv:5", "'q' is no tag.", "(q)"),
        ("p.csv:9", "'r' is no tag.", "(r)"),
    ]  # fmt: skip


def test_a_record_has_one_row_of_tags_and_a_cell_one_row_of_its_own():
    [(where, what, _)] = refused(listing([(0, "a")], ("x", "y", "x", "y", "x")))
    assert (where, what) == ("p.csv:3", "3 ids ('x', 'y') are there more than once.")
    [(where, what, _)] = refused(listing([(0, "a"), (2, "a"), (1, "a")], ("x", "y", "x"), is_by_cell=True))
    assert (where, what) == ("p.csv:3", "1 cell ('x a') is there more than once.")


def test_unknown_ids_are_named_with_the_nearest_one():
    ids = pa.array(["x", "yy", None])
    with pytest.raises(RecordsError) as raised:
        match_ids(ids, pa.array(["x", "yyy"]), place)
    [problem] = raised.value.problems
    assert (problem.what, str(problem.place)) == ("2 ids ('yy', 'None') are no record's.", "p.csv:2")
    assert problem.fix == "Did you mean 'yyy'?"
    with pytest.raises(RecordsError) as raised:
        match_ids(pa.array(["512"]), pa.array(["51", "52"]), place)
    assert raised.value.problems[0].fix == "Give the ids of records that are evaluated."
    assert match_ids(pa.array(["w", "x"]), IDS, place).tolist() == [3, 0]


def test_repeats_are_found_in_any_order():
    refuse_repeated_ids(IDS, np.array([3, 0, 2, 1]), place)
    with pytest.raises(RecordsError, match=r"p\.csv:4: 1 id \('w'\) is there more than once\."):
        refuse_repeated_ids(IDS, np.array([3, 0, 2, 3]), place)


def test_the_first_three_are_named():
    assert first_ids(IDS, np.arange(4)) == "'x', 'y', 'z', …"
    assert first_ids(IDS, np.array([2])) == "'z'"
