"""Given tags in JSON and JSON Lines, edited where they stand in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from weaklabel.records.values import as_text
from weaklabel.terms.decisions import TagEdit

Patch = tuple[int, int, str]
"""A stretch of a text, and what stands there instead."""
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class Member(NamedTuple):
    """Where a key of an object, and its value, stand."""

    key_start: int
    start: int
    end: int


def rewrite_json(text: str, column: str, edits: Mapping[int, TagEdit]) -> str:
    """Return the text of a JSON array, or of an object keyed by name, with the tags of some entries edited."""
    begin = _skip(text, 0)
    if text[begin] == "[":
        starts = [start for start, _ in find_elements(text, begin)]
    else:
        starts = [member.start for member in find_members(text, begin).values()]
    return patch(text, [_edit_entry(text, starts[i], column, edit) for i, edit in edits.items()])


def rewrite_json_lines(text: str, column: str, edits: Mapping[int, TagEdit]) -> str:
    """Return JSON Lines with the tags of some entries edited."""
    starts: list[int] = []
    position = 0
    for line in text.split("\n"):  # as they are read: no other character ends a line
        if line.strip(" \t\r"):
            starts.append(position + len(line) - len(line.lstrip(" \t\r")))
        position += len(line) + 1
    return patch(text, [_edit_entry(text, starts[i], column, edit) for i, edit in edits.items()])


def patch(text: str, patches: list[Patch]) -> str:
    """Return a text with stretches of it, which do not overlap, replaced."""
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(patches):
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])


def _edit_entry(text: str, start: int, column: str, edit: TagEdit) -> Patch:
    """Return what changes in the object that begins at `start`."""
    members = find_members(text, start)
    if column in members:
        value = members[column]
        return value.start, value.end, edit_value(text[value.start : value.end], edit)
    new = f"{json.dumps(column)}: {edit_value('null', edit)}"
    if not members:
        return start + 1, start + 1, new
    *_, last = members.values()
    before = text.rfind(",", start, last.key_start) if len(members) > 1 else -1
    glue = text[before : last.key_start] if before >= 0 else ", "
    return last.end, last.end, glue + new


def edit_value(raw: str, edit: TagEdit) -> str:
    """Return the JSON of a record's tags, edited: a list, one name, or null."""
    value: Any = json.loads(raw)
    if edit.becomes_null:
        return "null"
    if isinstance(value, list):
        return _edit_list(raw, edit)
    tags = edit.apply((as_text(value).strip(),) if isinstance(value, str) and value.strip() else ()) or ()
    if isinstance(value, str) and len(tags) == 1:
        return _dump(tags[0], raw)
    return f"[{', '.join(_dump(tag, raw) for tag in tags)}]"


def _edit_list(raw: str, edit: TagEdit) -> str:
    """Return a list without some elements and with others at its end, spaced as it was; the others stay as written."""
    spans = list(find_elements(raw, 0))
    kept: list[str] = []
    for start, end in spans:
        element = raw[start:end]
        name = as_text(json.loads(element)).strip()
        if name not in edit.removed:
            kept.append(_dump(edit.respelt[name], raw) if name in edit.respelt else element)
    kept += [_dump(tag, raw) for tag in edit.added]
    if not kept:
        return "[]"
    lead, trail = (raw[1 : spans[0][0]], raw[spans[-1][1] : -1]) if spans else ("", "")
    glue = raw[spans[0][1] : spans[1][0]] if len(spans) > 1 else f",{lead or ' '}"
    return f"[{lead}{glue.join(kept)}{trail}]"


def _dump(tag: str, like: str) -> str:
    """Return a tag as JSON; in ASCII, where what stood there is escaped."""
    return json.dumps(tag, ensure_ascii=like.isascii() and "\\u" in like)


def find_elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each element of an array begins and ends; the array begins at `start`."""
    position = _skip(text, start + 1)
    while text[position] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


def find_members(text: str, start: int) -> dict[str, Member]:
    """Return where each key of an object, and its value, stand; the object begins at `start`."""
    members: dict[str, Member] = {}
    position = _skip(text, start + 1)
    while text[position] != "}":
        key_start = position
        key, end = _DECODER.raw_decode(text, position)
        value_start = _skip(text, _skip(text, end) + 1)
        _, value_end = _DECODER.raw_decode(text, value_start)
        members[key] = Member(key_start, value_start, value_end)
        position = _skip(text, value_end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return members


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
