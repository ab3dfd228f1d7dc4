"""Call one Python labeling function: the one place where other people's code runs, and may fail."""

from __future__ import annotations

import traceback
from typing import NamedTuple

from weaklabel.errors import WeaklabelError
from weaklabel.terms import PythonLF, Record, Vocabulary


class Outcome(NamedTuple):
    """What a call gave: votes as pairs of a tag and +1 or -1, or what went wrong and its traceback."""

    votes: frozenset[tuple[str, int]]
    error: str = ""
    traceback: str = ""


def call_lf(lf: PythonLF, record: Record, vocabulary: Vocabulary) -> Outcome:
    """Let a labeling function vote on a record; whatever it raises, and every invalid vote, is an error of its own."""
    try:
        votes = frozenset(lf.call(record))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a labeling function may raise anything; see the module's docstring
        return Outcome(frozenset(), _describe(error), _own_traceback(error))
    wrong = _explain_invalid(votes, lf, vocabulary)
    return Outcome(frozenset(), wrong) if wrong else Outcome(votes)


def _describe(error: BaseException) -> str:
    """Say what went wrong; our own errors (an LF that returned no vote) say it without their type."""
    return str(error) if isinstance(error, WeaklabelError) else f"{type(error).__name__}: {error}"


def _own_traceback(error: BaseException) -> str:
    """Return the traceback from the labeling function's own code on."""
    trace = error.__traceback__
    while (
        trace is not None
        and trace.tb_next is not None
        and trace.tb_frame.f_globals["__name__"].startswith("weaklabel.")
    ):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace))


def _explain_invalid(votes: frozenset[tuple[str, int]], lf: PythonLF, vocabulary: Vocabulary) -> str:
    """Say what is wrong with a labeling function's votes; empty where nothing is."""
    for tag, _ in sorted(votes):
        if tag not in vocabulary:
            return f"it voted on {tag!r}, which is no tag. {vocabulary.explain_unknown(tag)}"
        if lf.tags and tag not in lf.tags:
            return f"it voted on {tag!r}, which its declaration does not name ({', '.join(lf.tags)})."
    both = sorted(tag for tag, vote in votes if (tag, -vote) in votes)
    return f"it voted both present and absent on {both[0]!r}." if both else ""
