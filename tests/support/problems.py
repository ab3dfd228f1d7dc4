"""What a reader of an error sees: where each problem stands, what it says, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from weaklabel.errors import Problem


def where(problems: Iterable[Problem]) -> list[tuple[int, int]]:
    """Return the line and column of each problem; 0 means "not known"."""
    return [(p.place.line, p.place.column) if p.place else (0, 0) for p in problems]


def what(problems: Iterable[Problem]) -> list[str]:
    return [p.what for p in problems]


def shown(problems: Iterable[Problem]) -> list[str]:
    """Return each problem as a person reads it: place, what, fix."""
    return [str(p) for p in problems]
