import contextlib
import math
import re
import signal
import threading
import time

import pytest

from weaklabel.vote.workers.guard import OutOfTimeError, TimedGuard, Unguarded

LIMIT_S = 0.08
LATEST_S = LIMIT_S * 1.5 + 0.3  # a limit and some ticks, on a busy machine


def spin():
    while True:
        pass


def search_without_end():
    re.search(r"(a+)+$", "a" * 60 + "b")


def time_of(call):
    start = time.monotonic()
    with pytest.raises(OutOfTimeError, match=r"^it ran longer than 0\.08 s$"):
        call()
    return time.monotonic() - start


def test_a_call_gets_its_arguments_and_returns_its_value():
    with TimedGuard(LIMIT_S) as guard:
        assert guard.run(3, 4, divmod, 17, 5) == (3, 2)
    assert Unguarded().run(3, 4, divmod, 17, 5) == (3, 2)


def test_what_a_call_raises_comes_through():
    with TimedGuard(LIMIT_S) as guard, pytest.raises(ZeroDivisionError):
        guard.run(0, 0, divmod, 1, 0)


@pytest.mark.parametrize("call", [spin, search_without_end, lambda: time.sleep(5)], ids=["loop", "regex", "sleep"])
def test_a_call_out_of_time_is_interrupted(call):
    with TimedGuard(LIMIT_S) as guard:
        assert LIMIT_S <= time_of(lambda: guard.run(0, 0, call)) < LATEST_S
        assert LIMIT_S <= time_of(lambda: guard.run(0, 1, call)) < LATEST_S  # and the next one in the same way


def test_a_labeling_function_does_not_swallow_it_with_except_exception():
    def careless():
        with contextlib.suppress(Exception):
            spin()

    with TimedGuard(LIMIT_S) as guard:
        time_of(lambda: guard.run(0, 0, careless))


def test_a_call_that_swallows_it_is_interrupted_again():
    swallowed = []

    def stubborn():
        for _ in range(3):
            try:
                spin()
            except:  # noqa: E722
                swallowed.append(1)
        spin()

    with TimedGuard(LIMIT_S) as guard:
        assert time_of(lambda: guard.run(0, 0, stubborn)) < LATEST_S + LIMIT_S
    assert swallowed  # once at least: on a busy machine a second tick may come before the first is swallowed


def test_many_short_calls_together_may_take_longer_than_the_limit():
    with TimedGuard(0.02) as guard:
        end = time.monotonic() + 0.3
        calls = 0
        while time.monotonic() < end:
            guard.run(0, calls, time.sleep, 0.001)
            calls += 1
    assert calls > 30


def test_nothing_is_raised_between_calls():
    with TimedGuard(0.02) as guard:
        guard.run(0, 0, abs, -1)
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            pass


def test_a_call_that_ends_at_the_limit_raises_inside_of_run_or_not_at_all():
    # Ticks and ends of calls meet again and again; a tick that raised outside of `run` would escape the `except`.
    outcomes = {"done": 0, "late": 0}
    with TimedGuard(0.005) as guard:
        for row in range(60):
            try:
                guard.run(0, row, time.sleep, 0.005 + row % 7 * 0.0015)
                outcomes["done"] += 1
            except OutOfTimeError:
                outcomes["late"] += 1
    assert sum(outcomes.values()) == 60
    assert outcomes["late"] > 0


def test_no_limit():
    with TimedGuard(math.inf) as guard:
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        assert guard.run(0, 0, abs, -1) == 1


@pytest.mark.parametrize("limit_s", [0, -1, math.nan])
def test_a_limit_is_a_positive_number(limit_s):
    with pytest.raises(ValueError, match=f"limit_s is {limit_s}"):
        TimedGuard(limit_s)


def test_the_clock_is_put_back_as_it_was():
    before = signal.getsignal(signal.SIGALRM)
    with contextlib.suppress(OutOfTimeError), TimedGuard(LIMIT_S) as guard:
        guard.run(0, 0, spin)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_the_applications_own_alarm_rings_when_it_should():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    try:
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.3, 0.05)
        with TimedGuard(LIMIT_S) as guard:
            guard.run(0, 0, time.sleep, 0.04)
        time.sleep(0.1)
        assert rung == []
        delay_s, interval_s = signal.getitimer(signal.ITIMER_REAL)
        assert 0.02 < delay_s < 0.17
        assert interval_s == pytest.approx(0.05, abs=0.001)
        while len(rung) < 2 and time.monotonic() < start + 2:
            time.sleep(0.01)
        assert 0.29 < rung[0] - start < 0.6
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_alarm_of_the_application_that_came_due_inside_rings_right_after():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with TimedGuard(LIMIT_S):
            time.sleep(0.05)
            assert rung == []
        time.sleep(0.05)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_tick_kept_waiting_by_a_blocked_signal_does_not_end_the_process():
    with TimedGuard(LIMIT_S):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        signal.pthread_kill(threading.get_ident(), signal.SIGALRM)
        assert signal.sigpending() == {signal.SIGALRM}
    try:
        assert signal.sigpending() == set()  # or the default, to end the process, would come next
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_is_available_in_a_main_thread_only():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(TimedGuard.is_available()))
    thread.start()
    thread.join()
    assert TimedGuard.is_available()
    assert seen == [False]
