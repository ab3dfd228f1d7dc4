"""The records' ids: whole numbers or texts, all of one kind, no two the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from weaklabel.errors import Place, Problem
from weaklabel.records.values import as_text
from weaklabel.terms.records import RecordId

Entry = tuple[Mapping[str, Any], Place]


def read_ids(entries: Sequence[Entry], column: str | None, problems: list[Problem]) -> tuple[RecordId, ...]:
    """Return the ids in a column, or 1, 2, … without one; what is wrong with them is added to `problems`."""
    if column is None:
        return tuple(range(1, len(entries) + 1))
    places = [place for _, place in entries]
    ids = [_as_id(value.get(column)) for value, _ in entries]
    for record_id, (value, place) in zip(ids, entries, strict=True):
        if record_id is None:
            fix = f"Give {column!r} a whole number or a text that no other record has."
            problems.append(Problem(f"the id is {_show(value.get(column))}.", place, fix))
    unified = _unify_types(ids, places, problems)
    _find_repeats(unified, places, problems)
    return tuple("" if record_id is None else record_id for record_id in unified)


def _as_id(value: Any) -> RecordId | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        return None
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    return as_text(value)


def _unify_types(
    ids: Sequence[RecordId | None], places: Sequence[Place], problems: list[Problem]
) -> Sequence[RecordId | None]:
    kinds = Counter(type(record_id) for record_id in ids if record_id is not None)
    if len(kinds) < 2:
        return ids
    rarer = min(kinds, key=lambda kind: kinds[kind])
    place = next(place for record_id, place in zip(ids, places, strict=True) if isinstance(record_id, rarer))
    what = f"some ids are numbers ({kinds[int]:,}) and some are text ({kinds[str]:,}); all are read as text."
    problems.append(Problem(what, place, "Write them all in one way.", "warning"))
    return [None if record_id is None else str(record_id) for record_id in ids]


def _find_repeats(ids: Sequence[RecordId | None], places: Sequence[Place], problems: list[Problem]) -> None:
    first: dict[RecordId, Place] = {}
    for record_id, place in zip(ids, places, strict=True):
        if record_id is None:
            continue
        if record_id in first:
            fix = f"It is in line {first[record_id].line} too: change one, or remove it."
            problems.append(Problem(f"the id {record_id!r} stands twice.", place, fix))
        first.setdefault(record_id, place)


def _show(value: Any) -> str:
    return "missing" if value is None else "an empty text" if value == "" else repr(str(value)[:40])
