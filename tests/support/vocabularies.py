"""Vocabularies written in one line."""

from __future__ import annotations

from weaklabel.errors import Place
from weaklabel.terms import Tag, Vocabulary


def vocabulary(*entries: str) -> Vocabulary:
    """Build a vocabulary from entries "name = alias, alias < parent, parent"; entry n stands in line n of t.json."""
    return Vocabulary.of([_tag(entry, line) for line, entry in enumerate(entries, start=1)])


def _tag(entry: str, line: int) -> Tag:
    rest, _, parents = entry.partition("<")
    name, _, aliases = rest.partition("=")
    return Tag(name.strip(), _names(aliases), _names(parents), place=Place("t.json", line))


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())
