"""Where labeling functions meet: on which cells two of them vote, alike or otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from weaklabel.report.clipping import clip, clip_all
from weaklabel.report.data import LFGrid, LFPair
from weaklabel.terms import PRESENT, Votes

MAX_PAIRS = 20
MAX_GRID = 12

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Every two labeling functions that vote on a cell together (or on a record, where it has exactly one class).

    Attributes
    ----------
    lf_ids
        The labeling functions' ids.
    first, second
        int64 of shape (pairs,): positions in `lf_ids`, the first one less than the second.
    both, conflicts
        int64 of shape (pairs,): the cells on which both vote, and on which they disagree.
    overlap
        float64 of shape (pairs,): the share of `both` among the cells on which either votes.
    """

    lf_ids: tuple[str, ...]
    first: Ints
    second: Ints
    both: Ints
    conflicts: Ints
    overlap: npt.NDArray[np.float64]

    @classmethod
    def of(cls, votes: Votes, *, n_classes: int | None = None) -> Meetings:
        """Count the meetings of all votes.

        Parameters
        ----------
        votes
            The vote matrix.
        n_classes
            Where each record has exactly one class, how many there are. Labeling functions then meet on records, and
            disagree where they vote for different classes; of two classes, "absent" for one is a vote for the other,
            of more, such votes are left out.
        """
        said = votes if n_classes is None else _as_classes(votes, n_classes)
        width = int(said.tag.max(initial=0)) + 1
        cell = said.record.astype(np.int64) * (1 if n_classes else width) + (0 if n_classes else said.tag)
        answer = (said.record.astype(np.int64) * width + said.tag) * 2 + (said.vote == PRESENT)
        both: coo_array = _count_shared(cell, said).tocoo()
        alike = _count_shared(answer, said)
        kept = both.row < both.col
        first, second, shared = both.row[kept].astype(np.int64), both.col[kept].astype(np.int64), both.data[kept]
        order = np.lexsort((second, first))
        first, second, shared = first[order], second[order], shared[order]
        conflicts = np.maximum(shared - np.asarray(alike[first, second]).ravel(), 0)
        own = both.diagonal()
        return cls(votes.lf_ids, first, second, shared, conflicts, shared / (own[first] + own[second] - shared))

    def overlapping(self) -> tuple[LFPair, ...]:
        """Return the pairs that share the most votes for their size, two at least; of equals, those that share more."""
        order = np.lexsort((-self.both, -self.overlap))
        return self._pairs(order[self.both[order] > 1])

    def conflicting(self) -> tuple[LFPair, ...]:
        """Return the pairs with the most conflicts."""
        order = np.lexsort((-self.overlap, -self.conflicts))
        return self._pairs(order[self.conflicts[order] > 0])

    def _pairs(self, order: npt.NDArray[np.intp]) -> tuple[LFPair, ...]:
        return tuple(
            LFPair(
                first=clip(self.lf_ids[self.first[i]]),
                second=clip(self.lf_ids[self.second[i]]),
                both=int(self.both[i]),
                overlap=round(float(self.overlap[i]), 4),
                conflicts=int(self.conflicts[i]),
            )
            for i in order[:MAX_PAIRS].tolist()
        )

    def grid(self) -> LFGrid:
        """Return the labeling functions of the pairs with the most conflicts, then of those that share most votes."""
        order = np.lexsort((-self.both, -self.conflicts))[: 10 * MAX_GRID]
        met = [lf for pair in order.tolist() for lf in (int(self.first[pair]), int(self.second[pair]))]
        top = list(dict.fromkeys(met))[:MAX_GRID]
        place = {lf: i for i, lf in enumerate(top)}
        overlap, conflicts = np.eye(len(top)), np.zeros((len(top), len(top)), dtype=np.int64)
        for pair, (a, b) in self._between(place):
            overlap[a, b] = overlap[b, a] = round(float(self.overlap[pair]), 4)
            conflicts[a, b] = conflicts[b, a] = int(self.conflicts[pair])
        return LFGrid(
            clip_all(self.lf_ids[lf] for lf in top),
            tuple(tuple(row) for row in overlap.tolist()),
            tuple(tuple(row) for row in conflicts.tolist()),
        )

    def _between(self, place: dict[int, int]) -> Iterator[tuple[int, tuple[int, int]]]:
        inside = np.isin(self.first, list(place)) & np.isin(self.second, list(place))
        for pair in np.flatnonzero(inside).tolist():
            yield pair, (place[int(self.first[pair])], place[int(self.second[pair])])


def _as_classes(votes: Votes, n_classes: int) -> Votes:
    """Return votes for classes: of two, "absent" for one as "present" for the other; of more, without "absent"."""
    if n_classes != 2:
        return votes.where(votes.vote == PRESENT)
    tag = np.where(votes.vote == PRESENT, votes.tag, 1 - votes.tag).astype(np.int32)
    return replace(votes, tag=tag, vote=np.full(len(votes), PRESENT, dtype=np.int8))


def _count_shared(keys: Ints, votes: Votes) -> csr_array:
    """Return for each two labeling functions on how many keys both voted: int64 of shape (lfs, lfs)."""
    distinct, row = np.unique(keys, return_inverse=True)
    shape = (len(distinct), len(votes.lf_ids))
    fires = csr_array((np.ones(len(row), dtype=np.int64), (row, votes.lf)), shape=shape)
    fires.data[:] = 1  # one that votes twice on a key votes on it once
    return csr_array(fires.T @ fires)
