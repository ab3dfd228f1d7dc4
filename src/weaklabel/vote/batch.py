"""The votes on one batch of records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from weaklabel.terms import LabelingFunction, Vocabulary

Ints = npt.NDArray[np.int32]


class FailedCall(NamedTuple):
    """A labeling function that failed on a record, by their positions, and why.

    `is_lost` says that the call ran out of time or took its worker process with it.
    """

    lf: int
    record: int
    error: str
    traceback: str = ""
    is_lost: bool = False


class BatchVotes(NamedTuple):
    """Votes as a table, one row a vote, in no particular order, and the calls that failed.

    Attributes
    ----------
    record, lf, tag
        int32 arrays of shape (votes,): positions in the batch, among the labeling functions, and in the vocabulary.
    vote
        int8 array of shape (votes,): +1 present, -1 absent.
    """

    record: Ints
    lf: Ints
    tag: Ints
    vote: npt.NDArray[np.int8]
    failed: tuple[FailedCall, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, int]], failed: Iterable[FailedCall] = ()) -> Self:
        """Make votes of (record, lf, tag, vote) rows."""
        table = np.array(list(rows), dtype=np.int32).reshape(-1, 4)
        record, lf, tag = (table[:, i].copy() for i in range(3))
        return cls(record, lf, tag, table[:, 3].astype(np.int8), tuple(failed))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put votes on the same batch together."""
        if not parts:
            return cls.of(())
        record, lf, tag = (np.concatenate([part[i] for part in parts]) for i in range(3))
        vote = np.concatenate([part.vote for part in parts])
        return cls(record, lf, tag, vote, tuple(call for part in parts for call in part.failed))

    def of_rows(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the votes in some rows of the table, without failures."""
        return type(self)(self.record[rows], self.lf[rows], self.tag[rows], self.vote[rows])

    def without_failed(self) -> Self:
        """Return the same without votes of calls that failed."""
        if not self.failed:
            return self
        failed = np.array([(call.lf, call.record) for call in self.failed], dtype=np.int64)
        stands = ~np.isin(self.lf.astype(np.int64) << 32 | self.record, failed[:, 0] << 32 | failed[:, 1])
        return self.of_rows(np.flatnonzero(stands))._replace(failed=self.failed)

    def without_lfs(self, lfs: Collection[int]) -> Self:
        """Return the same without the votes of some labeling functions."""
        if not lfs:
            return self
        return self.of_rows(np.flatnonzero(~np.isin(self.lf, list(lfs))))._replace(failed=self.failed)

    def shifted(self, first: int) -> Self:
        """Return the same votes for a batch that begins `first` records later."""
        failed = tuple(call._replace(record=call.record + first) for call in self.failed)
        return self._replace(record=self.record + np.int32(first), failed=failed)


class Ballots:
    """What each labeling function votes where it fires: its tags, each with its polarity.

    Parameters
    ----------
    lfs
        The labeling functions that always vote the same, by their positions.
    """

    def __init__(self, lfs: Sequence[tuple[int, LabelingFunction]], vocabulary: Vocabulary) -> None:
        self._lf = np.array([i for i, lf in lfs for _ in lf.tags], dtype=np.int32)
        self._tag = np.array([vocabulary.index[tag] for _, lf in lfs for tag in lf.tags], dtype=np.int32)
        self._vote = np.array([lf.polarity for _, lf in lfs for _ in lf.tags], dtype=np.int8)
        self._length = np.array([len(lf.tags) for _, lf in lfs], dtype=np.int64)
        self._first = np.cumsum(self._length) - self._length

    def cast(self, records: Ints, fired: Ints, failed: Iterable[FailedCall] = ()) -> BatchVotes:
        """Return the votes of labeling functions that fired, which count among those of this object."""
        length = self._length[fired]
        ends = np.cumsum(length)
        row = np.repeat(self._first[fired] - (ends - length), length) + np.arange(ends[-1] if len(ends) else 0)
        return BatchVotes(np.repeat(records, length), self._lf[row], self._tag[row], self._vote[row], tuple(failed))
