"""What the compiled matcher knows of characters, from Python's own Unicode data, 256 code points at a time."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from weaklabel.folding import fold, is_separator, is_unspaced, is_word_character, joins_previous

SIZE = 256

WORD, UNSPACED, SPACE, ALPHA, JOINING = 1, 2, 4, 8, 16
"""Classes of characters; phrases.h has the same numbers."""


class Page(NamedTuple):
    """The characters of one page, and the folded forms of all of them in one string of bytes.

    Attributes
    ----------
    offsets, lengths, classes
        For each of the 256 characters where its folded form starts, how many bytes it has, and its class.
    folded
        The folded forms, UTF-8.
    needed
        The pages of the characters that occur in the folded forms.
    """

    offsets: array[int]
    lengths: bytes
    classes: bytes
    folded: bytes
    needed: frozenset[int]


def make_page(number: int, *, keep_case: bool) -> Page:
    """Return page `number`: the code points from 256 · number on."""
    offsets, lengths, classes, folded = array("H"), bytearray(), bytearray(), bytearray()
    needed: set[int] = set()
    for code in range(number * SIZE, (number + 1) * SIZE):
        c = chr(code)
        form = "" if joins_previous(c) else fold(c, keep_case=keep_case)
        needed.update(pages_of(form))
        encoded = form.encode("utf-8", "surrogatepass")
        offsets.append(len(folded))
        lengths.append(len(encoded))
        classes.append(classify(c))
        folded += encoded
    return Page(offsets, bytes(lengths), bytes(classes), bytes(folded), frozenset(needed))


def classify(c: str) -> int:
    """Return the class of a character; 0 is a symbol."""
    joining = JOINING if joins_previous(c) else 0
    if is_separator(c):
        return SPACE | joining
    kinds = ((WORD, is_word_character(c)), (UNSPACED, is_unspaced(c)), (ALPHA, c.isalpha()))
    return sum(bit for bit, holds in kinds if holds) | joining


def pages_of(text: str) -> set[int]:
    """Return the pages on which a text's characters are."""
    return {ord(c) // SIZE for c in text}
