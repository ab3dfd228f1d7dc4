"""Worker processes: a labeling function that hangs or crashes takes down a worker, and nothing else.

Workers are forked and not started anew: they need no pickled labeling functions (closures and functions of a
notebook work), do not import the user's script again, and may be used where :mod:`multiprocessing` may not (in a
daemonic process, in a thread of somebody else's worker).
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType, TracebackType
from typing import Any, NamedTuple, Self

from weaklabel.errors import Problem, WorkerError, quantity
from weaklabel.vote.workers.guard import Guard
from weaklabel.vote.workers.process import WorkerLostError, WorkerProcess

Job = Callable[[Any, Guard, Collection[tuple[int, int]]], Any]
"""`job(payload, guard, skipped) -> result`, run in a worker. It makes each call of a labeling function through the
guard, and leaves out the calls (lf, row) in `skipped`, and every call of an lf with (lf, WHOLE_LF) in it. A call that
serves all rows at once is made with the row WHOLE_LF."""

WHOLE_LF = -1
RETRIES = 2
CLOSING_S = 10.0


class LostCall(NamedTuple):
    """A call that was not made to its end, and why; with `row` WHOLE_LF, the lf was called on no row of the payload."""

    lf: int
    row: int
    error: str


class JobResult(NamedTuple):
    """What a job returned, and the calls that are missing from it."""

    result: Any
    lost: tuple[LostCall, ...]


def is_supported() -> bool:
    """Say whether labeling functions can run in worker processes here.

    They cannot on Windows, which does not fork, nor on macOS, where system libraries may crash in a forked process
    that does not start a new program (which is why Python itself stopped to fork there in 3.8).
    """
    return hasattr(os, "fork") and sys.platform != "darwin"


class WorkerPool:
    """Forked processes that run a job on payloads, and outlive the labeling functions that kill them.

    A call that crashes its worker, or that runs on after its limit where no signal can reach it, is lost: the payload
    runs again in a new worker, without that call. A context manager: leaving the block ends the workers. Workers
    are forked when they are first needed, and also end when this process does, however it ends.

    Parameters
    ----------
    job
        What the workers run. They have it, and all it refers to, as it is at the fork.
    n_workers
        How many payloads can run at once.
    limit_s
        The time limit of one call. The job's guard raises OutOfTimeError in the call; a call that still runs after
        twice the limit and a second is lost, and its worker killed. `math.inf` sets none.
    give_up_after
        A labeling function that has lost so many calls is called no more.
    """

    def __init__(self, job: Job, n_workers: int, *, limit_s: float, give_up_after: int = 3) -> None:
        if n_workers < 1 or give_up_after < 1 or not limit_s > 0:
            raise ValueError(
                f"n_workers is {n_workers}, give_up_after is {give_up_after}, limit_s is {limit_s}; "
                "give a whole number of at least 1, another one, and a number of seconds above 0."
            )
        self._job = job
        self._n_workers = n_workers
        self._limit_s = limit_s
        self._give_up_after = give_up_after
        self._owner = os.getpid()
        self._changed = threading.Condition()  # guards all of what follows
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._starting = 0
        self._is_closed = False
        self._losses: Counter[int] = Counter()
        self._given_up: Mapping[int, str] = MappingProxyType({})

    @property
    def given_up(self) -> Mapping[int, str]:
        """The labeling functions that are called no more, and why.

        Which payloads were done by then depends on the threads; whether a labeling function is given up does not. A
        result that must not depend on threads leaves out all votes of these.
        """
        return self._given_up

    def run(self, payload: Any) -> JobResult:
        """Run the job on a payload in the next free worker; may be called from several threads at once.

        Returns
        -------
        JobResult
            The job's result, and the calls it did not make because they were lost now or given up before.

        Raises
        ------
        WorkerError
            If a worker cannot be started, or ends three times outside of any labeling function's call.
        Exception
            Whatever the job raises, with its traceback in the worker as a note.
        """
        frame = pickle.dumps(payload, protocol=pickle.HIGHEST_PROTOCOL)
        lost: list[LostCall] = []
        deaths = 0
        while True:
            given_up = self._given_up
            skipped = frozenset([(call.lf, call.row) for call in lost] + [(lf, WHOLE_LF) for lf in given_up])
            try:
                with self._worker() as worker:
                    result = worker.run(frame, skipped)
            except WorkerLostError as loss:
                if self._is_closed:
                    raise RuntimeError("The worker pool was closed while it was at work.") from None
                if loss.call:
                    lost.append(self._note(LostCall(*loss.call, loss.error)))
                    continue
                deaths += 1
                if deaths > RETRIES:
                    raise _explain_death(loss.error, deaths) from None
                continue
            return JobResult(result, (*lost, *(LostCall(lf, WHOLE_LF, error) for lf, error in given_up.items())))

    def _note(self, call: LostCall) -> LostCall:
        with self._changed:
            self._losses[call.lf] += 1
            if self._losses[call.lf] >= self._give_up_after and call.lf not in self._given_up:
                error = f"it was given up after {quantity(self._give_up_after, 'lost call')}; of the last, {call.error}"
                self._given_up = MappingProxyType({**self._given_up, call.lf: error})
        return call

    @contextmanager
    def _worker(self) -> Iterator[WorkerProcess]:
        """Lend a free worker; one that is not at rest afterwards (it died, or the wait for it was broken off) ends."""
        worker = self._take()
        try:
            yield worker
        finally:
            is_fit = worker.is_at_rest and not self._is_closed
            try:
                if not is_fit:
                    worker.end()
            finally:
                with self._changed:
                    self._busy.discard(worker)
                    if is_fit:
                        self._idle.append(worker)
                    self._changed.notify_all()

    def _take(self) -> WorkerProcess:
        if self._owner != os.getpid():
            raise RuntimeError("A worker pool serves only the process that made it; make another one here.")
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._idle or self._n_started < self._n_workers)
            if self._is_closed:
                raise RuntimeError("The worker pool is closed.")
            if not self._idle:
                self._starting += 1
            else:
                self._busy.add(worker := self._idle.pop())
                return worker
        return self._start()

    def _start(self) -> WorkerProcess:
        """Fork a worker; not under the lock, which other threads need meanwhile."""
        worker = None
        try:
            worker = WorkerProcess(self._job, limit_s=self._limit_s)
        except OSError as error:
            fix = "Use fewer worker processes, or free memory."
            raise WorkerError(Problem(f"A worker process could not be started: {error}.", fix=fix)) from error
        finally:
            with self._changed:
                self._starting -= 1
                if worker:
                    self._busy.add(worker)
                    if self._is_closed:
                        worker.kill()
                self._changed.notify_all()
        return worker

    @property
    def _n_started(self) -> int:
        return len(self._idle) + len(self._busy) + self._starting

    def close(self) -> None:
        """End the workers; a call of `run` that is at work in another thread raises RuntimeError."""
        if self._owner != os.getpid():
            return  # a copy in a forked process: the workers are not its own
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            while self._idle:
                self._idle.pop().end()
            for worker in self._busy:
                worker.kill()  # its thread sees the death and ends it
            self._changed.wait_for(lambda: not (self._busy or self._starting), timeout=CLOSING_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _explain_death(error: str, deaths: int) -> WorkerError:
    return WorkerError(
        Problem(
            f"A worker process was lost outside of any labeling function's call, {deaths} times on one batch: {error}.",
            fix="Is there enough memory? Use fewer worker processes, or smaller batches of records.",
        )
    )
