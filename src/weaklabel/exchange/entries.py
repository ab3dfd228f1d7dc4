"""The JSON of other tools: entries that know where they stand, and whose values are checked as they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, TypeVar

from weaklabel.documents import Row, read_json_lines, read_json_rows
from weaklabel.documents.document import decode
from weaklabel.errors import ExchangeError, Place, Problem, quantity, raise_errors
from weaklabel.terms.records import RecordId

Nothing = TypeVar("Nothing")


class Entry:
    """An object of a file. A value of the wrong type is added to the problems, and read as if it were not there."""

    def __init__(
        self, value: Any, place: Place, problems: list[Problem], path: str = "", key: str | None = None
    ) -> None:
        self.place, self.key = place, key
        self._problems, self._path = problems, path
        self._value: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._refuse(path.removesuffix(".") or "the entry", value, "an object")

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def __getitem__(self, key: str) -> Any:
        return self._value.get(key)

    def names_of_values(self) -> tuple[str, ...]:
        """Return the names of its values."""
        return tuple(self._value)

    def text(self, key: str) -> str:
        """Return a text, "" where there is none; a number is read as text."""
        value = self._value.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return self._missing(key, "a text", "")

    def number(self, key: str) -> float | None:
        """Return a number, or None."""
        value = self._value.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        return self._missing(key, "a number", None)

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of texts without repeats; one text is a list of one."""
        value = self._value.get(key)
        value = [value] if isinstance(value, str) else value
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(dict.fromkeys(value))
        return self._missing(key, "a list of texts", ())

    def numbers(self, key: str) -> list[int]:
        """Return a list of whole numbers."""
        value = self._value.get(key)
        if isinstance(value, list) and all(type(item) is int for item in value):
            return value
        return self._missing(key, "a list of whole numbers", [])

    def record_id(self, key: str = "record_id") -> RecordId | None:
        """Return a record's id, a whole number (pandas may have made it 7.0) or a text; None where there is none."""
        value = self._value.get(key)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) or type(value) is int:
            return value
        return self._missing(key, "the id of a record", None)

    def entry(self, key: str) -> Entry:
        """Return an object, an empty one where there is none."""
        value = self._value.get(key)
        return self._inner(key, {} if value is None else value)

    def entries(self, key: str) -> list[Entry]:
        """Return a list of objects."""
        value = self._value.get(key)
        if isinstance(value, list):
            return [self._inner(f"{key}[{i}]", item) for i, item in enumerate(value)]
        return self._missing(key, "a list of objects", [])

    def refuse(self, key: str, expected: str) -> None:
        """Say that a value is not what it should be."""
        self._refuse(self._path + key, self._value.get(key), expected)

    def _inner(self, key: str, value: Any) -> Entry:
        return Entry(value, self.place, self._problems, f"{self._path}{key}.")

    def _missing(self, key: str, expected: str, empty: Nothing) -> Nothing:
        if self._value.get(key) is not None:
            self.refuse(key, expected)
        return empty

    def _refuse(self, name: str, value: Any, expected: str) -> None:
        shown = json.dumps(value, ensure_ascii=False, default=str)
        shown = shown if len(shown) <= 40 else f"{shown[:39]}…"
        fix = "Export it again, and name the format that it is in."
        self._problems.append(Problem(f"{name} is {shown}; it should be {expected}.", self.place, fix))


def without_companions(files: Mapping[str, bytes], *names: str) -> Mapping[str, bytes]:
    """Return files but those that went out beside the ones which come back; all, where there are no others."""
    return {path: data for path, data in files.items() if PurePath(path).name not in names} or files


def read_entries(files: Mapping[str, bytes], problems: list[Problem]) -> Iterator[Entry]:
    """Yield the entries of JSON and JSON Lines files; what is wrong with them is added to `problems`.

    Raises
    ------
    ExchangeError
        Where a file is empty or no JSON, with line and column.
    """
    broken: list[Problem] = []
    rows = [row for name, data in files.items() for row in _read_rows(name, data, broken)]
    raise_errors(broken, ExchangeError)
    for row in rows:
        yield Entry(row.value, row.place, problems, key=row.key)


def keep_marked(entries: Iterable[Entry], kind: str, markers: Sequence[str], problems: list[Problem]) -> list[Entry]:
    """Return the entries that have a value of one of the names by which a tool's files are known.

    The others say nothing: they are counted in `problems`, and a file of nothing else is not that tool's.

    Parameters
    ----------
    kind
        What the files are, as "Label Studio export".
    markers
        The names, the usual one first.

    Raises
    ------
    ExchangeError
        With every file that has no such entry, and what was wrong before.
    """
    known = list(entries)
    marked = [entry for entry in known if any(name in entry for name in markers)]
    ours = {entry.place.path for entry in marked}
    foreign = {entry.place.path: entry.place for entry in reversed(known) if entry.place.path not in ours}
    if foreign:
        what, fix = f"this is no {kind}: it has no `{markers[0]}`.", "Name the format that it is in."
        raise ExchangeError([*problems, *(Problem(what, place, fix) for place in reversed(foreign.values()))])
    if silent := sum(bool(entry.names_of_values()) for entry in known) - len(marked):
        what = f"passed over, without `{markers[0]}`: {quantity(silent, 'row')} of {len(known):,}."
        problems.append(Problem(what, severity="warning"))
    return marked


def read_object(name: str, data: bytes, problems: list[Problem]) -> Entry:
    """Return a JSON file that is one object; raises ExchangeError as :func:`read_entries` does."""
    rows = read_json_rows(decode(name, data, ExchangeError), ExchangeError)
    is_object = all(row.key is not None for row in rows)
    return Entry({row.key: row.value for row in rows} if is_object else [], Place(name), problems)


def _read_rows(name: str, data: bytes, broken: list[Problem]) -> list[Row]:
    document = decode(name, data, ExchangeError)
    if not document.text.strip():
        broken.append(Problem("the file is empty.", Place(name), "Export it again."))
        return []
    if name.endswith((".jsonl", ".ndjson")) or _is_lines(document.text):
        return read_json_lines(document, broken)
    try:
        return read_json_rows(document, ExchangeError)
    except ExchangeError as error:
        broken.extend(error.problems)
        return []


def _is_lines(text: str) -> bool:
    """Say whether the first line is an object of its own, and not one of objects that are keyed by name."""
    try:
        value = json.loads(text.strip().partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and not all(isinstance(inner, dict) for inner in value.values())


def json_lines(values: list[Mapping[str, Any]]) -> bytes:
    """Return objects as JSON Lines."""
    return "".join(f"{_compact(value)}\n" for value in values).encode()


def json_file(value: list[Any] | Mapping[str, Any]) -> bytes:
    """Return a list or an object as a JSON file, an entry a line."""
    if isinstance(value, list):
        lines, (start, end) = [_compact(item) for item in value], "[]"
    else:
        lines, (start, end) = [f"{_compact(key)}: {_compact(item)}" for key, item in value.items()], "{}"
    return "\n".join([start, ",\n".join(lines), end, ""]).encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
