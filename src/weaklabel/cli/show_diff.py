"""Show what an edit of labeling functions changes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.padding import Padding
from rich.text import Text

from weaklabel.cli.show import out, show_problems
from weaklabel.errors import WeaklabelError, quantity
from weaklabel.lf_changes import CellChange, Change, LFDiff
from weaklabel.lf_watch import Effect
from weaklabel.terms import Records, Span

AROUND = 40
SIGNS: dict[Change, tuple[str, str]] = {"gained": ("+", "green"), "lost": ("-", "red")}


def show_diff(diff: LFDiff, records: Records, limit: int) -> None:
    """Show labeling functions that are others, then tags with their counts, then records with the words at fault."""
    for what, ids in (("added", diff.added), ("removed", diff.removed), ("changed", diff.changed)):
        if ids:
            out.print(Text(f"{what}: {', '.join(ids)}"))
    if not (diff.added or diff.removed or diff.changed):
        out.print("Nothing was added, removed or changed.")
    if not diff.cells:
        against = f"{quantity(diff.against, 'absent vote')} changed, but no" if diff.against else "No"
        out.print(f"{against} record gains or loses a tag.")
        return
    counts = Counter((cell.tag, cell.change) for cell in diff.cells)
    out.print()
    for tag in sorted({cell.tag for cell in diff.cells}):
        parts = [Text(f"{SIGNS[c][0]}{counts[tag, c]:,}", SIGNS[c][1]) for c in SIGNS if counts[tag, c]]
        out.print(Text("  ").join([Text(tag, "bold"), *parts]))
    out.print()
    for cell in diff.cells[:limit]:
        _show_cell(cell, records)
    if len(diff.cells) > limit:
        out.print(f"… and {quantity(len(diff.cells) - limit, 'change')} more (--limit, --json).")


def show_effect(effect: Effect | WeaklabelError, records: Records, limit: int, time: str = "") -> None:
    """Show what an edit does: the labeling functions' figures, then what they change; or what is wrong."""
    out.print()
    if time:
        out.rule(time, style="dim")
    if isinstance(effect, WeaklabelError):
        show_problems(effect.problems, out)
        return
    for row in effect.rows:
        n_hits = round(row.coverage * len(records))
        figures = f"{quantity(n_hits, 'record')} ({row.coverage:.1%}), conflicts on {row.conflict:.1%}"
        agreement = "" if math.isnan(row.agreement) else f", {row.agreement:.0%} of {row.n:,} as given"
        out.print(Text.assemble((row.lf, "bold"), f" on {row.tag}: {figures}{agreement}"))
    for failure in effect.failures:
        out.print(Text(f"{failure.lf_id} fails on {quantity(failure.count, 'record')}: {failure.error}", "red"))
    show_diff(effect.diff, records, limit)


def _show_cell(cell: CellChange, records: Records) -> None:
    sign, style = SIGNS[cell.change]
    by = f"  ({', '.join(cell.lfs)})"
    out.print(Text.assemble((f"{sign} ", style), f"record {records.ids[cell.record]}: ", (cell.tag, style), by))
    for snippet in _snippets(cell.spans, records, cell.record):
        out.print(Padding(snippet, (0, 0, 0, 4)))


def _snippets(spans: Sequence[Span], records: Records, record: int) -> Iterator[Text]:
    """Yield, for each field, its text around what was found first, with all that was found highlighted."""
    for name in dict.fromkeys(span.field for span in spans):
        text = records.texts[name][record]
        own = [span for span in spans if span.field == name]
        first, last = max(0, own[0].start - AROUND), min(len(text), own[0].end + AROUND)
        lead = "…" if first else ""
        shown = Text(lead + text[first:last].replace("\n", " ") + ("…" if last < len(text) else ""))
        for span in own:
            start, end = max(span.start, first) - first, min(span.end, last) - first
            if start < end:
                shown.stylize("black on yellow", start + len(lead), end + len(lead))
        yield Text(f"{name}  ", style="dim") + shown


def diff_as_json(diff: LFDiff, records: Records) -> dict[str, Any]:
    """Return the whole as plain values."""
    cells = []
    for cell in diff.cells:
        row = asdict(cell)
        cells.append({"record_id": records.ids[row.pop("record")], **row})
    lfs = {"added": diff.added, "removed": diff.removed, "changed": diff.changed}
    return {**lfs, "absent_votes": diff.against, "cells": cells}
