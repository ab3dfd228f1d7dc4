"""Settle what annotators say of a cell: one verdict, or why there is none.

1. An adjudication is final; of several, the last. One that is unsure leaves the cell open.
2. Else those who said yes or no decide; who is unsure abstains. Fewer of them than `least` settle nothing.
3. All of them, or more than half: theirs is the verdict. As many yes as no is a tie, which settles nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from weaklabel.terms.decisions import Decision, How, SettledCell, Verdict
from weaklabel.terms.records import RecordId

Key = tuple[RecordId, str]


def settle(decisions: Iterable[Decision], least: int = 1) -> tuple[SettledCell, ...]:
    """Settle each cell that was decided on, in the order in which cells first appear.

    Parameters
    ----------
    decisions
        In the order in which they were made, where they do not say when. Of each annotator the last on a cell counts.
    least
        How many must have said yes or no; an adjudication counts alone.
    """
    by_cell: dict[Key, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_cell[decision.record_id, decision.tag].append(decision)
    return tuple(
        SettledCell(record_id, tag, *_decide(last := keep_last(said), least), last)
        for (record_id, tag), said in by_cell.items()
    )


def keep_last(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the last decision of each annotator on one cell, the earliest first; adjudications are kept apart."""
    last: dict[tuple[str, bool], Decision] = {}
    for decision in _in_order(decisions):
        who = decision.annotator, decision.is_final
        last.pop(who, None)
        last[who] = decision
    return tuple(last.values())


def _in_order(decisions: Sequence[Decision]) -> list[Decision]:
    """Return decisions in the order of their times; where one has none, as they stand."""
    times = [read_time(decision.time) for decision in decisions]
    known = [time for time in times if time is not None]
    if len(known) < len(times):
        return list(decisions)
    return [decisions[i] for i in sorted(range(len(known)), key=lambda i: known[i])]


def read_time(text: str) -> datetime | None:
    """Return a time that is written in ISO 8601 (in UTC, where it names no zone); None where it is none."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _decide(said: Sequence[Decision], least: int) -> tuple[Verdict, How]:
    finals = [decision.verdict for decision in said if decision.is_final]
    if finals:
        return finals[-1], "final"
    yes, no = (sum(decision.verdict == verdict for decision in said) for verdict in ("yes", "no"))
    if not yes + no:
        return "unsure", "unsure"
    if yes + no < least:
        return "unsure", "few"
    if yes == no:
        return "unsure", "tie"
    return "yes" if yes > no else "no", "majority" if yes and no else "unanimous"
