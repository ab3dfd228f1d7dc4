"""Labeling functions: how each votes, how right it is, and whom it meets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LFRow:
    """How a labeling function votes on a tag (:class:`weaklabel.terms.LFSummaryRow`); agreement is with given tags."""

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
    """Labeling functions that vote nearly alike, each with the next: they count more than once for one evidence."""

    lfs: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LFs:
    """The labeling functions.

    Attributes
    ----------
    rows, row_total
        One row a labeling function and tag with votes: those written by hand first, then those with the most votes.
    total, silent
        How many there are, and how many never vote.
    overlaps, conflicts
        The pairs that overlap most, and those that conflict most.
    pair_total, conflict_total
        How many pairs meet on a cell, and how many of these conflict on one.
    groups, group_total
        Those that vote nearly alike.
    grid
        The picture of the first of them.
    """

    rows: tuple[LFRow, ...] = ()
    row_total: int = 0
    total: int = 0
    silent: int = 0
    overlaps: tuple[LFPair, ...] = ()
    conflicts: tuple[LFPair, ...] = ()
    pair_total: int = 0
    conflict_total: int = 0
    groups: tuple[LFGroup, ...] = ()
    group_total: int = 0
    grid: LFGrid = LFGrid()
