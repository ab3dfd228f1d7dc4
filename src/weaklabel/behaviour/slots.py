"""Slots in templates: `{name}` is filled, `{{` and `}}` are braces."""

from __future__ import annotations

import re
from collections.abc import Callable

_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}")


def slots_in(template: str) -> list[str]:
    """Return the names of a template's slots, in order, each as often as it stands there."""
    return [piece[1] for piece in _PIECE.finditer(template) if piece[1]]


def fill_slots(template: str, text_of: Callable[[str], str]) -> str:
    """Return a template with a text in the place of each slot."""
    return _PIECE.sub(lambda piece: text_of(piece[1]) if piece[1] else piece[0][0], template)


def as_slot(name: str) -> str | None:
    """Return the slot that a name of a tag stands for: `task` for `{task}`; None where it is no slot."""
    whole = _PIECE.fullmatch(name)
    return whole[1] if whole else None
