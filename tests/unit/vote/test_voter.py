import ctypes
import os
import re
import signal
import time
from dataclasses import replace

import pytest

from support.made import make_records, make_vocabulary, pattern_lf, phrase_lf, python_lf, vote_rows
from weaklabel.terms import Unless
from weaklabel.vote import apply_lfs
from weaklabel.vote.batch import FailedCall
from weaklabel.vote.guarded import GuardedVoter, Task
from weaklabel.vote.voter import _as_failed
from weaklabel.vote.workers import LostCall, Supervised, is_supported

VOCABULARY = make_vocabulary("bert", "gnn", "nn")
CATASTROPHE = "a" * 40 + "b"

needs_workers = pytest.mark.skipif(not is_supported(), reason="worker processes are forked, which this system cannot")


def cast(*lfs, records, **options):
    return apply_lfs(lfs, records, VOCABULARY, **options)


def fails_on(title, action):
    """A labeling function that votes nn, and does something terrible on the records of one title."""
    return python_lf("terrible", "nn", lambda record: action() if record.title == title else [("nn", 1)])


def spin():
    while True:
        pass


@pytest.mark.parametrize("n_workers", [0, 1, 2])
def test_a_catastrophic_pattern_is_a_reported_failure_and_no_hang(n_workers):
    lfs = [pattern_lf("evil", "nn", r"(a+)+$"), pattern_lf("good", "bert", "b$")]
    records = make_records(["xa", CATASTROPHE, "b"])
    begin = time.monotonic()
    votes = cast(*lfs, records=records, timeout_s=0.2, n_workers=n_workers)
    assert time.monotonic() - begin < 5
    assert vote_rows(votes, VOCABULARY) == {("nn", 0, "evil", 1), ("bert", 1, "good", 1), ("bert", 2, "good", 1)}
    (failure,) = votes.failures
    assert (failure.lf_id, failure.count, failure.first_record) == ("evil", 1, 1)
    assert failure.error == "it ran longer than 0.2 s"


def test_a_catastrophic_unless_is_a_failure_too():
    lf = phrase_lf("a", "nn", "graph", unless=Unless(pattern=r"(a+)+$"))
    votes = cast(lf, records=make_records(["graph", f"graph {CATASTROPHE}", "graph aaa"]), timeout_s=0.2)
    assert vote_rows(votes, VOCABULARY) == {("nn", 0, "a", 1)}
    assert [(failure.count, failure.first_record) for failure in votes.failures] == [(1, 1)]


@pytest.mark.parametrize("n_workers", [0, 1])
@pytest.mark.parametrize("hang", [spin, lambda: time.sleep(60), lambda: re.search(r"(a+)+$", CATASTROPHE)])
def test_a_labeling_function_that_hangs_fails_on_that_record_alone(hang, n_workers):
    votes = cast(
        fails_on("bad", hang), records=make_records(["x", "bad", "y"]), timeout_s=0.2, n_workers=n_workers
    )  # fmt: skip
    assert vote_rows(votes, VOCABULARY) == {("nn", 0, "terrible", 1), ("nn", 2, "terrible", 1)}
    (failure,) = votes.failures
    assert (failure.count, failure.first_record, failure.error) == (1, 1, "it ran longer than 0.2 s")
    assert "test_voter.py" in failure.traceback


@needs_workers
@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda: os._exit(3), "exit code 3"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL"),
        (lambda: ctypes.string_at(0), "SIGSEGV"),
    ],
)
def test_a_crash_is_reported_against_the_labeling_function_that_caused_it(end, reason):
    lfs = [fails_on("bad", end), phrase_lf("p", "gnn", "bad"), pattern_lf("r", "bert", "^y")]
    votes = cast(*lfs, records=make_records(["x", "bad", "y"]))
    assert vote_rows(votes, VOCABULARY) == {
        ("nn", 0, "terrible", 1),
        ("nn", 2, "terrible", 1),
        ("gnn", 1, "p", 1),
        ("bert", 2, "r", 1),
    }
    (failure,) = votes.failures
    assert (failure.lf_id, failure.count, failure.first_record) == ("terrible", 1, 1)
    assert reason in failure.error


@needs_workers
def test_a_call_that_no_signal_reaches_is_killed():
    def block():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        spin()

    votes = cast(fails_on("bad", block), records=make_records(["x", "bad", "y"]), timeout_s=0.1)
    assert vote_rows(votes, VOCABULARY) == {("nn", 0, "terrible", 1), ("nn", 2, "terrible", 1)}
    assert votes.failures[0].count == 1


@needs_workers
@pytest.mark.parametrize("action", [lambda: os._exit(1), spin])
def test_a_labeling_function_that_always_crashes_or_hangs_is_given_up_soon(action):
    records = make_records(["bad"] * 400)
    begin = time.monotonic()
    votes = cast(fails_on("bad", action), pattern_lf("r", "bert", "b"), records=records, timeout_s=0.1)
    assert time.monotonic() - begin < 10
    assert vote_rows(votes, VOCABULARY) == {("bert", i, "r", 1) for i in range(400)}
    (failure,) = votes.failures
    assert (failure.lf_id, failure.count, failure.first_record) == ("terrible", 400, 0)


@pytest.mark.parametrize("n_workers", [0, 1, 2])
@pytest.mark.parametrize("bad", [range(3), range(1000, 1003), [0, 999, 1999]], ids=str)
def test_what_is_given_up_has_no_votes_at_all_however_the_work_was_shared_out(bad, n_workers):
    records = make_records(["bad" if i in bad else "good" for i in range(2000)])
    lfs = [fails_on("bad", spin), pattern_lf("r", "bert", "bad")]
    votes = cast(*lfs, records=records, timeout_s=0.05, n_workers=n_workers)
    assert vote_rows(votes, VOCABULARY) == {("bert", i, "r", 1) for i in bad}
    (failure,) = votes.failures
    assert (failure.lf_id, failure.count) == ("terrible", 2000)
    assert failure.error == "it ran longer than 0.05 s; it was given up after 3 such calls"


@needs_workers
@pytest.mark.parametrize("n_workers", [1, 2])
def test_two_crashes_cost_two_records_and_votes_and_failures_never_meet(n_workers):
    records = make_records(["bad" if i in (5, 1500) else "good" for i in range(2000)])
    votes = cast(fails_on("bad", lambda: os._exit(1)), records=records, n_workers=n_workers)
    assert set(votes.record.tolist()) == set(range(2000)) - {5, 1500}
    assert [(failure.count, failure.first_record) for failure in votes.failures] == [(2, 5)]


def test_a_lost_unless_does_not_let_the_vote_stand():
    records = make_records(["graph"])
    voter = GuardedVoter([(0, phrase_lf("a", "nn", "graph", unless=Unless(pattern="graph")))], VOCABULARY)
    outcome = Supervised(lambda payload, guard, skipped: voter(payload, guard, {(0, 0)}), 0, limit_s=1)
    assert _as_failed([LostCall(0, 0, "lost")], (), 1)[0].is_lost
    votes = outcome.run(Task(records, {})).result
    failed = (FailedCall(0, 0, "lost"),)
    assert len(votes._replace(failed=failed).without_failed().record) == 0


def test_without_worker_processes_time_limits_hold_for_many_records_too(monkeypatch):
    monkeypatch.setattr("weaklabel.vote.engine.is_supported", lambda: False)
    monkeypatch.setattr("weaklabel.vote.workers.supervised.is_supported", lambda: False)
    records = make_records(["bad" if i == 8999 else "good" for i in range(9000)])
    votes = cast(fails_on("bad", lambda: time.sleep(5)), records=records, timeout_s=0.1)
    assert [(failure.count, failure.first_record) for failure in votes.failures] == [(1, 8999)]
    assert len(votes) == 8999


class PanicError(BaseException):
    """What Rust's bindings raise is no Exception."""


class UnspeakableError(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize("n_workers", [0, 1])
def test_whatever_is_raised_is_a_failure_with_a_text_that_any_file_can_hold(n_workers):
    errors = [PanicError("rust"), UnspeakableError(), ValueError("odd \ud800"), ValueError("x" * 100_000)]

    def raise_one(record):
        raise errors[record.record_id - 1]

    for i, expected in enumerate(["PanicError: rust", "UnspeakableError: (its message cannot be shown)"]):
        records = make_records(["a"], ids=[i + 1])
        votes = cast(python_lf("terrible", "nn", raise_one), records=records, n_workers=n_workers)
        assert votes.failures[0].error == expected
    for i, length in ((3, 17), (4, 10_000)):
        votes = cast(python_lf("terrible", "nn", raise_one), records=make_records(["a"], ids=[i]), n_workers=n_workers)
        assert len(votes.failures[0].error) == length
        votes.failures[0].traceback.encode()


def test_lone_surrogates_in_texts_are_no_obstacle():
    lfs = [phrase_lf("p", "nn", "good"), pattern_lf("r", "bert", "good")]
    votes = cast(*lfs, records=make_records(["good \ud800"]))
    assert vote_rows(votes, VOCABULARY) == {("nn", 0, "p", 1), ("bert", 0, "r", 1)}


@needs_workers
@pytest.mark.parametrize("action", [lambda: os._exit(1), spin, lambda: time.sleep(60)])
def test_a_batched_labeling_function_that_crashes_or_hangs_is_given_up_soon(action):
    lf = replace(python_lf("terrible", "nn", lambda record: []), batch="pandas", call_batch=lambda frame: action())
    records = make_records(["graph"] * 3000)
    begin = time.monotonic()
    votes = cast(lf, pattern_lf("r", "bert", "graph"), records=records, timeout_s=0.1)
    assert time.monotonic() - begin < 10
    assert len(votes) == 3000
    (failure,) = votes.failures
    assert (failure.lf_id, failure.count, failure.first_record) == ("terrible", 3000, 0)


def test_votes_are_the_same_in_one_thread_and_in_several():
    titles = [["graph nets", "BERT", "x", "a graph", "bertha 3"][i % 5] for i in range(30_000)]
    lfs = [
        phrase_lf("p", "gnn", "graph"),
        phrase_lf("u", "gnn", "graph", unless=Unless(phrases=("nets",))),
        pattern_lf("r", "bert", r"bert\w+ \d"),
        python_lf("y", ("nn", "bert"), lambda record: [("nn", 1), ("bert", -1)] if record.record_id % 7 == 0 else []),
    ]
    records = make_records(titles)
    expected = vote_rows(cast(*lfs, records=records, n_workers=0), VOCABULARY)
    assert len(expected) > 30_000
    for n_workers in (1, 2):
        assert vote_rows(cast(*lfs, records=records, n_workers=n_workers), VOCABULARY) == expected


def test_unless_regexes_and_case_silence_in_any_field():
    records = make_records(["a Graph", "a graph", "a graph"], descriptions=["", "SKIP it", "skip it"])
    both = ("title", "description")
    lfs = [
        phrase_lf("cased", "gnn", "Graph", fields=both, keep_case=True, unless=Unless(pattern="SKIP")),
        phrase_lf("folded", "nn", "graph", fields=both, unless=Unless(phrases=("nothing",), pattern="SK.P")),
        pattern_lf("regex", "bert", "graph", fields=both, unless=Unless(phrases=("skip",))),
    ]
    assert vote_rows(cast(*lfs, records=records), VOCABULARY) == {
        ("gnn", 0, "cased", 1),
        ("nn", 0, "folded", 1),
        ("bert", 0, "regex", 1),
    }
