"""Whether parts of a rule stand near each other in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from weaklabel.folding import is_unspaced

Offsets = Sequence[tuple[int, int]]

_WORD = re.compile(r"\w+")


def find_words(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word: a run of letters, digits and marks; in scripts without spaces, a character."""
    words: list[tuple[int, int]] = []
    for run in _WORD.finditer(text):
        start = run.start()
        for offset in range(run.start(), run.end()):
            if is_unspaced(text[offset]):
                words += [(start, offset)] * (start < offset)
                words.append((offset, offset + 1))
                start = offset + 1
        words += [(start, run.end())] * (start < run.end())
    return words


def stand_within(text: str, parts: Sequence[Offsets], n_words: int) -> bool:
    """Say whether one span of each part lies in a stretch of at most `n_words` words.

    The stretch begins where one of the spans does; for each such place every part's span that ends first is taken.
    """
    if not all(parts):
        return False
    words = find_words(text)
    word_starts, word_ends = [start for start, _ in words], [end for _, end in words]
    by_start = [_by_start(spans) for spans in parts]
    for begin in sorted({start for spans in parts for start, _ in spans}):
        ends = [_first_end(firsts, least, begin) for firsts, least in by_start]
        if any(end is None for end in ends):
            return False  # what begins later lacks that part too
        last = max(end for end in ends if end is not None)
        if bisect_left(word_starts, last) - bisect_right(word_ends, begin) <= n_words:
            return True
    return False


def _by_start(spans: Offsets) -> tuple[list[int], list[int]]:
    """Return starts, ascending, and for each the least end of the spans from there on."""
    ordered = sorted(spans)
    least = [end for _, end in ordered]
    for i in range(len(least) - 2, -1, -1):
        least[i] = min(least[i], least[i + 1])
    return [start for start, _ in ordered], least


def _first_end(starts: list[int], least: list[int], begin: int) -> int | None:
    place = bisect_left(starts, begin)
    return least[place] if place < len(least) else None


def count_apart(spans: Offsets) -> int:
    """Return how many of some spans there are that do not overlap, at most."""
    count, last = 0, -1
    for start, end in sorted(spans, key=lambda span: span[1]):
        if start >= last:
            count, last = count + 1, end
    return count
