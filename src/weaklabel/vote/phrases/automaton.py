"""Phrases in one folded text, on pyahocorasick: with where they stand, and with matches inside others dropped.

The compiled matcher (phrases.c) says only which phrases occur, and is some thirty times as fast. What it cannot say,
and all of it where it is not installed, is said here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import ahocorasick

from weaklabel.folding import is_unspaced, is_word_character


class Match(NamedTuple):
    """A phrase found in a folded text, by its position among the phrases and where it starts and ends."""

    phrase: int
    start: int
    end: int


class Automaton:
    """Finds every one of many folded forms in folded texts.

    Parameters
    ----------
    forms
        Pairs of a folded form and the position of its phrase.
    """

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        phrases: dict[str, list[int]] = defaultdict(list)
        for form, phrase in forms:
            phrases[form].append(phrase)
        self._automaton = ahocorasick.Automaton()
        for form, indices in phrases.items():
            self._automaton.add_word(form, (len(form), tuple(indices)))
        if phrases:
            self._automaton.make_automaton()

    def find(self, folded: str) -> list[Match]:
        """Return every match in a folded text, in order of where they end."""
        if not len(self._automaton):
            return []
        return [
            Match(phrase, end - length + 1, end + 1)
            for end, (length, indices) in self._automaton.iter(folded)
            if is_bounded(folded, end - length + 1, end + 1)
            for phrase in indices
        ]


def drop_nested(matches: Iterable[Match], owners: Sequence[Hashable]) -> list[Match]:
    """Drop each match that lies strictly inside one of another owner, in one sweep by start, longest first."""
    # The two furthest ends so far that belong to different owners, each with where that match begins.
    furthest: list[tuple[int, int, Hashable]] = []
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (match.start, -match.end)):
        owner = owners[match.phrase]
        if not any(
            other != owner and match.end <= end and (start, end) != (match.start, match.end)
            for end, start, other in furthest
        ):
            kept.append(match)
        best: dict[Hashable, tuple[int, int, Hashable]] = {}
        for entry in sorted([*furthest, (match.end, match.start, owner)], key=lambda entry: (-entry[0], entry[1])):
            best.setdefault(entry[2], entry)
        furthest = list(best.values())[:2]
    return kept


def is_bounded(folded: str, start: int, end: int) -> bool:
    """Say whether `folded[start:end]` starts and ends on token boundaries."""
    return _starts_token(folded, start) and _ends_token(folded, end)


def _starts_token(folded: str, start: int) -> bool:
    if start == 0:
        return True
    before, first = folded[start - 1], folded[start]
    if is_unspaced(before) or is_unspaced(first):
        return True
    if is_word_character(first):
        return not is_word_character(before)
    return not is_word_character(before) and before != first


def _ends_token(folded: str, end: int) -> bool:
    if end == len(folded):
        return True
    last, after = folded[end - 1], folded[end]
    if is_unspaced(last) or is_unspaced(after):
        return True
    if not is_word_character(last):
        return after != last
    if after == "+":
        return folded[end + 1 : end + 2] != "+"
    if after == "#":
        return folded[end + 1 : end + 2].isalpha()  # `c#` is a token; in `#ml#nlp` the second # begins one
    return not is_word_character(after)
