"""How well the run does on each slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from weaklabel.report.data.models import Reference

SliceNote = Literal["", "empty", "small", "everything"]


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice, and the run's own labels (probability > .5, closed over the tag graph) on its records.

    Attributes
    ----------
    records, share
        How many records are in it, and of all.
    scored
        How many of these have known tags.
    f1, f1_low, f1_high
        Micro-F1, or of two classes the F1 of the positive one, with its 95 % interval.
    difference, p
        F1 less that of all records, and how likely chance makes so large a difference, corrected for the number
        of slices (Holm).
    note
        `empty`: no record is scored. `small`: too few to test. `everything`: all records are in it.
    """

    slice: str
    description: str
    records: int
    share: float
    scored: int
    precision: float | None
    recall: float | None
    f1: float | None
    f1_low: float | None
    f1_high: float | None
    difference: float | None
    p: float | None
    note: SliceNote


@dataclass(frozen=True, slots=True)
class SliceScores:
    """The slices, the lowest F1 first, against gold or given tags, both closed over the tag graph.

    Attributes
    ----------
    whole
        The F1 of all records.
    positive
        The class whose F1 is told, where there are two; None for micro-F1.
    """

    reference: Reference = "given"
    records: int = 0
    whole: float | None = None
    rows: tuple[SliceRow, ...] = ()
    positive: str | None = None

    @property
    def metric(self) -> str:
        """What F1 is that of."""
        return f"F1 ({self.positive})" if self.positive else "micro-F1"
