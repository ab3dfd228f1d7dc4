"""Labeling functions made ready once, to vote on batch after batch."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from weaklabel.terms import LabelingFunction, NestedMatches, PhraseLF, RecordSource, Vocabulary
from weaklabel.terms.conditions import reads_columns
from weaklabel.vote.batch import BatchVotes, FailedCall
from weaklabel.vote.guarded import GuardedVoter, Task, explain_given_up
from weaklabel.vote.phrase_lfs import PhraseVoter, is_phrases_alone
from weaklabel.vote.workers import PATIENCE, WHOLE_LF, LostCall, Supervised

FIRST_SLICE, LARGEST_SLICE = 64, 4096
SLICE_S = 0.5
"""Workers get as many records at once as take about this long: a slice is tried again where one takes its worker down,
and progress is told after each."""

DEFAULT_TIMEOUT_S = 10.0


def _unreported(_n_records: int) -> None:
    """Take the place of what is called with progress."""


class StoppedError(Exception):
    """Ends a call of :meth:`Voter.vote`; nobody sees it, since what stopped the voter is on its way already."""


class Voter:
    """Votes of labeling functions on batches of records.

    A batch has the same votes whatever was voted on before, but for labeling functions that are given up: after three
    calls that ran out of time or crashed, one is called no more.
    Phrases are matched here, in compiled code that lets other threads run; all else runs in worker processes, in
    which a labeling function may hang or crash. A context manager: leaving the block ends the workers. May be used
    from several threads.

    Parameters
    ----------
    lfs
        The labeling functions; votes name them by their positions.
    vocabulary
        What they vote on.
    nested_matches
        `drop` ignores a match of a generated labeling function strictly inside another tag's longer match.
    timeout_s
        The time limit of a labeling function's call on one record (on one batch, for a batched one).
    n_workers
        How many worker processes there may be; 0 runs all here, with a time limit where there can be one.
    """

    def __init__(
        self,
        lfs: Sequence[LabelingFunction],
        vocabulary: Vocabulary,
        *,
        nested_matches: NestedMatches = "keep",
        timeout_s: float = DEFAULT_TIMEOUT_S,
        n_workers: int = 1,
    ) -> None:
        numbered = list(enumerate(lfs))
        phrases = [(i, lf) for i, lf in numbered if isinstance(lf, PhraseLF) and is_phrases_alone(lf)]
        guarded = [(i, lf) for i, lf in numbered if not is_phrases_alone(lf)]
        self._phrases = PhraseVoter(phrases, vocabulary, nested_matches)
        self._guarded = Supervised(GuardedVoter(guarded, vocabulary), n_workers, limit_s=timeout_s) if guarded else None
        self._reads_texts_alone = not any(reads_columns(lf) for _, lf in guarded)
        self._losses: Counter[int] = Counter()
        self._given_up: dict[int, str] = {}
        self._lock = threading.Lock()
        self._is_stopped = False
        self._slice = FIRST_SLICE  # learnt from batch to batch; threads may overwrite each other's

    def __enter__(self) -> Self:
        if self._guarded:
            self._guarded.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._guarded:
            self._guarded.__exit__(kind, error, trace)

    def vote(self, records: RecordSource, on_records: Callable[[int], None] = _unreported) -> BatchVotes:
        """Return the votes on a batch of records.

        Parameters
        ----------
        records
            The batch.
        on_records
            Called, from time to time, with how many more records are done.

        Raises
        ------
        WorkerError
            If worker processes cannot run at all, for want of memory.
        """
        parts = [self._phrases.vote(records)]
        if self._guarded is None:
            on_records(len(records))
            return parts[0]
        if self._reads_texts_alone:
            records = records.only_texts()  # less to send to the workers
        start = 0
        while start < len(records):
            if self._is_stopped:
                raise StoppedError
            begin, size = time.monotonic(), self._slice
            part = records.slice(start, start + size)
            votes = self._vote_guarded(self._guarded, part)
            self._note_losses(votes.failed)
            parts.append(votes.shifted(start))
            on_records(len(part))
            start += len(part)
            if len(part) == size:  # the end of a batch says little
                self._slice = _next_size(size, time.monotonic() - begin)
        return BatchVotes.joined(parts)

    @property
    def given_up(self) -> frozenset[int]:
        """The labeling functions that are called no more."""
        return frozenset(self._given_up)

    def stop(self) -> None:
        """Make calls of :meth:`vote` that run in other threads end soon, with StoppedError."""
        self._is_stopped = True

    def _vote_guarded(self, guarded: Supervised, records: RecordSource) -> BatchVotes:
        outcome = guarded.run(Task(records, dict(self._given_up)))
        votes: BatchVotes = outcome.result
        lost = _as_failed(outcome.lost, votes.failed, len(records))
        return votes._replace(failed=(*votes.failed, *lost)).without_failed()

    def _note_losses(self, failed: Sequence[FailedCall]) -> None:
        """Give up labeling functions that have lost too many calls."""
        with self._lock:
            self._losses.update(call.lf for call in failed if call.is_lost)
            for lf, count in self._losses.items():
                if count >= PATIENCE:
                    self._given_up.setdefault(lf, explain_given_up())


def _as_failed(lost: Sequence[LostCall], known: Sequence[FailedCall], n_records: int) -> list[FailedCall]:
    """Return the failures that lost calls mean; one of a whole labeling function is one on each record."""
    failed = {(call.lf, call.record): call for call in known}
    added: dict[tuple[int, int], FailedCall] = {}
    for lf, row, error in lost:
        if lf < 0:  # a call for several labeling functions, which were then tried one by one
            continue
        for record in range(n_records) if row == WHOLE_LF else (row,):
            if (lf, record) not in failed:
                # A call for the whole batch is one loss, however many records it was for.
                added.setdefault((lf, record), FailedCall(lf, record, error, is_lost=row != WHOLE_LF or record == 0))
    return list(added.values())


def _next_size(size: int, seconds: float) -> int:
    """Return how many records to vote on next, after `size` took `seconds`."""
    fitting = int(size * SLICE_S / max(seconds, SLICE_S / 4))
    return max(1, min(fitting, LARGEST_SLICE))
