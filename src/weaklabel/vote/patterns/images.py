r"""Images: each character has an ASCII character that stands for it, so that byte automata can read any text.

An ASCII character is its own image. For every other character, `\w`, `\d` and `\s` say the same of it and of its
image, so that `\b` holds at the same places of a text and of its images. The few letters that equal an ASCII letter
when case is ignored have that letter as their image. Beyond this, images spread: two characters seldom share one.

Which characters an atom (a literal, a `.` or a character class) matches is asked of `re` itself.
"""

from __future__ import annotations

import re
import string
import sys
from functools import cache, lru_cache

ASCII = "".join(map(chr, range(128)))
_ALIASES = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}  # İ ı ſ K
_LETTERS = string.ascii_letters + "_"
_MARKS = string.punctuation.replace("_", "")


def image(c: str) -> str:
    """Return the ASCII character that stands for `c`."""
    code = ord(c)
    if c.isascii():
        return c
    if c in _ALIASES:
        return _ALIASES[c]
    if re.match(r"\d", c):
        return string.digits[code % len(string.digits)]
    if re.match(r"\w", c):
        return _LETTERS[code % len(_LETTERS)]
    return " " if re.match(r"\s", c) else _MARKS[code % len(_MARKS)]


class _Images(dict[int, str]):
    """Images by code point, each found when it is first needed."""

    def __missing__(self, code: int) -> str:
        self[code] = image(chr(code))
        return self[code]


_IMAGES = _Images()
NON_ASCII_IMAGES = frozenset(_LETTERS + string.digits + _MARKS + " ")


def images_of(text: str) -> bytes:
    """Return a text with every character replaced by its image."""
    return (text if text.isascii() else text.translate(_IMAGES)).encode("ascii")


@lru_cache(maxsize=65536)
def ascii_matches(atom: str, flags: int) -> frozenset[str]:
    """Return the ASCII characters that an atom matches."""
    return frozenset(re.findall(atom, ASCII, flags))


@lru_cache(maxsize=65536)
def images_of_variants(literal: str, flags: int) -> frozenset[str]:
    """Return the images of a non-ASCII character and, where case is ignored, of all that it then equals."""
    may_vary = flags & re.IGNORECASE and _is_cased(literal)
    variants = re.findall(literal, cased(), flags) if may_vary else []
    return frozenset(map(image, [literal, *variants]))


@cache
def cased() -> str:
    """Return every non-ASCII character that has an upper or a lower case other than itself."""
    return "".join(c for c in map(chr, range(128, sys.maxunicode + 1)) if _is_cased(c))


def _is_cased(c: str) -> bool:
    return c.lower() != c or c.upper() != c
