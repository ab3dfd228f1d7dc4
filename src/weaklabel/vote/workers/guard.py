"""A time limit for each call of a labeling function.

A limit is kept by ticks of the process's alarm clock: starting a call is only counted, and every tick looks whether
it still sees the same call. So a call costs next to nothing, and loops, sleeps and regular expressions can all be
interrupted. C code that never looks for signals cannot: see :mod:`weaklabel.vote.workers`.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Protocol, Self, TypeVar

T = TypeVar("T")

TICKS_PER_LIMIT = 8
SHORTEST_TICK_S = 0.005


class OutOfTimeError(BaseException):
    """Raised inside a call that has used up its time."""


class Guard(Protocol):
    """Calls code that may be slow, or worse."""

    def run(self, lf: int, row: int, function: Callable[..., T], *arguments: Any) -> T:
        """Call `function(*arguments)` for labeling function number `lf` on row `row`; raises OutOfTimeError."""
        ...


class Unguarded:
    """Just calls: for where no limit can be kept."""

    def run(self, lf: int, row: int, function: Callable[..., T], *arguments: Any) -> T:  # noqa: ARG002 - see Guard
        """Call `function(*arguments)`."""
        return function(*arguments)


class TimedGuard:
    """Raises :class:`OutOfTimeError` in a call that runs longer than its limit, and again if the call swallows it.

    A context manager for a process's main thread, which uses the alarm clock (SIGALRM) inside the block and puts back
    the handler and the timer that were there. A call ends between one limit and one limit plus about a tick (an
    eighth of the limit, 5 ms or more) after its start. Calls are not nested, and are made inside the block only.

    Parameters
    ----------
    limit_s
        The limit of one call; `math.inf` sets none.

    Examples
    --------
    >>> with TimedGuard(limit_s=10) as guard:
    ...     guard.run(0, 0, str.upper, "a")
    'A'
    """

    def __init__(self, limit_s: float) -> None:
        if not limit_s > 0:
            raise ValueError(f"limit_s is {limit_s}; give a number of seconds above 0.")
        self.limit_s = limit_s
        self._count = 0
        self._running = 0  # the number of the call that is running; 0 between calls
        self._seen = 0  # the call that the last tick saw, and since when ticks have seen it
        self._since = 0.0

    @staticmethod
    def is_available() -> bool:
        """Say whether a limit can be kept here: in a main thread, on a system with interval timers."""
        return (
            hasattr(signal, "setitimer")
            and threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGALRM) is not None  # None: a handler of C code, which we could not put back
        )

    def run(self, lf: int, row: int, function: Callable[..., T], *arguments: Any) -> T:  # noqa: ARG002 - see Guard
        """Call `function(*arguments)`; raises OutOfTimeError in it."""
        # Python runs signal handlers at calls, jumps back and function entries only. There is none of them after
        # the mark is taken away, so that no tick can raise outside of this `try`.
        self._count += 1
        try:
            self._running = self._count
            return function(*arguments)
        finally:
            self._running = 0

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._running != self._seen:
            self._seen = self._running
            self._since = now
        elif self._running and now - self._since >= self.limit_s:
            raise OutOfTimeError(f"it ran longer than {self.limit_s:g} s")

    def __enter__(self) -> Self:
        self._entered = time.monotonic()
        self._timer_before = signal.setitimer(signal.ITIMER_REAL, 0)
        self._handler_before = signal.signal(signal.SIGALRM, self._tick)
        if math.isfinite(self.limit_s):
            tick_s = _tick_length(self.limit_s)
            signal.setitimer(signal.ITIMER_REAL, tick_s, tick_s)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)  # drops a tick that a blocked signal has kept waiting
        signal.signal(signal.SIGALRM, self._handler_before)
        delay_s, interval_s = self._timer_before
        if delay_s:
            left_s = delay_s - (time.monotonic() - self._entered)
            signal.setitimer(signal.ITIMER_REAL, max(left_s, SHORTEST_TICK_S), interval_s)


def _tick_length(limit_s: float) -> float:
    # A little longer than the exact part: else the eighth tick comes a hair before the limit, and the ninth decides.
    return max(limit_s / TICKS_PER_LIMIT * 1.02, SHORTEST_TICK_S)
