import contextlib
import ctypes
import faulthandler
import logging
import math
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from weaklabel.errors import WorkerError
from weaklabel.vote.workers import WHOLE_LF, LostCall, WorkerPool, is_supported
from weaklabel.vote.workers import process as worker_process
from weaklabel.vote.workers.guard import OutOfTimeError
from weaklabel.vote.workers.pool import JobResult

pytestmark = [
    pytest.mark.skipif(not is_supported(), reason="labeling functions run in the calling process here"),
    # Python 3.12+ warns of forks among threads, which some tests make by other means than the pool's.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]

LIMIT_S = 0.1
SEGFAULT = "its worker process was killed by signal 11 (SIGSEGV)"
KILL = "its worker process was killed by signal 9 (SIGKILL), as happens where memory runs out"
EXIT = "its worker process ended with exit code 3"
HANG = "it ran longer than 0.1 s and had to be killed"


def spin(*_):
    while True:
        pass


def spin_unreachably(*_):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    spin()


def raise_signal(number):
    faulthandler.disable()  # pytest's, which would write a report into the middle of ours
    os.kill(os.getpid(), number)


def read_null(*_):
    faulthandler.disable()
    ctypes.string_at(0)


DEEDS = {
    "spin": spin,
    "sleep": lambda: time.sleep(9),
    "regex": lambda: re.search(r"(a+)+$", "a" * 60 + "b"),
    "hang": spin_unreachably,
    "exit": lambda: os._exit(3),
    "null": read_null,
    "segfault": lambda: raise_signal(signal.SIGSEGV),
    "kill": lambda: raise_signal(signal.SIGKILL),
}


def do(row):
    return DEEDS[row]() if isinstance(row, str) else row * 10


def ask_all(rows, guard, skipped, n_lfs=1):
    """What an engine's job does, on rows that are numbers, or the name of a deed."""
    answers = {}
    for lf in range(n_lfs):
        for row, value in enumerate(rows):
            if (lf, row) in skipped or (lf, WHOLE_LF) in skipped:
                continue
            try:
                answers[lf, row] = guard.run(lf, row, do, value)
            except OutOfTimeError as error:
                answers[lf, row] = str(error)
    return answers


older: set[int] = set()


def children(parent=None):
    """Child processes, without those that other tests' libraries left running (a JVM, a fork server)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, ppid = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(ppid) == (parent or os.getpid()) and int(stat.parent.name) not in older:
            found.append((int(stat.parent.name), "zombie" if state == "Z" else "alive"))
    return found


def descriptors():
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


@pytest.fixture(autouse=True, scope="module")
def _warm_up():
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        pool.run([])  # the first pool imports modules, which may open files for good
    older.update(pid for pid, _ in children())


@pytest.fixture(autouse=True)
def nothing_is_left_behind(_warm_up):
    before = descriptors(), children()
    yield
    assert (descriptors(), children()) == before


IMPORTS = "import os, signal, sys, threading, time\nfrom weaklabel.vote.workers import WorkerPool\n"


def run_script(body, **kwargs):
    command = [sys.executable, "-c", IMPORTS + textwrap.dedent(body)]
    kwargs = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **kwargs}
    return subprocess.Popen(command, **kwargs)


def wait_until_gone(process):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":  # dead, and its new parent is no good one
            return True
        time.sleep(0.01)
    return False


# What comes back


def test_the_result_is_what_the_job_returns_here():
    with WorkerPool(ask_all, 2, limit_s=LIMIT_S) as pool:
        assert pool.run([1, 2, 3]) == JobResult({(0, 0): 10, (0, 1): 20, (0, 2): 30}, ())
        assert pool.run([]) == JobResult({}, ())


def test_a_job_is_a_closure_over_what_cannot_be_pickled():
    lock = threading.Lock()
    functions = [lambda x: x + 1, lambda x: (lock.locked(), x)]
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(functions)

    def job(payload, guard, skipped):
        return [guard.run(lf, 0, function, payload) for lf, function in enumerate(functions)]

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        assert pool.run(5).result == [6, (False, 5)]


def test_payloads_from_several_threads_each_get_their_own_result():
    payloads = [[number, "exit", number + 1] if number % 10 == 0 else [number] for number in range(60)]
    with WorkerPool(ask_all, 3, limit_s=LIMIT_S, give_up_after=100) as pool:
        with ThreadPoolExecutor(8) as threads:
            outcomes = list(threads.map(pool.run, payloads))
        assert len(children()) <= 3
    for number, outcome in enumerate(outcomes):
        if number % 10 == 0:
            assert outcome == JobResult({(0, 0): number * 10, (0, 2): number * 10 + 10}, (LostCall(0, 1, EXIT),))
        else:
            assert outcome == JobResult({(0, 0): number * 10}, ())


def test_payloads_run_at_the_same_time():
    # Each job waits for the other one: run in turn, they would wait for ever.
    reader, writer = os.pipe()

    def meet(payload, guard, skipped):
        if payload == "first":
            return os.read(reader, 1)
        return os.write(writer, b"x")

    with WorkerPool(meet, 2, limit_s=LIMIT_S) as pool, ThreadPoolExecutor(2) as threads:
        assert [o.result for o in threads.map(pool.run, ["first", "second"])] == [b"x", 1]
    os.close(reader)
    os.close(writer)


def test_large_payloads_and_results():
    payload = os.urandom(50_000_000)
    with WorkerPool(lambda payload, guard, skipped: payload[::-1], 1, limit_s=LIMIT_S) as pool:
        assert pool.run(payload).result == payload[::-1]


def test_an_error_of_the_job_is_raised_here_with_its_traceback_there():
    def job(payload, guard, skipped):
        return {}[payload]

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        with pytest.raises(KeyError, match="'missing'") as caught:
            pool.run("missing")
        assert "in job\n    return {}[payload]" in caught.value.__notes__[0]
        worker = children()
        with pytest.raises(KeyError, match="'again'"):
            pool.run("again")
        assert children() == worker  # it is not the worker's fault


class UnreadableError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")

    def __reduce__(self):  # the default, said here because some libraries mend it for all exceptions
        return UnreadableError, self.args


def test_an_error_that_cannot_be_read_back_is_told_in_words():
    def job(payload, guard, skipped):
        raise UnreadableError("this", "that")

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        with pytest.raises(RuntimeError, match=r"^UnreadableError: this and that\n"):
            pool.run(0)
        with pytest.raises(Exception, match="pickle"):
            WorkerPool.run(pool, lambda: 0)  # a payload that cannot be sent harms nothing


def test_a_result_that_cannot_be_pickled_is_an_error():
    with (
        WorkerPool(lambda *_: threading.Lock(), 1, limit_s=LIMIT_S) as pool,
        pytest.raises(TypeError, match=r"cannot pickle '_thread\.lock'"),
    ):
        pool.run(0)


# Calls out of time


@pytest.mark.parametrize("deed", ["spin", "sleep", "regex"])
def test_a_call_out_of_time_is_interrupted_in_its_worker(deed):
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        pool.run([])
        worker = children()
        outcome = pool.run([1, deed, 3])
        assert children() == worker
    assert outcome == JobResult({(0, 0): 10, (0, 1): "it ran longer than 0.1 s", (0, 2): 30}, ())


def test_the_soft_limit_does_not_depend_on_the_thread_that_forks():
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool, ThreadPoolExecutor(1) as threads:
        assert threads.submit(pool.run, ["spin"]).result().result == {(0, 0): "it ran longer than 0.1 s"}


def test_a_worker_outlives_the_thread_that_forked_it():
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        thread = threading.Thread(target=pool.run, args=([],))
        thread.start()
        thread.join()
        worker = children()
        time.sleep(0.05)
        assert pool.run([4]).result == {(0, 0): 40}
        assert children() == worker


def test_a_call_that_no_signal_reaches_is_killed():
    start = time.monotonic()
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        assert pool.run([1, "hang", 3]) == JobResult({(0, 0): 10, (0, 2): 30}, (LostCall(0, 1, HANG),))
    assert 2 * LIMIT_S + 1 < time.monotonic() - start < 4


def test_many_calls_in_a_row_may_take_longer_than_the_hard_limit():
    def job(payload, guard, skipped):
        return sum(guard.run(0, row, lambda: time.sleep(0.02) or 1) for row in range(80))

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        assert pool.run(0) == JobResult(80, ())


def test_work_between_calls_has_no_such_limit():
    def job(payload, guard, skipped):
        guard.run(0, 0, abs, 1)
        time.sleep(1.6)
        return "done"

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        assert pool.run(0) == JobResult("done", ())


def test_no_limit():
    def job(payload, guard, skipped):
        return guard.run(0, 0, lambda: time.sleep(0.2) or "done")

    with WorkerPool(job, 1, limit_s=math.inf) as pool:
        assert pool.run(0) == JobResult("done", ())


# Calls that crash


@pytest.mark.parametrize("row", [0, 1, 2])
@pytest.mark.parametrize(
    ("deed", "error"), [("exit", EXIT), ("null", SEGFAULT), ("segfault", SEGFAULT), ("kill", KILL)], ids=lambda x: x[:8]
)
def test_a_call_that_crashes_its_worker_is_lost_and_no_other(deed, error, row):
    rows = [1, 2, 3]
    rows[row] = deed
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        outcome = pool.run(rows)
    expected = {(0, other): (other + 1) * 10 for other in range(3) if other != row}
    assert outcome == JobResult(expected, (LostCall(0, row, error),))


def test_a_worker_that_lost_its_pipe_is_replaced(monkeypatch):
    monkeypatch.setattr(worker_process, "GRACE_S", 0.1)

    def job(payload, guard, skipped):
        return "left out" if (0, 7) in skipped else guard.run(0, 7, lambda: os.closerange(3, 99) or time.sleep(9))

    with WorkerPool(job, 1, limit_s=9) as pool:
        error = "its worker process closed its pipe"
        assert pool.run(0) == JobResult("left out", (LostCall(0, 7, error),))


def test_each_call_is_lost_in_its_own_payload_only():
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        assert pool.run([1, "exit"]) == JobResult({(0, 0): 10}, (LostCall(0, 1, EXIT),))
        assert pool.run([5, 6]) == JobResult({(0, 0): 50, (0, 1): 60}, ())


def test_a_labeling_function_is_given_up_after_three_lost_calls():
    def job(rows, guard, skipped):
        rows = {0: rows, 1: [5] * len(rows)}  # the second one never crashes
        return {
            (lf, row): guard.run(lf, row, do, value)
            for lf in rows
            for row, value in enumerate(rows[lf])
            if not {(lf, row), (lf, WHOLE_LF)} & skipped
        }

    given_up = f"it was given up after 3 lost calls; of the last, {KILL}"
    with WorkerPool(job, 2, limit_s=LIMIT_S) as pool:
        first = pool.run(["exit", 1, "exit"])
        assert first.result == {(0, 1): 10, (1, 0): 50, (1, 1): 50, (1, 2): 50}
        assert first.lost == (LostCall(0, 0, EXIT), LostCall(0, 2, EXIT))
        assert pool.given_up == {}
        second = pool.run([1, "kill", "exit"])
        assert second.result == {(1, 0): 50, (1, 1): 50, (1, 2): 50}
        assert second.lost == (LostCall(0, 1, KILL), LostCall(0, WHOLE_LF, given_up))
        assert pool.given_up == {0: given_up}
        third = pool.run([1])
        assert third == JobResult({(1, 0): 50}, (LostCall(0, WHOLE_LF, given_up),))


def test_a_labeling_function_may_be_given_up_at_once():
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S, give_up_after=1) as pool:
        outcome = pool.run([1, "exit"])
    assert outcome.result == {}
    assert outcome.lost[1] == LostCall(0, WHOLE_LF, f"it was given up after 1 lost call; of the last, {EXIT}")


def test_a_crash_outside_of_any_call_is_an_error_after_two_retries(tmp_path):
    def job(payload, guard, skipped):
        guard.run(0, 0, abs, 1)
        with (tmp_path / "attempts").open("a") as attempts:
            attempts.write("x")
        os._exit(7)

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        what = r"outside of any labeling function's call, 3 times .* exit code 7\. .* Use fewer worker processes"
        with pytest.raises(WorkerError, match=what):
            pool.run(0)
        assert (tmp_path / "attempts").read_text() == "xxx"


def test_a_worker_that_somebody_ends_is_replaced_and_no_labeling_function_blamed(tmp_path):
    def job(payload, guard, skipped):
        first = not (tmp_path / "once").exists()
        (tmp_path / "once").touch()
        return guard.run(0, 0, lambda: os.kill(os.getpid(), payload) if first else "done")

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        assert pool.run(signal.SIGTERM) == JobResult("done", ())
        (tmp_path / "once").unlink()
        assert pool.run(signal.SIGINT) == JobResult("done", ())


def test_a_worker_that_hangs_outside_of_any_call_is_killed(monkeypatch):
    monkeypatch.setattr(worker_process, "OUTSIDE_LIMIT_S", 0.3)
    with (
        WorkerPool(lambda *_: time.sleep(9), 1, limit_s=LIMIT_S) as pool,
        pytest.raises(WorkerError, match=r"3 times .*: it did not answer for 0\.3 s and had to be killed"),
    ):
        pool.run(0)


def test_a_worker_that_cannot_be_forked_is_an_error(monkeypatch):
    def fail():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        monkeypatch.setattr(os, "fork", fail)
        with pytest.raises(WorkerError, match=r"could not be started: .*temporarily unavailable.* Use fewer"):
            pool.run([])
        monkeypatch.undo()
        assert pool.run([1]).result == {(0, 0): 10}


def test_a_process_that_a_labeling_function_forks_and_lets_go_ends_quietly(capfd):
    def job(payload, guard, skipped):
        return guard.run(0, 0, lambda: bool(os.fork()))

    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        assert [pool.run(number).result for number in range(3)] == [True, True, True]
    assert capfd.readouterr().err == ""


# Inside a worker


def test_what_a_labeling_function_prints_comes_out_on_standard_error(capfd):
    def job(payload, guard, skipped):
        print("printed")
        os.write(1, b"from C\n")
        logging.getLogger("weaklabel.test").warning("logged")
        print("half a line", end="")
        return sys.stdin.read()

    logger = logging.getLogger("weaklabel.test")
    handler = logging.StreamHandler(sys.stdout)
    logger.addHandler(handler)
    with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
        assert pool.run(0).result == ""
    logger.removeHandler(handler)
    assert capfd.readouterr() == ("", "printed\nfrom C\nlogged\nhalf a line")


def test_a_labeling_function_that_closes_its_output_harms_nothing():
    with WorkerPool(lambda *_: sys.stdout.close(), 1, limit_s=LIMIT_S) as pool:
        assert [pool.run(number).result for number in range(2)] == [None, None]


def test_what_was_printed_before_comes_out_once_and_first():
    process = run_script(
        """
        print("before", end=" ")
        with WorkerPool(lambda *_: print("during", end=" "), 1, limit_s=1) as pool:
            pool.run(0)
        print("after")
        """,
        stderr=subprocess.STDOUT,
    )
    assert process.communicate(timeout=20) == ("before during after\n", None)


def test_a_lock_that_another_thread_holds_on_standard_output_is_not_waited_for():
    process = run_script("""
        class Slow:
            def __init__(self): self.lock = threading.Lock()
            def write(self, text): self.lock.acquire()
            def flush(self): pass
        sys.stdout = sys.stderr = slow = Slow()
        slow.lock.acquire()
        with WorkerPool(lambda *_: print("through"), 1, limit_s=1) as pool:
            pool.run(0)
        """)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "through\n")


def test_a_worker_has_none_of_its_parents_signal_handlers_and_one_thread_of_each_numeric_library():
    def job(payload, guard, skipped):
        import threadpoolctl

        threads = {pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
        return [signal.getsignal(number) for number in numbers], signal.pthread_sigmask(signal.SIG_BLOCK, []), threads

    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    numbers = [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1]
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    try:
        with WorkerPool(job, 1, limit_s=LIMIT_S) as pool:
            handlers, mask, threads = pool.run(0).result
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == {signal.SIGUSR2}
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2])
        signal.signal(signal.SIGUSR1, before)
    assert handlers == [signal.SIG_DFL] * 3
    assert mask == set()
    assert threads == {1}


def count_pipes():
    links = []
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the one that lists them
            links.append(str(path.readlink()))
    return sum(link.startswith("pipe:") for link in links)


def test_a_worker_has_no_pipe_of_another_one():
    def job(payload, guard, skipped):
        time.sleep(0.2)  # so that each of the others takes a worker of its own
        return count_pipes()

    others = count_pipes()
    with WorkerPool(job, 3, limit_s=LIMIT_S) as pool, ThreadPoolExecutor(3) as threads:
        counts = [outcome.result for outcome in threads.map(pool.run, range(3))]
        assert len(children()) == 3
    assert counts == [others + 3] * 3


# The end


def test_closing_ends_the_workers_and_refuses_more_work():
    with WorkerPool(ask_all, 2, limit_s=LIMIT_S) as pool:
        pool.run([])
        assert len(children()) == 1  # the second was not needed
    assert children() == []
    with pytest.raises(RuntimeError, match="The worker pool is closed"):
        pool.run([])
    pool.close()


def test_an_error_in_the_block_ends_the_workers():
    def use():
        with WorkerPool(ask_all, 2, limit_s=LIMIT_S) as pool:
            pool.run([])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()
    assert children() == []


def test_closing_breaks_off_what_other_threads_wait_for():
    with ThreadPoolExecutor(3) as threads:
        start = time.monotonic()
        with WorkerPool(lambda *_: time.sleep(60), 2, limit_s=LIMIT_S) as pool:
            waiting = [threads.submit(pool.run, 0) for _ in range(3)]
            time.sleep(0.3)
        for future in waiting:
            with pytest.raises(RuntimeError, match="closed"):
                future.result()
        assert time.monotonic() - start < 3


def test_an_interrupt_while_waiting_ends_the_workers():
    def use():
        with WorkerPool(ask_all, 2, limit_s=9) as pool:
            pool.run([1])
            threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
            pool.run(["spin"])

    with pytest.raises(KeyboardInterrupt):
        use()
    assert children() == []


def test_control_c_shows_the_parents_traceback_only_and_leaves_no_process():
    process = run_script(
        """
        def job(payload, guard, skipped):
            print(os.getpid(), file=sys.stderr)
            guard.run(0, 0, time.sleep, 60)
        with WorkerPool(job, 2, limit_s=60) as pool:
            threading.excepthook = lambda thrown: None  # the pool is closed over this thread's head, which it says
            threading.Thread(target=pool.run, args=(0,), daemon=True).start()
            pool.run(0)
        """,
        start_new_session=True,
    )
    workers = [int(process.stderr.readline()) for _ in range(2)]
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert err.count("KeyboardInterrupt") == 1
    assert all(wait_until_gone(worker) for worker in workers)


@pytest.mark.parametrize("fork_from", ["main", "thread"])
@pytest.mark.parametrize("busy_with", ["nothing", "a call", "a call that no signal reaches"])
def test_no_worker_outlives_a_killed_parent(fork_from, busy_with):
    process = run_script(f"""
        def spin_unreachably():
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            while True: pass
        def job(payload, guard, skipped):
            print(os.getpid(), file=sys.stderr)
            if payload == "a call": guard.run(0, 0, time.sleep, 60)
            if payload == "a call that no signal reaches": guard.run(0, 0, spin_unreachably)
        def work():
            with WorkerPool(job, 2, limit_s=60) as pool:
                others = [threading.Thread(target=pool.run, args=({busy_with!r},)) for _ in range(2)]
                for other in others: other.start()
                time.sleep(60)
        work() if {fork_from!r} == "main" else threading.Thread(target=work).start()
        """)
    workers = [int(process.stderr.readline()) for _ in range(2)]
    time.sleep(0.05)
    process.kill()
    process.communicate(timeout=20)
    assert all(wait_until_gone(worker) for worker in workers)


def _in_a_daemon(answers):
    assert multiprocessing.current_process().daemon
    with WorkerPool(ask_all, 2, limit_s=LIMIT_S) as pool:
        answers.send(pool.run([1, "exit", "spin"]))


def test_a_pool_works_in_a_daemonic_process():
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        pool.run([])  # the daemon gets a copy of this one, and must leave its worker alone
        process = context.Process(target=_in_a_daemon, args=(sender,), daemon=True)
        process.start()
        assert receiver.poll(20)
        answer = {(0, 0): 10, (0, 2): "it ran longer than 0.1 s"}
        assert receiver.recv() == JobResult(answer, (LostCall(0, 1, EXIT),))
        process.join(10)
        assert process.exitcode == 0
        assert pool.run([2]) == JobResult({(0, 0): 20}, ())
    process.close()
    receiver.close()
    sender.close()


def test_a_copy_of_a_pool_in_a_forked_process_neither_works_nor_ends_the_workers():
    with WorkerPool(ask_all, 1, limit_s=LIMIT_S) as pool:
        pool.run([])
        workers = children()
        child = os.fork()
        if not child:
            code = 1
            try:
                pool.run([])
            except RuntimeError:
                pool.close()
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert children() == workers
        assert pool.run([2]).result == {(0, 0): 20}


@pytest.mark.parametrize(
    "settings", [{"n_workers": 0}, {"limit_s": 0}, {"limit_s": math.nan}, {"give_up_after": 0}], ids=str
)
def test_settings_must_make_sense(settings):
    with pytest.raises(ValueError, match=r"n_workers is .*, give_up_after is .*, limit_s is"):
        WorkerPool(ask_all, **{"n_workers": 1, "limit_s": 1, **settings})
