"""Columns that look like probabilities, under a name that is not read as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.evaluation.columns import PROBABILITY

LIKE_PROBABILITY = 0.8  # how alike a name is to be


def find_likely_probability(
    location: str, others: Sequence[str], read: Callable[[str], pa.Array], *, is_by_cell: bool
) -> Problem | None:
    """Return a warning where a file without probabilities seems to have them in a column of another name.

    Parameters
    ----------
    others
        The columns that are neither ids nor tags.
    read
        Reads one of them.
    is_by_cell
        Whether a row is a cell: then every row counts as predicted, and shares in any column are suspected.
    """
    fix = did_you_mean(PROBABILITY, others, least=LIKE_PROBABILITY)
    like = next((name for name in others if is_by_cell and holds_shares(read(name))), None) if not fix else None
    if like is not None:
        fix = f"Did you mean {like!r}, which holds numbers from 0 to 1? Then name it {PROBABILITY!r}."
    if not fix:
        return None
    what = f"there is no column {PROBABILITY!r}"
    what = f"{what}, so each row is predicted." if is_by_cell else f"{what}."
    return Problem(what, Place(location), fix, "warning")


def holds_shares(column: pa.Array) -> bool:
    """Say whether a column holds numbers from 0 to 1, as numbers or as text, and not whole ones alone."""
    if pa.types.is_string(column.type):
        try:
            column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column).cast(pa.float64())
        except pa.ArrowInvalid:
            return False
    if not pa.types.is_floating(column.type) or column.null_count == len(column):
        return False
    found = column.cast(pa.float64()).drop_null()
    is_within = pc.and_(pc.greater_equal(found, 0), pc.less_equal(found, 1))
    return bool(pc.all(is_within).as_py() and pc.any(pc.not_equal(found, pc.round(found))).as_py())
