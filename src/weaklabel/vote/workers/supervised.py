"""Run a job in worker processes, or here where there are none, with the time limit that can be kept."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from weaklabel.vote.workers.guard import TimedGuard, Unguarded
from weaklabel.vote.workers.pool import Job, JobResult, WorkerPool, is_supported

PATIENCE = 3
"""After so many calls that ran out of time or crashed, a labeling function is called no more."""


class Supervised:
    """A job, ready to run on payloads. A context manager: leaving the block ends the workers.

    Parameters
    ----------
    job
        What runs; see :data:`weaklabel.vote.workers.Job`.
    n_workers
        How many worker processes there may be; 0 runs the job here.
    limit_s
        The time limit of each call that the job makes through its guard.
    """

    def __init__(self, job: Job, n_workers: int, *, limit_s: float) -> None:
        self._job, self._limit_s = job, limit_s
        self._n_workers = n_workers if is_supported() else 0
        self._stack = ExitStack()
        self._pool: WorkerPool | None = None

    def __enter__(self) -> Self:
        if self._n_workers:
            pool = WorkerPool(self._job, self._n_workers, limit_s=self._limit_s, give_up_after=PATIENCE)
            self._pool = self._stack.enter_context(pool)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        self._pool = None

    def run(self, payload: Any) -> JobResult:
        """Return what the job makes of a payload, and the calls that were lost; may be called from several threads."""
        if self._pool is not None:
            return self._pool.run(payload)
        if not TimedGuard.is_available():
            return JobResult(self._job(payload, Unguarded(), ()), ())
        with TimedGuard(self._limit_s) as guard:
            return JobResult(self._job(payload, guard, ()), ())
