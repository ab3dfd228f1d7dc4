"""Folding: the one form in which spellings and texts are compared.

A folded text is NFKC-normalised and casefolded, and each run of white space, hyphens (Unicode's dash punctuation)
and underscores is one space. Folding is done on whole strings; :func:`fold_with_offsets` does the same piece by
piece, so that a match in the folded text is found again in the original.

Source: Unicode Standard Annex #15 (normalisation forms) and section 3.13 (default case folding).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise


@cache
def _separators() -> re.Pattern[str]:
    dashes = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Pd")
    return re.compile(f"[\\s_{re.escape(dashes)}]+")


_ASCII_SEPARATORS = re.compile(r"[\s_-]+")


def fold(text: str, *, keep_case: bool = False) -> str:
    """Return `text` in the form in which surfaces and texts are compared; `keep_case` leaves out casefolding."""
    if text.isascii():
        return _ASCII_SEPARATORS.sub(" ", text if keep_case else text.lower())
    return _separators().sub(" ", _normalise(text, keep_case=keep_case))


def _normalise(text: str, *, keep_case: bool) -> str:
    normal = unicodedata.normalize("NFKC", text)
    # Casefolding can leave a text that is no longer normal (İ becomes i and a combining dot), hence the second pass.
    return normal if keep_case else unicodedata.normalize("NFKC", normal.casefold())


def fold_with_offsets(text: str, *, keep_case: bool = False) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters and its end, the offset in `text` where it begins.

    A character that came from several (a run of spaces, a base with its accents) begins where the first began.
    """
    joined, starts = _normalise_with_offsets(text, keep_case=keep_case)
    out: list[str] = []
    offsets: list[int] = []
    position = 0
    for run in _separators().finditer(joined):
        out.extend((joined[position : run.start()], " "))
        offsets.extend(starts[position : run.start() + 1])
        position = run.end()
    out.append(joined[position:])
    offsets.extend(starts[position:])
    return "".join(out), offsets


def _normalise_with_offsets(text: str, *, keep_case: bool) -> tuple[str, Sequence[int]]:
    if text.isascii():
        return (text if keep_case else text.lower()), range(len(text) + 1)
    folded: list[str] = []
    starts: list[int] = []
    for start, end in pairwise(_segment_starts(text)):
        piece = _normalise(text[start:end], keep_case=keep_case)
        folded.append(piece)
        starts.extend([start] * len(piece))
    return "".join(folded), [*starts, len(text)]


def _segment_starts(text: str) -> list[int]:
    """Return where each piece begins that normalises on its own, and the text's end."""
    starts = [i for i, c in enumerate(text) if i == 0 or not joins_previous(c)]
    return [*starts, len(text)]


@lru_cache(maxsize=4096)
def joins_previous(c: str) -> bool:
    """Say whether normalisation may merge or reorder `c` with what stands before it."""
    if c.isascii():
        return False
    first = unicodedata.normalize("NFKD", c)[0]
    return unicodedata.combining(first) != 0 or first in _second_parts()


@cache
def _second_parts() -> frozenset[str]:
    """Return the starters that compose with a character before them: Hangul vowels and finals, some Indic signs."""
    seconds = {chr(c) for c in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    for c in range(0x300, 0x20000):
        parts = unicodedata.decomposition(chr(c)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            second = chr(int(parts[1], 16))
            if unicodedata.combining(second) == 0:
                seconds.add(second)
    return frozenset(seconds)


# Scripts that are written without spaces between words, or (Hangul) with particles attached to them.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul Jamo
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, number zero
    (0x3040, 0x318F),  # Hiragana, Katakana, Bopomofo, Hangul compatibility Jamo
    (0x31A0, 0x31BF),  # Bopomofo extended
    (0x31F0, 0x31FF),  # Katakana phonetic extensions
    (0x3400, 0x4DBF),  # CJK extension A
    (0x4E00, 0x9FFF),  # CJK unified ideographs
    (0xA960, 0xA97F),  # Hangul Jamo extended A
    (0xA9E0, 0xA9FF),  # Myanmar extended B
    (0xAA60, 0xAA7F),  # Myanmar extended A
    (0xAC00, 0xD7FF),  # Hangul syllables, Jamo extended B
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0x1AFF0, 0x1B16F),  # Kana extensions and supplement
    (0x20000, 0x3FFFF),  # CJK extensions B and later
)
_UNSPACED_STARTS = [first for first, _ in _UNSPACED]


@lru_cache(maxsize=4096)
def is_word_character(c: str) -> bool:
    """Say whether `c` is a letter, a number or a combining mark: what words are made of."""
    return unicodedata.category(c)[0] in "LNM"


def is_separator(c: str) -> bool:
    """Say whether folding makes a space of `c`: white space, a dash or an underscore."""
    return _separators().fullmatch(c) is not None


@lru_cache(maxsize=4096)
def is_unspaced(c: str) -> bool:
    """Say whether `c` belongs to a script in which a word needs no boundary (CJK, Hangul, Thai, Lao, Khmer, …)."""
    index = bisect_right(_UNSPACED_STARTS, ord(c)) - 1
    return index >= 0 and ord(c) <= _UNSPACED[index][1]
