"""Run labeling functions over records and collect their votes; a failure of one never stops the others."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from weaklabel.terms import (
    Failure,
    LabelingFunction,
    NestedMatches,
    OnProgress,
    RecordSource,
    Reuse,
    Vocabulary,
    Votes,
    unreported,
)
from weaklabel.vote.batch import BatchVotes, FailedCall
from weaklabel.vote.cache import ReusedVotes, VoteCache
from weaklabel.vote.rounds import Rounds
from weaklabel.vote.voter import DEFAULT_TIMEOUT_S, Voter
from weaklabel.vote.workers import PATIENCE, is_supported

T = TypeVar("T")
U = TypeVar("U")

BATCH_RECORDS = 8192
"""Records in a batch: enough that a batch's own cost is small, few enough that memory stays small."""

FEWEST_RECORDS = 500
"""A process more pays for this many records."""


def apply_lfs(
    lfs: Sequence[LabelingFunction],
    records: RecordSource,
    vocabulary: Vocabulary,
    *,
    nested_matches: NestedMatches = "keep",
    timeout_s: float = DEFAULT_TIMEOUT_S,
    n_workers: int | None = None,
    cache: VoteCache | None = None,
    on_progress: OnProgress = unreported,
) -> Votes:
    """Let every labeling function vote on every record.

    Parameters
    ----------
    lfs
        The labeling functions, with distinct ids.
    records, vocabulary
        What they vote on.
    nested_matches
        `drop` ignores a match of a generated labeling function strictly inside another tag's longer match.
    timeout_s
        The time limit of a labeling function's call on one record.
    n_workers
        How many processes run Python, regular expressions and spaCy; 0 runs them here. By default one a core, and
        no more than there are batches.
    cache
        Votes of earlier runs.
    on_progress
        Called with how many records are done, and the number of all.

    Returns
    -------
    Votes
        Independent of the order of `lfs`. A labeling function that raises, runs out of time, crashes, votes on an
        unknown tag, or votes both ways on one tag fails on that record: it is counted in `failures` and has no vote
        there. One that runs out of time or crashes on three records is given up: it has failed on all records.
    """
    ordered = sorted(lfs, key=lambda lf: lf.id)
    rounds = Rounds(ordered, vocabulary)
    reused = ReusedVotes(rounds.first, records, vocabulary, cache)
    work = reused.work()
    n_calls = sum(len(group.lfs) * len(group.rows) for group in work)
    progress = _Progress(n_calls, len(records), on_progress)
    parts = list(reused.votes())
    given_up: set[int] = set()
    for lf_positions, rows in work:
        workers = _count_workers(len(rows)) if n_workers is None else n_workers
        part = records if len(rows) == len(records) else records.take(rows)
        with Voter(
            [rounds.first[i] for i in lf_positions],
            vocabulary,
            nested_matches=nested_matches,
            timeout_s=timeout_s,
            n_workers=workers,
        ) as voter:
            votes = _vote_on_all(voter, part, max(1, workers), progress.of(len(lf_positions)))
            given_up.update(lf_positions[i] for i in voter.given_up)
        parts.append(_renumber(votes, np.array(lf_positions, dtype=np.int32), rows.astype(np.int32)))
    votes = BatchVotes.joined(parts).without_lfs(given_up)
    reuse = reused.keep(votes, given_up)
    lost = rounds.owners(given_up)
    votes = rounds.finish(votes, len(records)).without_lfs(lost)
    return collect_votes(votes, ordered, len(records), reuse, lost)


def _count_workers(n_records: int) -> int:
    """Return how many processes pay; without them a time limit is kept in the main thread alone."""
    return min(count_cores(), -(-n_records // FEWEST_RECORDS)) if is_supported() else 0


def _vote_on_all(voter: Voter, records: RecordSource, n_threads: int, on_records: Callable[[int], None]) -> BatchVotes:
    size = _batch_size(len(records), n_threads)
    starts = range(0, len(records), size)
    batches = (records.slice(start, start + size) for start in starts)
    votes = map_in_threads(lambda batch: voter.vote(batch, on_records), batches, n_threads, voter.stop)
    return BatchVotes.joined([part.shifted(start) for start, part in zip(starts, votes, strict=True)])


def _batch_size(n_records: int, n_threads: int) -> int:
    """Return how many records make a batch, so that each thread gets as many batches."""
    rounds = max(1, -(-n_records // (BATCH_RECORDS * n_threads)))
    return max(1, -(-n_records // (rounds * n_threads)))


def _renumber(votes: BatchVotes, lfs: npt.NDArray[np.int32], rows: npt.NDArray[np.int32]) -> BatchVotes:
    """Return votes of some labeling functions on some records by their positions among all."""
    failed = tuple(call._replace(lf=int(lfs[call.lf]), record=int(rows[call.record])) for call in votes.failed)
    return votes._replace(lf=lfs[votes.lf], record=rows[votes.record], failed=failed)


class _Progress:
    """Adds up the calls that are done, in whatever thread, and tells them as a share of the records."""

    def __init__(self, n_calls: int, n_records: int, on_progress: OnProgress) -> None:
        self._n_calls, self._n_records, self._on_progress = n_calls, n_records, on_progress
        self._done = 0
        self._lock = threading.Lock()

    def of(self, n_lfs: int) -> Callable[[int], None]:
        """Return a function that is called with how many more records `n_lfs` labeling functions are done with."""

        def add(n_records: int) -> None:
            with self._lock:
                self._done += n_records * n_lfs
                self._on_progress(self._done * self._n_records // self._n_calls, self._n_records)

        return add


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_threads(
    function: Callable[[T], U], items: Iterable[T], n_threads: int, stop: Callable[[], None]
) -> Iterator[U]:
    """Yield the results for `items` in order; no more than twice as many items are at hand as there are threads.

    `stop` is called where this ends early (an error, Ctrl-C), to make the calls end that are running.
    """
    if n_threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(n_threads) as threads:
        waiting: deque[Future[U]] = deque()
        try:
            for item in items:
                waiting.append(threads.submit(function, item))
                if len(waiting) >= 2 * n_threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            stop()
            raise
        finally:
            for future in waiting:
                future.cancel()


def collect_votes(
    votes: BatchVotes, lfs: Sequence[LabelingFunction], n_records: int, reuse: Reuse, given_up: Collection[int]
) -> Votes:
    """Return the votes on all records, sorted; `lfs` are in the order of their positions."""
    order = np.lexsort((votes.lf, votes.record, votes.tag))
    return Votes(
        tag=votes.tag[order],
        record=votes.record[order],
        lf=votes.lf[order],
        vote=votes.vote[order],
        n_records=n_records,
        lf_ids=tuple(lf.id for lf in lfs),
        failures=tuple(_count_failures(votes.failed, lfs, dict.fromkeys(given_up, n_records))),
        reuse=reuse,
    )


def _count_failures(
    failed: Sequence[FailedCall], lfs: Sequence[LabelingFunction], given_up: Mapping[int, int]
) -> Iterator[Failure]:
    """Yield for each labeling function that failed how often, and the first time; `given_up` has counts of its own."""
    first: dict[int, FailedCall] = {}
    count: dict[int, int] = {}
    for call in sorted(failed, key=lambda call: (call.lf, not call.is_lost and call.lf in given_up, call.record)):
        first.setdefault(call.lf, call)
        count[call.lf] = count.get(call.lf, 0) + 1
    for i, call in first.items():
        error = f"{call.error}; it was given up after {PATIENCE} such calls" if i in given_up else call.error
        yield Failure(lfs[i].id, given_up.get(i, count[i]), call.record, error, call.traceback, lfs[i].place)
