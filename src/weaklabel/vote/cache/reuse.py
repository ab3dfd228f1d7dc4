"""Which labeling functions still have to vote on which records, where a cache knows the votes of earlier runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.terms import LabelingFunction, RecordSource, Reuse, Vocabulary
from weaklabel.vote.batch import BatchVotes
from weaklabel.vote.cache.digests import RecordDigests
from weaklabel.vote.cache.store import Known, VoteCache
from weaklabel.vote.phrase_lfs import is_phrases_alone

Rows = npt.NDArray[np.intp]


class Work(NamedTuple):
    """Labeling functions, by their positions, and the records on which they are to vote."""

    lfs: tuple[int, ...]
    rows: Rows


class ReusedVotes:
    """The votes that a cache knows, the work that is left, and the way back into the cache.

    Parameters
    ----------
    lfs, records, vocabulary
        Which votes are wanted.
    cache
        None knows nothing and keeps nothing.
    """

    def __init__(
        self,
        lfs: Sequence[LabelingFunction],
        records: RecordSource,
        vocabulary: Vocabulary,
        cache: VoteCache | None,
    ) -> None:
        self._lfs, self._n_records, self._vocabulary, self._cache = lfs, len(records), vocabulary, cache
        self._known: dict[int, Known] = {}
        self._kept = [i for i, lf in enumerate(lfs) if cache and not is_phrases_alone(lf)]
        if cache:
            self._digests = RecordDigests(records, cache)
            for i in self._kept:
                if known := cache.read(lfs[i], self._digests.of(lfs[i]), vocabulary):
                    self._known[i] = known

    def votes(self) -> Iterator[BatchVotes]:
        """Yield the votes that need not be cast again."""
        for i, known in self._known.items():
            yield known.votes._replace(lf=np.full_like(known.votes.lf, i))

    def work(self) -> list[Work]:
        """Return the work that is left: labeling functions that lack the same records are together."""
        groups: dict[bytes, list[int]] = defaultdict(list)
        missing: dict[bytes, Rows] = {}
        nothing = np.zeros(self._n_records, dtype=np.bool_)
        for i in range(len(self._lfs)):
            rows = self._known[i].rows if i in self._known else nothing
            key = rows.tobytes()
            groups[key].append(i)
            missing.setdefault(key, np.flatnonzero(~rows))
        return [Work(tuple(lfs), missing[key]) for key, lfs in groups.items() if len(missing[key])]

    def keep(self, votes: BatchVotes, given_up: Collection[int]) -> Reuse:
        """Put the votes of labeling functions that were run into the cache, and say how much was reused.

        Parameters
        ----------
        votes
            All votes of all labeling functions.
        given_up
            Those that have no votes although they were run.
        """
        if self._cache is None:
            return Reuse()
        problem = ""
        try:
            for i, own, failed in self._fresh(votes):
                if i not in given_up:
                    self._cache.write(self._lfs[i], self._digests.of(self._lfs[i]), own, failed, self._vocabulary)
            self._cache.trim()
        except OSError as error:  # the votes themselves are at hand
            problem = f"{self._cache.folder}: {error.strerror or error}"
        return self._summary(problem)

    def _fresh(self, votes: BatchVotes) -> Iterator[tuple[int, BatchVotes, list[int]]]:
        """Yield the labeling functions that were run, each with its votes and the records on which it failed."""
        order = np.argsort(votes.lf, kind="stable")
        by_lf = votes.lf[order]
        failed: dict[int, list[int]] = defaultdict(list)
        for call in votes.failed:
            failed[call.lf].append(call.record)
        for i in self._kept:
            if i not in self._known or not self._known[i].rows.all():
                rows = order[np.searchsorted(by_lf, i) : np.searchsorted(by_lf, i, side="right")]
                yield i, votes.of_rows(rows), failed[i]

    def _summary(self, problem: str) -> Reuse:
        whole = sum(known.rows.all() for known in self._known.values())
        lacking = [known.rows for known in self._known.values() if not known.rows.all()]
        records = int((~np.logical_and.reduce(lacking)).sum()) if lacking else 0
        return Reuse(len(self._kept), int(whole), len(lacking), records, problem)
