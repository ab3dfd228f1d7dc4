"""Where labeling functions meet: on which cells two of them vote, alike or otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from weaklabel.report.clipping import clip, clip_all
from weaklabel.report.data import LFGrid, LFGroup, LFPair
from weaklabel.terms import Votes

MAX_PAIRS = 20
MAX_GROUPS = 20
MAX_NAMED = 10
MAX_GRID = 12
ALIKE = 0.8  # the least overlap of labeling functions that vote nearly alike

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Every two labeling functions that vote on a cell together.

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
    def of(cls, votes: Votes) -> Meetings:
        """Count the meetings of all votes."""
        n_lfs = len(votes.lf_ids)
        keys = votes.tag.astype(np.int64) * votes.n_records + votes.record
        cells, row = np.unique(keys, return_inverse=True)
        shape = (len(cells), n_lfs)
        fires = csr_array((np.ones(len(row), dtype=np.int64), (row, votes.lf)), shape=shape)
        signed = csr_array((votes.vote.astype(np.int64), (row, votes.lf)), shape=shape)
        both: coo_array = (fires.T @ fires).tocoo()
        balance = (signed.T @ signed).tocsr()  # cells on which they agree less those on which they do not
        kept = both.row < both.col
        first, second, shared = both.row[kept].astype(np.int64), both.col[kept].astype(np.int64), both.data[kept]
        order = np.lexsort((second, first))
        first, second, shared = first[order], second[order], shared[order]
        conflicts = (shared - np.asarray(balance[first, second]).ravel()) // 2
        own = np.bincount(votes.lf, minlength=n_lfs)
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

    def groups(self) -> list[LFGroup]:
        """Return the groups that vote nearly alike and never otherwise, each with the next; the largest first."""
        alike = (self.overlap >= ALIKE) & (self.conflicts == 0) & (self.both > 1)
        first, second, n = self.first[alike], self.second[alike], len(self.lf_ids)
        joined = coo_array((np.ones(len(first)), (first, second)), shape=(n, n))
        _, group = connected_components(joined, directed=False)
        members = [np.flatnonzero(group == index).tolist() for index in np.flatnonzero(np.bincount(group) > 1)]
        listed = sorted(members, key=lambda lfs: (-len(lfs), self.lf_ids[lfs[0]]))
        return [LFGroup(clip_all(self.lf_ids[lf] for lf in lfs[:MAX_NAMED]), len(lfs)) for lfs in listed]

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
