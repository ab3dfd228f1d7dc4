"""What the terminal shows of decisions that were applied."""

from __future__ import annotations

import json
import os
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.correcting.apply import GOLD, explain_change
from weaklabel.errors import list_some, quantity
from weaklabel.terms import USUAL_NAMES

if TYPE_CHECKING:
    from weaklabel.correcting.apply import Applied
    from weaklabel.terms import Settings
    from weaklabel.terms.decisions import SettledCell, Verdict

SHOWN = 10
WIDEST_TAG = 30
OPEN = {
    "tie": "as many said yes as no",
    "unsure": "nobody said yes or no",
    "few": "too few said yes or no (--least)",
    "final": "adjudicated as unsure",
}


def show_applied(
    applied: Applied, settings: Settings, sources: Sequence[str], folder: Path, *, is_written: bool
) -> None:
    """Show what changed, what did not and why, and what to run next."""
    amended = applied.amended
    out.print(Text(_count_decisions(applied)))
    if amended.changes:
        out.print()
        out.print(_change_table(applied))
        if len(amended.changes) > SHOWN:
            out.print(f"… and {quantity(len(amended.changes) - SHOWN, 'more change')}, in changes.csv.")
    out.print()
    out.print(Text(_count_changes(applied)))
    lines = [*_say_open(applied), *_say_held(applied), *_say_lost(applied)]
    if lines:
        out.print()
    for line in lines:
        out.print(Text(line))
    out.print()
    out.print(Text(_say_gold(applied)))
    out.print()
    if applied.is_done:
        out.print("Nothing to apply: given and gold tags are as decided.")
        return
    if is_written:
        out.print(Text(f"{folder} has all of this already; nothing was written."), soft_wrap=True)
    else:
        out.print(Text(f"Written: {', '.join(applied.files)} in"), soft_wrap=True)
        out.print(Text(f"{folder}"), soft_wrap=True)
    out.print()
    for line in _say_next(settings, applied, sources, folder):
        out.print(Text(line), soft_wrap=True)


def _count_decisions(applied: Applied) -> str:
    cells = applied.cells
    contradictions = sum(cell.how == "contradiction" for cell in cells)
    verdicts = Counter(cell.verdict for cell in cells if cell.how != "contradiction")
    records = len({cell.record_id for cell in cells})
    said = f"{verdicts['yes']:,} yes, {verdicts['no']:,} no, {verdicts['unsure']:,} open"
    if contradictions:
        said += f", {contradictions:,} contradicting each other"
    by = f" by {quantity(applied.annotators, 'annotator')}" if applied.annotators else ""
    on = f"{quantity(len(cells), 'tag')} of {quantity(records, 'record')}"
    strange = ((len(applied.amended.strangers), "of no record"), (len(applied.amended.unknown), "of no known tag"))
    if apart := ", ".join(f"{count:,} {what}" for count, what in strange if count):
        on += f" ({apart})"
    return f"{quantity(applied.decisions, 'decision')}{by} on {on}: {said}."


def _change_table(applied: Applied) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Record", overflow="fold", max_width=16, style="cyan")
    longest = max(len(change.tag) for change in applied.amended.changes[:SHOWN])
    table.add_column("Tag", overflow="fold", min_width=min(longest, WIDEST_TAG))
    table.add_column("Change")
    table.add_column("Was given as", overflow="fold")
    table.add_column("Because", overflow="fold")
    for change in applied.amended.changes[:SHOWN]:
        given = "" if change.spelling == change.tag else change.spelling
        because = f"{explain_change(change)} ({by})" if (by := _name_deciders(change.cell)) else explain_change(change)
        table.add_row(str(change.record_id), Text(change.tag), change.kind, Text(given), Text(because))
    return table


def _name_deciders(cell: SettledCell) -> str:
    """Return who settled a cell; of those who disagree, who said what: "3 no: pat, dana, eve; 1 yes: ed"."""
    if cell.how != "majority":
        return _list_names(cell, cell.verdict)
    other: Verdict = "no" if cell.verdict == "yes" else "yes"
    said = ((verdict, _list_names(cell, verdict)) for verdict in (cell.verdict, other))
    return "; ".join(f"{cell.count(verdict)} {verdict}{f': {names}' if names else ''}" for verdict, names in said)


def _list_names(cell: SettledCell, verdict: Verdict) -> str:
    is_final = cell.how == "final"
    said = (each.annotator for each in cell.said if each.verdict == verdict and each.is_final == is_final)
    return ", ".join(dict.fromkeys(filter(None, said)))


def _count_changes(applied: Applied) -> str:
    amended = applied.amended
    kinds = Counter(change.kind for change in amended.changes)
    parts = [f"{kinds[kind]:,} {kind}" for kind in ("added", "removed", "respelt") if kinds[kind]]
    same = f"{quantity(amended.as_given, 'verdict')} {'says' if amended.as_given == 1 else 'say'} what was given."
    if not parts:
        return f"No given tag changes. {same}"
    return f"Given tags: {', '.join(parts)}, in {quantity(len(amended.edits), 'record')}. {same}"


def _say_open(applied: Applied) -> Iterator[str]:
    if applied.waiting:
        waits = f"{quantity(applied.waiting, 'record')} {'waits' if applied.waiting == 1 else 'wait'}"
        yield f"{waits} for more annotators; until then, --least leaves open what too few decided."
    for how, why in OPEN.items():
        cells = [cell for cell in applied.amended.open if cell.how == how]
        if cells:
            yield f"Open, {why}: {_list_cells(cells)}."


def _say_held(applied: Applied) -> Iterator[str]:
    held = applied.amended.held
    pairs = list(_say_pairs(applied))
    if pairs:
        yield f"Contradictions, of which neither counts: {list_some(pairs)}."
    unlabelled = {each.cell.record_id: None for each in held if each.reason == "unlabelled"}
    if unlabelled:
        known = "not all that the run suggests is decided, or nothing is yes" if applied.run else "there is no run"
        names = list_some(map(str, unlabelled))
        yield f"Still unlabelled ({known}): {quantity(len(unlabelled), 'record')} ({names})."
    torn = {each.cell.record_id: None for each in held if each.reason == "no class"}
    if torn:
        yield f"No class is chosen by most: {quantity(len(torn), 'record')} ({list_some(map(str, torn))})."
    orphans = [f"record {each.record_id}: {each.below} below {each.removed}" for each in applied.amended.orphans]
    if orphans:
        yield f"Removed, and a tag below it, on which nobody decided, is still given: {list_some(orphans)}."


def _say_pairs(applied: Applied) -> Iterator[str]:
    """Yield each contradiction once: a yes and the no above it, or two classes that are yes."""
    other = "yes too" if applied.is_exclusive else "no"
    told: set[frozenset[object]] = set()
    for each in applied.amended.held:
        pair = frozenset({each.cell.record_id, each.cell.tag, each.other})
        if each.reason == "contradiction" and each.cell.verdict == "yes" and pair not in told:
            told.add(pair)
            yield f"record {each.cell.record_id}: {each.cell.tag} is yes, {each.other} {other}"


def _say_lost(applied: Applied) -> Iterator[str]:
    amended = applied.amended
    if amended.strangers:
        names = {str(cell.record_id): None for cell in amended.strangers}
        yield f"Of no record: {quantity(len(amended.strangers), 'decided tag')} ({list_some(names)})."
    if amended.unknown:
        names = {cell.tag: None for cell in amended.unknown}
        cells = quantity(len(amended.unknown), "decided tag")
        yield f"Neither in the vocabulary nor given: {cells} ({list_some(names)})."


def _say_gold(applied: Applied) -> str:
    reviewed, before = applied.amended.gold, applied.gold_before
    new = len(reviewed.keys() - before.keys())
    other = sum(i in before and before[i].tags != tags for i, tags in reviewed.items())
    had = f" ({new:,} new, {other:,} with other tags than before)" if before and reviewed else ""
    if not reviewed and applied.run is None and applied.amended.records:
        return "Gold tags: none are new. Which records are reviewed whole, only a run shows (--run)."
    return f"Gold tags: {quantity(len(reviewed), 'record')} reviewed whole{had}; {len(applied.gold):,} in all."


def _list_cells(cells: Sequence[SettledCell]) -> str:
    return f"{quantity(len(cells), 'tag')} ({list_some(f'{cell.record_id}: {cell.tag}' for cell in cells)})"


def _say_next(settings: Settings, applied: Applied, sources: Sequence[str], folder: Path) -> Iterator[str]:
    base = Path(settings.source).parent if settings.source else Path()
    records, gold = folder / applied.records_name, folder / GOLD
    if settings.source:
        inside = [_relative(str(path), base) for path in (records, gold)]
        named = [_relative(source, base) for source in sources]
        yield f"To go on with them, write into {settings.source}:"
        if settings.columns == USUAL_NAMES:
            yield f"  records: {inside[0]}"
        else:
            yield "  records:"
            yield f"    path: {inside[0]}"
        yield f"  gold: {inside[1]}"
        yield f"  decisions: {named[0] if len(named) == 1 else json.dumps(named, ensure_ascii=False)}"
        yield "and run `weaklabel run`. To try them first:"
    else:
        yield "Next:"
    project = [] if base == Path() else ["--project", str(settings.source)]
    options = [*project, "--records", str(records), "--gold", str(gold)]
    if not settings.source:
        options += ["--tags", settings.tags]
    for source in sources:
        options += ["--decisions", source]
    yield f"  {shlex.join(['weaklabel', 'run', *options, '--out', str(settings.out.parent / 'corrected')])}"


def _relative(path: str, base: Path) -> str:
    return path if "://" in path else os.path.relpath(path, base)


def apply_json(applied: Applied, folder: Path | None) -> str:
    """Return all of it as JSON; `folder` is null where there was nothing to apply."""
    amended = applied.amended
    found: dict[str, Any] = {
        "folder": None if folder is None else str(folder),
        "files": [] if folder is None else list(applied.files),
        "decisions": applied.decisions,
        "annotators": applied.annotators,
        "waiting": applied.waiting,
        "cells": len(applied.cells),
        "run": None if applied.run is None else str(applied.run),
        "changes": [
            {
                "record_id": change.record_id,
                "tag": change.tag,
                "change": change.kind,
                "given": change.spelling or None,
                "because": explain_change(change),
            }
            for change in amended.changes
        ],
        "as_given": amended.as_given,
        "open": [{**_name(cell), "why": cell.how} for cell in amended.open],
        "held": [
            {
                "record_id": h.cell.record_id,
                "tag": h.cell.tag,
                "verdict": h.cell.verdict,
                "why": h.reason,
                "other": h.other,
            }
            for h in amended.held
        ],
        "still_given": [
            {"record_id": each.record_id, "removed": each.removed, "below": each.below} for each in amended.orphans
        ],
        "no_record": [_name(cell) for cell in amended.strangers],
        "no_tag": [_name(cell) for cell in amended.unknown],
        "reviewed": amended.reviewed,
        "gold": {"reviewed": len(amended.gold), "all": len(applied.gold)},
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def _name(cell: SettledCell) -> dict[str, Any]:
    return {"record_id": cell.record_id, "tag": cell.tag}
