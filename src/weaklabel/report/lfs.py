"""The labeling functions: how each votes, and where they meet."""

from __future__ import annotations

import math
from collections.abc import Sequence

from weaklabel.report.clipping import clip
from weaklabel.report.data import LFRow, LFs
from weaklabel.report.lf_meetings import MAX_GROUPS, Meetings
from weaklabel.terms import LFSummaryRow, Votes

MAX_ROWS = 200


def list_lfs(summary: Sequence[LFSummaryRow], votes: Votes, *, n_classes: int | None = None) -> LFs:
    """Return the labeling functions that vote, those written by hand first, and the pairs and groups of them.

    Where each record has exactly one class, `n_classes` says how many there are.
    """
    voting = sorted(
        (row for row in summary if row.polarity),
        key=lambda row: (row.origin == "generated", -row.coverage, row.lf, row.tag),
    )
    meetings = Meetings.of(votes, n_classes=n_classes)
    groups = meetings.groups()
    return LFs(
        rows=tuple(_row(row) for row in voting[:MAX_ROWS]),
        row_total=len(voting),
        total=len({row.lf for row in summary}),
        silent=len({row.lf for row in summary} - {row.lf for row in voting}),
        overlaps=meetings.overlapping(),
        conflicts=meetings.conflicting(),
        pair_total=len(meetings.both),
        conflict_total=int((meetings.conflicts > 0).sum()),
        groups=tuple(groups[:MAX_GROUPS]),
        group_total=len(groups),
        grid=meetings.grid(),
    )


def _row(row: LFSummaryRow) -> LFRow:
    return LFRow(
        lf=clip(row.lf),
        tag=clip(row.tag),
        origin=row.origin,
        polarity=row.polarity,
        coverage=round(row.coverage, 6),
        overlap=round(row.overlap, 6),
        conflict=round(row.conflict, 6),
        agreement=share(row.agreement),
        agreement_low=share(row.agreement_low),
        agreement_high=share(row.agreement_high),
        n=row.n,
    )


def share(value: float) -> float | None:
    """Return a share, rounded; None for nan."""
    return None if math.isnan(value) else round(value, 6)
