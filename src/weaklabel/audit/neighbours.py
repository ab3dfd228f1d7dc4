"""The records whose text is most like a finding's, and which of them have the tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.terms import ResolvedTags, SimilarRecord, Vocabulary, canonical_names

NEAREST = 10
SHOWN = 3
FindSimilar = Callable[[int, "npt.NDArray[np.intp]", int], Sequence[tuple[int, float]]]
"""Called with a record, the records to compare it with, and how many to return; gives them with a similarity."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest records on one tag: how many of them have it, and the most similar records that have it."""

    compared: int
    with_tag: int
    having_it: tuple[SimilarRecord, ...]

    def in_words(self, class_name: str | None = None) -> str:
        """Return the count as a sentence; with a class's name, of records that are given exactly one."""
        is_one = self.with_tag == 1
        what = "it" if class_name is None else repr(class_name)
        some = f"{self.with_tag or 'None'} of the {self.compared} records with the most similar texts"
        return f"{some} {'was' if is_one else 'were'} given {what}."


class Neighbourhood:
    """Compares records by their texts.

    Parameters
    ----------
    given, vocabulary
        The given tags of each record.
    find_similar
        See :data:`FindSimilar`.
    """

    def __init__(self, given: Sequence[ResolvedTags], vocabulary: Vocabulary, find_similar: FindSimilar) -> None:
        self._find_similar = find_similar
        self._labelled = np.array([i for i, tags in enumerate(given) if tags is not None], dtype=np.intp)
        self._tags = [{vocabulary.index[name] for name in canonical_names(tags)} for tags in given]
        holders: dict[int, list[int]] = {}
        for record, tags in enumerate(self._tags):
            for tag in tags:
                holders.setdefault(tag, []).append(record)
        self._holders = {tag: np.array(records, dtype=np.intp) for tag, records in holders.items()}
        self._nearest: dict[int, list[int]] = {}

    def of_cell(self, record: int, tag: int) -> Neighbours | None:
        """Compare a record with others on one tag; None where no text is like its own."""
        if record not in self._nearest:
            self._nearest[record] = [other for other, _ in self._find_similar(record, self._labelled, NEAREST)]
        nearest = self._nearest[record]
        if not nearest:
            return None
        holders = self._holders.get(tag, np.array([], dtype=np.intp))
        similar = self._find_similar(record, holders, SHOWN)
        having_it = tuple(SimilarRecord(other, round(alike, 3)) for other, alike in similar)
        return Neighbours(len(nearest), sum(tag in self._tags[other] for other in nearest), having_it)
