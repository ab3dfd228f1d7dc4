"""Atoms: a literal, a `.` or a character class of Python's `re` becomes a class of images for RE2."""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from weaklabel.vote.patterns.images import ASCII, NON_ASCII_IMAGES, ascii_matches, images_of_variants

_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL
_NOTHING = r"[^\x00-\xff]"
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def atom_images(opcode: Any, argument: Any, flags: int, *, ascii_only: bool) -> frozenset[str]:
    """Return the images of the characters that an atom, as the parser of `re` gives it, matches, or more."""
    flags &= _FLAGS
    images = ascii_matches(_spell_atom(opcode, argument), flags)
    return images if ascii_only else images | _non_ascii_images(opcode, argument, flags)


def _spell_atom(opcode: Any, argument: Any) -> str:
    """Write an atom, or a member of a character class, as `re` reads it."""
    match opcode:
        case sre.ANY:
            return "."
        case sre.NEGATE:
            return "^"
        case sre.LITERAL:
            return f"\\U{argument:08x}"
        case sre.NOT_LITERAL:
            return f"[^\\U{argument:08x}]"
        case sre.RANGE:
            return "\\U{:08x}-\\U{:08x}".format(*argument)
        case sre.CATEGORY:
            return _CATEGORIES[argument]
    return f"[{''.join(_spell_atom(*member) for member in argument)}]"


def _non_ascii_images(opcode: Any, argument: Any, flags: int) -> frozenset[str]:
    """Return the images of the non-ASCII characters that an atom matches, or more.

    Left out are images that are themselves ASCII characters which the atom matches: those of its categories, and of
    the letters that equal an ASCII letter when case is ignored.
    """
    members = argument if opcode is sre.IN else [(opcode, argument)]
    kinds = {kind for kind, _ in members}
    if (
        kinds & {sre.ANY, sre.NOT_LITERAL}
        or (sre.NEGATE in kinds and kinds & {sre.LITERAL, sre.RANGE})
        or (sre.CATEGORY in kinds and flags & re.ASCII)
        or any(kind is sre.RANGE and ends[1] >= len(ASCII) for kind, ends in members)
    ):
        return NON_ASCII_IMAGES
    literals = [chr(code) for kind, code in members if kind is sre.LITERAL and code >= len(ASCII)]
    return frozenset[str]().union(*(images_of_variants(literal, flags) for literal in literals))


@lru_cache(maxsize=4096)
def spell_class(characters: frozenset[str]) -> str:
    """Write a set of ASCII characters as RE2 reads it, neighbours as ranges."""
    if not characters:
        return _NOTHING
    codes = sorted(map(ord, characters))
    firsts = [code for code in codes if code - 1 not in codes]
    lasts = [code for code in codes if code + 1 not in codes]
    return f"[{''.join(_spell_range(*ends) for ends in zip(firsts, lasts, strict=True))}]"


def _spell_range(first: int, last: int) -> str:
    ends = [chr(code) if chr(code).isalnum() else f"\\x{code:02x}" for code in (first, last)]
    return ends[0] if first == last else "-".join(ends)
