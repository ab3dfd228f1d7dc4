"""Leaks: records of one split whose text, or nearly that, is in another split too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weaklabel.splits.duplicates import WORDLESS, Duplicates


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """Two records in different splits, by position, the earlier first; `similarity` is 1 where their words are one."""

    record: int
    other: int
    similarity: float


def find_leaks(duplicates: Duplicates, splits: Sequence[str | None]) -> list[Leak]:
    """Return pairs of duplicates in different splits, the most similar first.

    Every record that is paired with one in another split is in a pair at least; of many copies of one text, each is
    paired with the first that is in another split. None is no split: such a record leaks nowhere.
    """
    copies: dict[int, list[int]] = {}
    for record, text in enumerate(duplicates.text.tolist()):
        if text != WORDLESS and splits[record] is not None:
            copies.setdefault(text, []).append(record)
    found: dict[tuple[int, int], float] = {}
    for own in copies.values():
        found |= dict.fromkeys(_pair_across(own, own, splits), 1.0)
    for (text, other), similarity in zip(duplicates.near.tolist(), duplicates.similarity.tolist(), strict=True):
        own, theirs = copies.get(text, []), copies.get(other, [])
        pairs = (*_pair_across(own, theirs, splits), *_pair_across(theirs, own, splits))
        found |= dict.fromkeys(pairs, similarity)
    leaks = [Leak(record, other, similarity) for (record, other), similarity in found.items()]
    return sorted(leaks, key=lambda leak: (-leak.similarity, leak.record, leak.other))


def _pair_across(
    records: Sequence[int], others: Sequence[int], splits: Sequence[str | None]
) -> Iterator[tuple[int, int]]:
    """Pair each record with the first of the others that is in another split."""
    firsts: dict[str | None, int] = {}
    for other in others:
        firsts.setdefault(splits[other], other)
    for record in records:
        elsewhere = [first for split, first in firsts.items() if split != splits[record]]
        if elsewhere:
            other = min(elsewhere)
            yield min(record, other), max(record, other)
