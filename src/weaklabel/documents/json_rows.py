"""JSON as rows that know their line: an array of objects, an object keyed by name, or one object a line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from weaklabel.documents.document import Document
from weaklabel.errors import Place, Problem, WeaklabelError

_SPACE = re.compile(r"[ \t\n\r]*")


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


_DECODER = json.JSONDecoder(parse_constant=lambda _constant: None, object_pairs_hook=_refuse_repeats)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file and where it begins; `key` is its name where the file is an object keyed by name."""

    value: Any
    place: Place
    key: str | None = None


class _BrokenError(Exception):
    """The text stops being JSON at `offset`."""

    def __init__(self, what: str, offset: int, fix: str = "") -> None:
        super().__init__(what)
        self.what, self.offset, self.fix = what, offset, fix


def read_json_rows(document: Document, error: type[WeaklabelError]) -> list[Row]:
    """Return the entries of a JSON array, or of an object keyed by name.

    Raises
    ------
    error
        The given error type, where the text is no JSON (with line and column) or is neither array nor object.
    """
    try:
        return _read_container(document)
    except _BrokenError as broken:
        fix = broken.fix or "Mend the file there; a missing or extra comma, quote or bracket is the usual cause."
        raise error(Problem(broken.what, document.place(broken.offset), fix)) from None


def _read_container(document: Document) -> list[Row]:
    text = document.text
    start = _skip_space(text, 0)
    if start == len(text):
        raise _BrokenError("the file is empty.", 0, "Write a JSON list of objects, for example [{...}, {...}].")
    if text[start] not in "[{":
        fix = "Write a JSON list of objects, for example [{...}, {...}]."
        raise _BrokenError("this is no JSON list of objects.", start, fix)
    rows: list[Row] = []
    closing = "]" if text[start] == "[" else "}"
    position = _skip_space(text, start + 1)
    while text[position : position + 1] != closing or rows:
        row, position = _read_entry(document, position, keyed=closing == "}")
        rows.append(row)
        position = _skip_space(text, position)
        if text[position : position + 1] == closing:
            break
        if text[position : position + 1] != ",":
            raise _BrokenError(f"expected a comma or {closing!r} after entry {len(rows)}.", position)
        position = _skip_space(text, position + 1)
    end = _skip_space(text, position + 1)
    if end != len(text):
        fix = "One object a line is JSON Lines: name the file .jsonl." if text[end] == "{" else ""
        raise _BrokenError("there is more text after the end of the JSON value.", end, fix)
    return rows


def _read_entry(document: Document, position: int, *, keyed: bool) -> tuple[Row, int]:
    start, key = position, None
    if keyed:
        key, position = _decode(document.text, position)
        if not isinstance(key, str):
            raise _BrokenError("a key of a JSON object must be in double quotes.", start)
        position = _skip_space(document.text, position)
        if document.text[position : position + 1] != ":":
            raise _BrokenError(f"expected a colon after the key {key!r}.", position)
        position = _skip_space(document.text, position + 1)
    value, position = _decode(document.text, position)
    return Row(value, document.place(start), key), position


def _decode(text: str, position: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as failure:
        raise _BrokenError(
            f"this is not valid JSON: {failure.msg[:1].lower()}{failure.msg[1:]}.", failure.pos
        ) from None
    except RecursionError:
        raise _BrokenError("the values are nested too deeply.", position, "Flatten them.") from None
    except ValueError as failure:  # a repeated key, or an integer of more digits than Python converts
        raise _BrokenError(f"an entry cannot be read: {failure}.", position, "Mend it there.") from None


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def read_json_lines(document: Document, problems: list[Problem]) -> list[Row]:
    """Return the entries of a JSON Lines text; blank lines are passed over.

    A line that is no JSON is added to `problems`.
    """
    rows: list[Row] = []
    # Only \n ends a line in JSON Lines; str.splitlines would also cut at U+2028 and others inside a string.
    for number, line in enumerate(document.text.split("\n"), start=1):
        content = line.strip(" \t\r")
        if not content:
            continue
        column = len(line) - len(line.lstrip(" \t\r"))
        try:
            value, end = _decode(content, 0)
            if end != len(content):
                raise _BrokenError("there is more text after the end of the JSON value.", end)
        except _BrokenError as broken:
            place = Place(document.name, number, column + broken.offset + 1)
            problems.append(Problem(broken.what, place, broken.fix or "Write one complete JSON object a line."))
        else:
            rows.append(Row(value, Place(document.name, number)))
    return rows
