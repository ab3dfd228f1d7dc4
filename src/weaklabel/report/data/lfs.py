"""Labeling functions: how each votes, how right it is, and whom it meets."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.report.data.models import Reference
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class LFRow:
    """How a labeling function votes on a tag; :class:`weaklabel.terms.LFSummaryRow` says what each figure is.

    Attributes
    ----------
    agreement, agreement_low, agreement_high, n
        Always against given tags.
    precision, precision_low, precision_high, reference_n, value_f1
        Against the reference that stands in :class:`LFs`.
    estimated_accuracy
        By the label model: no reference is asked.
    wrong, wrong_total
        The first records whose reference contradicts its vote, and how many there are.
    """

    lf: str
    tag: str
    origin: str
    polarity: str
    coverage: float
    overlap: float
    conflict: float
    agreement: float | None
    agreement_low: float | None
    agreement_high: float | None
    n: int
    precision: float | None = None
    precision_low: float | None = None
    precision_high: float | None = None
    reference_n: int = 0
    estimated_accuracy: float | None = None
    value_f1: float | None = None
    redundant: bool = False
    same_as: str = ""
    cluster: str = ""
    wrong: tuple[RecordId, ...] = ()
    wrong_total: int = 0


@dataclass(frozen=True, slots=True)
class LFPair:
    """Two labeling functions that vote on the same cells.

    Attributes
    ----------
    both
        Cells on which both vote.
    overlap
        The share of these among the cells on which either votes.
    conflicts
        Cells on which one votes present and the other absent.
    """

    first: str
    second: str
    both: int
    overlap: float
    conflicts: int


@dataclass(frozen=True, slots=True)
class LFGrid:
    """The labeling functions that meet most: for each two of them the overlap, and the cells in conflict."""

    lfs: tuple[str, ...] = ()
    overlap: tuple[tuple[float, ...], ...] = ()
    conflicts: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LFGroup:
    """The labeling functions of a cluster: their votes on one tag correlate, so one evidence may count often."""

    tag: str
    lfs: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LFs:
    """The labeling functions.

    Attributes
    ----------
    rows, row_total
        One row a labeling function and tag with votes: those written by hand first, then those with the most votes.
    reference
        Whose tags precision, value and wrong records are measured against.
    total, silent
        How many there are, and how many never vote.
    silent_lfs
        Those that never vote, written by hand first.
    overlaps, conflicts
        The pairs that overlap most, and those that conflict most.
    pair_total, conflict_total
        How many pairs meet on a cell, and how many of these conflict on one.
    groups, group_total
        The clusters, by tag: as `cluster` in lf_summary.csv has them.
    grid
        The picture of the first of them.
    """

    rows: tuple[LFRow, ...] = ()
    row_total: int = 0
    total: int = 0
    silent: int = 0
    silent_lfs: tuple[str, ...] = ()
    reference: Reference = "given"
    overlaps: tuple[LFPair, ...] = ()
    conflicts: tuple[LFPair, ...] = ()
    pair_total: int = 0
    conflict_total: int = 0
    groups: tuple[LFGroup, ...] = ()
    group_total: int = 0
    grid: LFGrid = LFGrid()
