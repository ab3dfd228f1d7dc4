"""Who said what, and which of it counts: annotators that go by their files, and of each one the last word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath

from weaklabel.errors import Problem, list_some, quantity
from weaklabel.exchange import Annotation
from weaklabel.terms.records import RecordId

_Question = tuple[RecordId | None, str | None]
# What may tell the files of annotators apart: ann.csv and ben.csv, ann/1.ann and ben/1.ann, …
_NAMINGS: tuple[Callable[[PurePath], str], ...] = (
    lambda path: path.stem,
    lambda path: path.parent.name,
    lambda path: str(path.parent),
    str,
)


def name_annotators(rows: Sequence[Annotation], warnings: list[Problem]) -> list[Annotation]:
    """Return annotations with names, where several files answer the same question and do not say whose answer it is.

    Without names they would be one annotator's, of which only the last counts.
    """
    files: dict[_Question, set[PurePath]] = defaultdict(set)
    for row in rows:
        if not row.annotator:
            files[row.record_id, row.only].add(PurePath(row.place.path))
    rivals = [paths for paths in files.values() if len(paths) > 1]
    if not rivals:
        return list(rows)
    name = next(naming for naming in _NAMINGS if all(len({*map(naming, paths)}) == len(paths) for paths in rivals))
    named = [row if row.annotator else replace(row, annotator=name(PurePath(row.place.path))) for row in rows]
    whose = sorted({name(path) for paths in files.values() for path in paths})
    what = "files that do not say who answered have the same records; each is taken for one annotator's"
    warnings.append(Problem(f"{what}: {list_some(whose)}.", severity="warning"))
    return named


def keep_last(rows: Iterable[Annotation], warnings: list[Problem]) -> list[Annotation]:
    """Return one annotation for each question and annotator: the last one, by time, else by its place."""
    last: dict[tuple[RecordId | None, str | None, str], Annotation] = {}
    earlier = 0
    for row in rows:
        key = (row.record_id, row.only, row.annotator)
        earlier += key in last
        if key not in last or _seconds(row.time) >= _seconds(last[key].time):
            last[key] = row
    if earlier:
        what = (
            f"{quantity(earlier, 'annotation')} had a later one of the same record by the same annotator, which counts."
        )
        warnings.append(Problem(what, severity="warning"))
    if skipped := sum(row.is_skipped for row in last.values()):
        what = f"{quantity(skipped, 'annotation')} skipped: what was suggested there is unsure."
        warnings.append(Problem(what, severity="warning"))
    return list(last.values())


def _seconds(time: str) -> float:
    """Return a time of ISO 8601 in seconds, in UTC where it has no zone; what is none is before all others."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return float("-inf")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
