"""The labeling functions: how each votes, how right it is, who is like it, and where they meet."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from weaklabel.report.clipping import clip, clip_all, clip_id
from weaklabel.report.data import LFGroup, LFRow, LFs
from weaklabel.report.lf_meetings import Meetings
from weaklabel.terms import LFSummaryRow, Votes

MAX_ROWS = 200
MAX_SILENT = 50
MAX_GROUPS = 20
MAX_NAMED = 10


def list_lfs(summary: Sequence[LFSummaryRow], votes: Votes, *, n_classes: int | None = None) -> LFs:
    """Return the labeling functions that vote, those written by hand first, and the pairs and groups of them.

    Where each record has exactly one class, `n_classes` says how many there are.
    """
    ordered = sorted(summary, key=lambda row: (row.origin == "generated", -row.coverage, row.lf, row.tag))
    voting = [row for row in ordered if row.polarity]
    heard = {row.lf for row in voting}
    silent = list(dict.fromkeys(row.lf for row in ordered if row.lf not in heard))
    meetings = Meetings.of(votes, n_classes=n_classes)
    groups = _groups(summary)
    return LFs(
        rows=tuple(_row(row) for row in voting[:MAX_ROWS]),
        row_total=len(voting),
        total=len(heard) + len(silent),
        silent=len(silent),
        silent_lfs=clip_all(silent[:MAX_SILENT]),
        reference="gold" if any(row.reference == "gold" for row in summary) else "given",
        overlaps=meetings.overlapping(),
        conflicts=meetings.conflicting(),
        pair_total=len(meetings.both),
        conflict_total=int((meetings.conflicts > 0).sum()),
        groups=tuple(groups[:MAX_GROUPS]),
        group_total=len(groups),
        grid=meetings.grid(),
    )


def _groups(summary: Sequence[LFSummaryRow]) -> list[LFGroup]:
    """Return the clusters of the LF analysis: those with one written by hand first, then the largest."""
    members: dict[tuple[str, str], list[LFSummaryRow]] = {}
    for row in summary:
        if row.cluster:
            members.setdefault((row.tag, row.cluster), []).append(row)

    def rank(rows: Sequence[LFSummaryRow]) -> tuple[bool, int, str, str]:
        return all(row.origin == "generated" for row in rows), -len(rows), rows[0].tag, rows[0].cluster

    return [
        LFGroup(clip(rows[0].tag), clip_all(row.lf for row in rows[:MAX_NAMED]), len(rows))
        for rows in sorted(members.values(), key=rank)
    ]


def _row(row: LFSummaryRow) -> LFRow:
    return LFRow(
        lf=clip(row.lf),
        tag=clip(row.tag),
        origin=row.origin,
        polarity=row.polarity,
        coverage=round(row.coverage, 6),
        overlap=round(row.overlap, 6),
        conflict=round(row.conflict, 6),
        agreement=figure(row.agreement),
        agreement_low=figure(row.agreement_low),
        agreement_high=figure(row.agreement_high),
        n=row.n,
        precision=figure(row.precision),
        precision_low=figure(row.precision_low),
        precision_high=figure(row.precision_high),
        reference_n=row.reference_n,
        estimated_accuracy=figure(row.estimated_accuracy),
        value_f1=figure(row.value_f1),
        redundant=row.redundant,
        same_as=clip(row.same_as),
        cluster=clip(row.cluster),
        wrong=tuple(map(clip_id, json.loads(row.wrong))),
        wrong_total=round((1 - row.precision) * row.reference_n) if row.reference_n else 0,
    )


def figure(value: float) -> float | None:
    """Return a figure, rounded; None for nan."""
    return None if math.isnan(value) else round(value, 6)
