"""The records' ids: whole numbers or texts, all of one kind, no two the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weaklabel.errors import Place, Problem
from weaklabel.records.repeats import SeenIds
from weaklabel.records.values import as_text
from weaklabel.terms.records import RecordId

Entry = tuple[Mapping[str, Any], Place]


class IdReader:
    """Reads the ids of a file, all at once or batch by batch.

    The first batch decides whether ids are numbers or texts: numbers that follow texts are read as text, and texts
    that follow numbers are errors.

    Parameters
    ----------
    seen
        Finds ids that stand in an earlier batch already; without it, only repeats within a batch are found.
    """

    def __init__(self, seen: SeenIds | None = None) -> None:
        self._seen = seen
        self._rows = 0
        self._kind: type[RecordId] | None = None
        self._is_mix_told = False

    def number(self, rows: int) -> range:
        """Return ids for the next rows of a file without ids: their numbers, from 1."""
        self._rows += rows
        return range(self._rows - rows + 1, self._rows + 1)

    def read(self, entries: Sequence[Entry], column: str | None, problems: list[Problem]) -> tuple[RecordId, ...]:
        """Return the ids in a column, or numbers without one; what is wrong with them is added to `problems`."""
        if column is None:
            return tuple(self.number(len(entries)))
        places = [place for _, place in entries]
        ids = [_as_id(value.get(column)) for value, _ in entries]
        for record_id, (value, place) in zip(ids, entries, strict=True):
            if record_id is None:
                fix = f"Give {column!r} a whole number or a text that no other record has."
                problems.append(Problem(f"the id is {_show(value.get(column))}.", place, fix))
        unified = self._unify_types(ids, places, problems)
        _find_repeats(unified, places, problems)
        known = [record_id for record_id in unified if record_id is not None]
        if len(known) == len(ids) and len({type(record_id) for record_id in known}) == 1:
            self.find_earlier(known, places.__getitem__, problems)
        return tuple("" if record_id is None else record_id for record_id in unified)

    def is_of_kind(self, kind: type[RecordId]) -> bool:
        """Say whether ids of a kind need no change to stand beside those read so far; the first ones set the kind."""
        self._kind = self._kind or kind
        return self._kind is kind

    def find_earlier(self, ids: Any, place_of: Callable[[int], Place], problems: list[Problem]) -> None:
        """Report the ids of a batch that an earlier batch has too; the ids are of one kind."""
        for i in self._seen.note(ids) if self._seen else ():
            fix = "It is in an earlier line too: change one, or remove it."
            record_id = ids[i] if isinstance(ids[i], str) else int(ids[i])  # not as NumPy shows it
            problems.append(Problem(f"the id {record_id!r} stands twice.", place_of(i), fix))

    def _unify_types(
        self, ids: Sequence[RecordId | None], places: Sequence[Place], problems: list[Problem]
    ) -> Sequence[RecordId | None]:
        kinds = Counter(type(record_id) for record_id in ids if record_id is not None)
        if self._kind is None and len(kinds) > 1:
            rarer = min(kinds, key=lambda kind: kinds[kind])
            what = f"some ids are numbers ({kinds[int]:,}) and some are text ({kinds[str]:,}); all are read as text."
            place = _first_of(rarer, ids, places)
            problems.append(Problem(what, place, "Write them all in one way.", "warning"))
            self._kind, self._is_mix_told = str, True
        elif self._kind is None:
            self._kind = next(iter(kinds), None)
        others = [kind for kind in kinds if kind is not self._kind]
        if not others:
            return ids
        if self._kind is int:
            what = "this id is text, and those of the earlier records are numbers."
            problems.append(Problem(what, _first_of(str, ids, places), "Write them all in one way."))
            return ids
        if not self._is_mix_told:
            what = "this id is a number, and those of the earlier records are text; all are read as text."
            place = _first_of(int, ids, places)
            problems.append(Problem(what, place, "Write them all in one way.", "warning"))
            self._is_mix_told = True
        return [None if record_id is None else str(record_id) for record_id in ids]


def _first_of(kind: type[RecordId], ids: Sequence[RecordId | None], places: Sequence[Place]) -> Place:
    return next(place for record_id, place in zip(ids, places, strict=True) if isinstance(record_id, kind))


def _as_id(value: Any) -> RecordId | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        return None
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    return as_text(value)


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
