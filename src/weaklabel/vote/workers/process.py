"""One worker process, as its parent sees it: fork, hand over work, watch, kill, reap."""

from __future__ import annotations

import mmap
import os
import pickle
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from weakref import WeakSet

from weaklabel.vote.workers import child
from weaklabel.vote.workers.child import Answer, Ends, Progress

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

POLL_S = 0.1
OUTSIDE_LIMIT_S = 600.0  # between two calls of labeling functions: far more than honest work of a job takes
GRACE_S = 1.0
FROM_OUTSIDE = (signal.SIGINT, signal.SIGTERM)  # somebody ends the run: no fault of the labeling function

# The ends of all workers' pipes that this process holds. A forked process closes its copies, but for those that it is
# forked for: else no worker would see the end of its pipe when this process ends. The lock keeps forks apart from the
# opening and closing of pipes. It is not held during our own forks: other libraries' hooks take locks there.
_ends: WeakSet[Connection[Any, Any]] = WeakSet()
_ends_lock = threading.RLock()
_forking = threading.local()


def _forget_ends() -> None:
    global _ends_lock  # held, perhaps, by a thread that is not in this process
    _ends_lock = threading.RLock()
    own = getattr(_forking, "ends", ())
    _forking.ends = ()  # a process that a labeling function forks spares none
    for end in list(_ends):
        if end not in own:
            end.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=lambda: _ends_lock.acquire(),
        after_in_parent=lambda: _ends_lock.release(),
        after_in_child=_forget_ends,
    )


class WorkerLostError(Exception):
    """A worker process ended before its answer; `call` is what it was doing, None outside of any call."""

    def __init__(self, call: tuple[int, int] | None, error: str) -> None:
        super().__init__(error)
        self.call = call
        self.error = error


class _Watch(NamedTuple):
    """How far a worker had come, and for how long it has not come further while we watched."""

    step: int
    waited_s: float


class WorkerProcess:
    """A forked process that runs one payload after the other."""

    def __init__(self, job: Callable[..., Any], *, limit_s: float) -> None:
        self._limit_s = limit_s
        self._progress = Progress(memoryview(mmap.mmap(-1, mmap.PAGESIZE)))
        self._lock = threading.Lock()  # guards the process id: reaped, it is free for another process
        self._status: int | None = None
        self._has_started = False
        self.is_at_rest = True
        child.prepare()
        ends = self._open_pipes()
        try:
            _forking.ends = ends
            self._pid = _fork(lambda parent: child.serve(job, ends, self._progress, limit_s=limit_s, parent=parent))
        except BaseException:
            self._close_pipes()
            raise
        finally:
            _forking.ends = ()
            with _ends_lock:
                ends.close()

    def _open_pipes(self) -> Ends:
        from multiprocessing.connection import Pipe

        with _ends_lock:
            tasks, self._tasks = Pipe(duplex=False)
            self._answers, answers = Pipe(duplex=False)
            lifeline, self._lifeline = Pipe(duplex=False)
            ends = Ends(tasks, answers, lifeline)
            _ends.update((self._tasks, self._answers, self._lifeline, *ends))
        return ends

    def _close_pipes(self) -> None:
        with _ends_lock:
            for end in (self._tasks, self._answers, self._lifeline):
                end.close()

    def run(self, frame: bytes, skipped: Collection[tuple[int, int]]) -> Any:
        """Run the job on a pickled payload; raises what the job raises, or WorkerLostError."""
        self.is_at_rest = False
        if not self._has_started:
            self._receive()  # whoever reads cannot leave us stuck in writing
            self._has_started = True
        try:
            self._tasks.send(skipped)
            self._tasks.send_bytes(frame)
        except OSError:
            raise self._explain_death() from None
        received = self._receive()
        self.is_at_rest = True
        answer: Answer = pickle.loads(received)  # noqa: S301 - written by our own fork
        if answer.error is None:
            return answer.result
        answer.error.add_note(f"In a worker process:\n{answer.traceback}")
        raise answer.error

    def _receive(self) -> bytes:
        watch = _Watch(self._progress.step, 0.0)
        while not self._answers.poll(POLL_S):
            if self._reap():
                break
            watch = self._look(watch)
        try:
            return self._answers.recv_bytes()
        except (EOFError, OSError):
            raise self._explain_death() from None

    def _look(self, watch: _Watch) -> _Watch:
        """Look how the worker comes along; kills it if it does not.

        Time is counted in looks: an interval in which this process itself did not run is no delay of the worker's.
        """
        step = self._progress.step
        if step != watch.step:
            return _Watch(step, 0.0)
        waited_s = watch.waited_s + POLL_S
        if step > 0 and waited_s > 2 * self._limit_s + 1:
            call = self._progress.call
            self.end()
            is_same = self._progress.step == step
            raise WorkerLostError(
                call if is_same else None, f"it ran longer than {self._limit_s:g} s and had to be killed"
            )
        if step <= 0 and waited_s > OUTSIDE_LIMIT_S:
            self.end()
            raise WorkerLostError(None, f"it did not answer for {OUTSIDE_LIMIT_S:g} s and had to be killed")
        return _Watch(step, waited_s)

    def _explain_death(self) -> WorkerLostError:
        deadline = time.monotonic() + GRACE_S
        while not self._reap() and time.monotonic() < deadline:
            time.sleep(0.001)
        code = self._status
        self.end()  # a worker that closed its pipe but lives on is of no use either
        call = None if code is not None and -code in FROM_OUTSIDE else self._progress.call
        return WorkerLostError(call, f"its worker process {_describe_end(code)}")

    def _reap(self) -> bool:
        """Take note of the worker's end; say whether it has ended."""
        with self._lock:
            return self._wait(os.WNOHANG)

    def _wait(self, options: int) -> bool:
        if self._status is None:
            try:
                pid, status = os.waitpid(self._pid, options)
            except ChildProcessError:  # somebody else in this process reaps all children
                self._status = UNKNOWN_STATUS
            else:
                self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status is not None

    def kill(self) -> None:
        """Kill the worker, if it still runs."""
        with self._lock:
            self._kill()

    def _kill(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):  # the system reaps where SIGCHLD is ignored
                os.kill(self._pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill the worker, reap it and close its pipes."""
        with self._lock:
            if not self._wait(os.WNOHANG):
                self._kill()
                self._wait(0)
        self._close_pipes()


UNKNOWN_STATUS = 256  # no exit code is so high


def _describe_end(code: int | None) -> str:
    if code is None:
        return "closed its pipe"
    if code == UNKNOWN_STATUS:
        return "ended"
    if code >= 0:
        return f"ended with exit code {code}"
    number = -code
    name = signal.Signals(number).name if number in set(signal.Signals) else "a real-time signal"
    why = ", as happens where memory runs out" if number == signal.SIGKILL else ""
    return f"was killed by signal {number} ({name}){why}"


def _fork(serve: Callable[[int], None]) -> int:
    """Fork a process that calls `serve` with its parent's id, and ends; returns the process id in the parent."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # none, broken, closed
            stream.flush()
    parent = os.getpid()
    # No handler of the parent's may run in the child, nor raise before `serve` is reached.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = _fork_quietly()
        if not pid:
            _serve_and_end(serve, parent)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _fork_quietly() -> int:
    if sys.version_info < (3, 12):
        return os.fork()
    with warnings.catch_warnings():
        # Python warns that a lock which another thread holds stays locked in the child. That is why a worker gets
        # streams of its own, computes with one thread, and is killed and replaced if it hangs all the same.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _serve_and_end(serve: Callable[[int], None], parent: int) -> NoReturn:
    code = 1
    try:
        serve(parent)
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may leave this process by another way
        traceback.print_exc()
    finally:
        os._exit(code)  # no atexit functions, no buffers and no callers of the parent's
