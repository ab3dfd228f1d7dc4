"""Texts and lists cut to a length that a page can hold."""

from __future__ import annotations

from collections.abc import Iterable

from weaklabel.terms.records import RecordId

MAX_NAME = 120
MAX_REASON = 500


def clip(text: str, length: int = MAX_NAME) -> str:
    """Return a text, or its beginning and an ellipsis where it is longer than `length`."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def clip_line(text: str, length: int) -> str:
    """Return a text as one line, cut to a length."""
    return clip(" ".join(text[: 4 * length].split()), length)


def clip_id(record_id: RecordId) -> RecordId:
    """Return a record's id, cut where it is a long text."""
    return clip(record_id) if isinstance(record_id, str) else record_id


def clip_all(names: Iterable[str], length: int = MAX_NAME) -> tuple[str, ...]:
    """Return names, each cut to a length."""
    return tuple(clip(name, length) for name in names)
