"""What runs in a worker process."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeVar

from weaklabel.vote.workers.guard import TimedGuard

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")

_parents_streams: list[Any] = []  # kept: a stream that is thrown away writes what is left in its buffer


class Ends(NamedTuple):
    """A worker's ends of its pipes; nothing is ever written to the lifeline, which closes with the parent's end."""

    tasks: Connection[Any, Any]
    answers: Connection[Any, Any]
    lifeline: Connection[Any, Any]

    def close(self) -> None:
        """Close all of them."""
        for end in self:
            end.close()


class Answer(NamedTuple):
    """What a job returned, or what it raised."""

    result: Any
    error: BaseException | None = None
    traceback: str = ""


class Progress:
    """How far a worker has come, in memory that it shares with its parent.

    Three 64-bit numbers: the step (the number of the call that runs, or minus the number of the last that ran), the
    lf and the row of the call.
    """

    def __init__(self, memory: memoryview) -> None:
        self.numbers = memory.cast("q")

    @property
    def step(self) -> int:
        """The number of the call that runs; not above 0 outside of any call."""
        return self.numbers[0]

    @property
    def call(self) -> tuple[int, int] | None:
        """The lf and the row of the call that runs."""
        return (self.numbers[1], self.numbers[2]) if self.numbers[0] > 0 else None


class ReportingGuard(TimedGuard):
    """A guard that also says, for the parent to see, which call is running."""

    def __init__(self, limit_s: float, progress: Progress) -> None:
        super().__init__(limit_s)
        self._numbers = progress.numbers

    def run(self, lf: int, row: int, function: Callable[..., T], *arguments: Any) -> T:
        """Call `function(*arguments)`; see TimedGuard.run."""
        numbers = self._numbers
        numbers[1] = lf
        numbers[2] = row
        self._count = count = self._count + 1
        try:
            self._running = numbers[0] = count
            return function(*arguments)
        finally:
            self._running = 0
            numbers[0] = -count


@cache
def prepare() -> Any:
    """Import and look up, in the parent, what every worker would else do anew: return the control of thread pools."""
    import threadpoolctl  # type: ignore[import-untyped]

    return threadpoolctl.ThreadpoolController()


def serve(job: Callable[..., Any], ends: Ends, progress: Progress, *, limit_s: float, parent: int) -> None:
    """Do jobs until the parent closes its end of the pipe."""
    _follow_parent(ends.lifeline, parent)
    _replace_streams()
    _reset_signals()
    _use_one_thread()
    gc.freeze()  # the parent's objects: their finalizers are the parent's, and marking them would copy their memory
    guard = ReportingGuard(limit_s, progress)
    me = os.getpid()
    ends.answers.send_bytes(b"ready")
    while True:
        try:
            skipped = ends.tasks.recv()
            frame = ends.tasks.recv_bytes()
        except EOFError:
            return
        answer = _answer(job, frame, guard, skipped)
        with suppress(AttributeError, OSError, ValueError):  # replaced, broken or closed by a labeling function
            sys.stdout.flush()
        if os.getpid() != me:  # a process that a labeling function forked and did not end
            return
        try:
            ends.answers.send_bytes(answer)
        except BrokenPipeError:
            return


def _answer(job: Callable[..., Any], frame: bytes, guard: ReportingGuard, skipped: frozenset[tuple[int, int]]) -> bytes:
    try:
        payload = pickle.loads(frame)  # noqa: S301 - written by our own parent
        with guard:
            result = job(payload, guard, skipped)
        return _pickle(Answer(result))
    except BaseException as error:  # noqa: BLE001 - not handled here: raised again in the parent
        trace = traceback.format_exc()
        try:
            answer = _pickle(Answer(None, error, trace))
            pickle.loads(answer)  # noqa: S301 - our own; many errors can be pickled, but not read again
        except Exception:  # noqa: BLE001 - a foreign error's own code, which may raise anything
            answer = _pickle(Answer(None, RuntimeError(f"{type(error).__name__}: {error}"), trace))
        return answer


def _pickle(answer: Answer) -> bytes:
    return pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)


def _follow_parent(lifeline: Connection[Any, Any], parent: int) -> None:
    """Let the system kill this process when the parent ends, whatever either of them is doing then.

    PR_SET_PDEATHSIG would do so when the forking *thread* ends, which may be long before. Where pipes cannot signal
    (not Linux), the end of the tasks ends a worker that is at rest.
    """
    import fcntl

    if hasattr(fcntl, "F_SETSIG"):
        descriptor = lifeline.fileno()
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    if os.getppid() != parent:
        os._exit(0)


def _replace_streams() -> None:
    """Give this process an empty input, and output streams of its own: the parent's may be locked for ever.

    Other threads of the parent, which held the locks, are not in this process. All output goes to standard error:
    standard output may be a result that the parent writes.
    """
    with open(os.devnull) as nothing:  # noqa: PTH123 - a descriptor
        os.dup2(nothing.fileno(), 0)
    try:
        os.dup2(2, 1)
    except OSError:  # the parent has closed its standard error
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
    old = (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__)
    _parents_streams.extend(old)
    fresh = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = fresh  # type: ignore[misc]
    _redirect_loggers(old, fresh)


def _redirect_loggers(old: tuple[TextIO | None, ...], fresh: TextIO) -> None:
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    for handler in (handler for logger in loggers for handler in getattr(logger, "handlers", ())):
        if isinstance(handler, logging.StreamHandler) and any(handler.stream is stream for stream in old):
            handler.stream = fresh


def _reset_signals() -> None:
    """Take away the parent's signal handlers and its wake-up pipe, and let signals come in again."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _use_one_thread() -> None:
    """Keep numeric libraries to one thread: the thread pools of OpenMP do not survive a fork."""
    prepare().limit(limits=1)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
