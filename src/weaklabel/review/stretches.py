"""Texts cut where tags are spoken of, so that a page can mark it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

MAX_TEXT = 20_000  # characters of a field


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text, in characters, and the tag that it speaks of."""

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text; `tags` are those that it speaks of (empty for plain text)."""

    text: str
    tags: tuple[str, ...] = ()


def cut(text: str, marks: Iterable[Mark]) -> Iterator[Stretch]:
    """Cut a text at the ends of marks, so that every character is in one stretch; a very long text is cut off."""
    end = min(len(text), MAX_TEXT)
    kept = [mark for mark in marks if 0 <= mark.start < mark.end <= end]
    edges = sorted({0, end, *(edge for mark in kept for edge in (mark.start, mark.end))})
    for low, high in pairwise(edges):
        tags = dict.fromkeys(mark.tag for mark in kept if mark.start <= low and high <= mark.end)
        yield Stretch(text[low:high], tuple(tags))
    if end < len(text):
        yield Stretch(f" … ({len(text) - end:,} more characters)")
