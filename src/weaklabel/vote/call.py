"""Call one Python labeling function: the one place where other people's code runs, and may fail."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from weaklabel.errors import LabelingFunctionError, WeaklabelError, did_you_mean
from weaklabel.terms import PythonLF, Record, Vocabulary
from weaklabel.terms.frames import as_frame, as_record_batch
from weaklabel.terms.records import RecordSource
from weaklabel.vote.mends import mend
from weaklabel.vote.workers.guard import OutOfTimeError

T = TypeVar("T")

PROBES = 8
MAX_ERROR = 10_000


class Outcome(NamedTuple):
    """What a call gave: votes as pairs of a tag and +1 or -1, or what went wrong and its traceback.

    `is_mended` says whether the error says how to mend it.
    """

    votes: frozenset[tuple[str, int]]
    error: str = ""
    traceback: str = ""
    is_mended: bool = True


ABSTAINED = Outcome(frozenset())
"""What most calls give."""


class _Raised(NamedTuple):
    """What a call for several rows raised: its type, and the outcome that it is for each of them."""

    kind: type[BaseException]
    outcome: Outcome


def call_lf(lf: PythonLF, record: Record, vocabulary: Vocabulary) -> Outcome:
    """Let a labeling function vote on a record; whatever it raises, and every invalid vote, is an error of its own."""
    votes = _attempt(lf.call, record)
    if not votes:
        return ABSTAINED
    return votes.outcome if isinstance(votes, _Raised) else _judge(frozenset(votes), lf, vocabulary)


def call_batch_lf(lf: PythonLF, records: RecordSource, vocabulary: Vocabulary) -> list[Outcome]:
    """Let a labeling function that takes tables vote on many records.

    Where it raises, it is called with ever smaller parts of the table, until the rows at fault are alone; so an
    outcome does not depend on what other records were in the table. One that raises the same for several single rows
    from all over the table is taken to fail on every record, and is called no more.

    Parameters
    ----------
    lf
        The labeling function; it has `call_batch`.
    records, vocabulary
        What it votes on.

    Returns
    -------
    list of Outcome
        One a record, in order.
    """
    if not len(records):
        return []
    try:
        table = as_record_batch(records) if lf.batch == "arrow" else as_frame(records)
    except LabelingFunctionError as error:
        return [Outcome(frozenset(), str(error))] * len(records)
    return _call_rows(partial(_call_slice, lf, table, vocabulary), len(records))


Slice = Callable[[int, int], "list[Outcome] | _Raised"]


def _call_slice(lf: PythonLF, table: Any, vocabulary: Vocabulary, start: int, stop: int) -> list[Outcome] | _Raised:
    """Call a labeling function with some rows of a table: a copy of its own, or Arrow's, which cannot be changed."""
    if lf.call_batch is None:
        raise TypeError(f"{lf.id!r} takes no tables")
    call_batch = lf.call_batch
    part = table.slice(start, stop - start) if lf.batch == "arrow" else table.iloc[start:stop].reset_index(drop=True)
    results = _attempt(lambda: [_frozen(result) for result in call_batch(part)])
    return results if isinstance(results, _Raised) else [_judge(result, lf, vocabulary) for result in results]


def _frozen(result: list[tuple[str, int]] | WeaklabelError) -> frozenset[tuple[str, int]] | WeaklabelError:
    return result if isinstance(result, WeaklabelError) else frozenset(result)


def _call_rows(call: Slice, n: int) -> list[Outcome]:
    whole = call(0, n)
    if not isinstance(whole, _Raised):
        return whole
    # A result that fits no table as a whole is no fault of a row.
    if n == 1 or issubclass(whole.kind, LabelingFunctionError):
        return [whole.outcome] * n
    if n > PROBES:
        probes = [call(row, row + 1) for row in np.linspace(0, n - 1, PROBES, dtype=int).tolist()]
        if all(isinstance(probe, _Raised) and probe.kind is whole.kind for probe in probes):
            return [whole.outcome] * n
    middle = n // 2
    return _narrow(call, 0, middle) + _narrow(call, middle, n)


def _narrow(call: Slice, start: int, stop: int) -> list[Outcome]:
    """Call with rows of a table that failed as a whole, in ever smaller parts."""
    outcomes = call(start, stop)
    if not isinstance(outcomes, _Raised):
        return outcomes
    if stop - start == 1:
        return [outcomes.outcome]
    middle = (start + stop) // 2
    return _narrow(call, start, middle) + _narrow(call, middle, stop)


def _attempt(call: Callable[..., T], *arguments: Any) -> T | _Raised:
    """Call other people's code; what it raises is returned, but for what ends it from outside."""
    try:
        return call(*arguments)
    except (KeyboardInterrupt, GeneratorExit, OutOfTimeError):
        raise
    except BaseException as error:  # noqa: BLE001 - a labeling function may raise anything (a panic of Rust code is no Exception)
        said, is_mended = describe_error(error)
        return _Raised(type(error), Outcome(frozenset(), said, own_traceback(error), is_mended))


def _judge(result: frozenset[tuple[str, int]] | WeaklabelError, lf: PythonLF, vocabulary: Vocabulary) -> Outcome:
    """Return the outcome of the votes, or of what is wrong with them, on one record."""
    if isinstance(result, WeaklabelError):
        return Outcome(frozenset(), str(result))
    wrong = _explain_invalid(result, lf, vocabulary)
    return Outcome(frozenset(), wrong) if wrong else Outcome(result)


def describe_error(error: BaseException) -> tuple[str, bool]:
    """Say what went wrong, and whether it says how to mend it.

    Our own errors (an LF that returned no vote) say it without their type.
    """
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - an exception's __str__ is other people's code too
        said = "(its message cannot be shown)"
    if isinstance(error, WeaklabelError):
        return _writable(said), True
    fix = mend(error, said)
    return _writable(f"{type(error).__name__}: {said}{f'. {fix}' if fix else ''}"), bool(fix) or "Did you mean" in said


def _writable(text: str) -> str:
    """Return a text that any file can hold: without lone surrogates, and not without end."""
    return text[:MAX_ERROR].encode("utf-8", "replace").decode()


def own_traceback(error: BaseException) -> str:
    """Return the traceback from the labeling function's own code on."""
    trace = error.__traceback__
    while (
        trace is not None
        and trace.tb_next is not None
        and trace.tb_frame.f_globals["__name__"].startswith("weaklabel.")
    ):
        trace = trace.tb_next
    return _writable("".join(traceback.format_exception(type(error), error, trace))[-MAX_ERROR:])


def _explain_invalid(votes: frozenset[tuple[str, int]], lf: PythonLF, vocabulary: Vocabulary) -> str:
    """Say what is wrong with a labeling function's votes; empty where nothing is."""
    for tag, _ in sorted(votes):
        if tag not in vocabulary:
            return f"it voted on {tag!r}, which is no tag. {vocabulary.explain_unknown(tag)}"
        if lf.tags and tag not in lf.tags:
            what = f"it voted on {tag!r}, which its declaration does not name ({', '.join(lf.tags)})."
            return f"{what} {_mend_undeclared(tag, lf)}"
    both = sorted(tag for tag, vote in votes if (tag, -vote) in votes)
    return f"it voted both present and absent on {both[0]!r}." if both else ""


def _mend_undeclared(tag: str, lf: PythonLF) -> str:
    """Return how to mend a vote on a tag of the vocabulary that the labeling function does not declare."""
    add = "Add it to LABELS." if lf.origin == "snorkel" else f"Declare it: tags={[*lf.tags, tag]!r}."
    return f"{did_you_mean(tag, lf.tags)} {add}".strip()
