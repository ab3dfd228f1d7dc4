"""`weaklabel lf test`: the examples of declared labeling functions, and a contract that all Python ones keep."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from weaklabel.errors import Problem
from weaklabel.inputs import Inputs
from weaklabel.lfs import as_data_point
from weaklabel.terms import LabelingFunction, PatternLF, PhraseLF, PythonLF, Record, Vocabulary
from weaklabel.vote import TextMatcher, call_lf

SAMPLE = 50
ODD_TEXTS = (
    "",
    " \t\r\n",
    "\x00\x1c\u2028\ufeff",
    "e\u0301 İ ß ﬁ Ａ１ ２０２６ 計算機視覚 ภาษาไทย 한국어 🤖\u200d🔬",
    "<b>'\"& {{ x }} [link](javascript:0) $(rm) %s",
    "+# c++ .net --- ___ @@ ((((",
    "a" * 100_000,
)


@dataclass(frozen=True, slots=True)
class Tested:
    """What was tested, and every problem that was found."""

    labeling_functions: int
    examples: int
    problems: tuple[Problem, ...]


def check_lfs(inputs: Inputs) -> Tested:
    """Run the examples of every declared labeling function, and the contract of every Python one.

    The contract: on the first records of the project and on odd texts (empty, control characters, unusual scripts,
    very long) it does not fail, votes only on tags that it may, votes the same twice, and leaves its record alone.
    """
    written = [lf for lf in inputs.lfs if lf.origin != "generated"]
    views = list(islice(inputs.records.views(), SAMPLE))
    views += [_odd_record(text, views[0], inputs.records.fields) for text in ODD_TEXTS]
    problems: list[Problem] = []
    for lf in written:
        if isinstance(lf, PythonLF):
            problems.extend(_check_contract(lf, views, inputs.vocabulary))
        else:
            problems.extend(_run_examples(lf))
    examples = sum(len(lf.examples.match) + len(lf.examples.no_match) for lf in written)
    return Tested(len(written), examples, tuple(problems))


def _run_examples(lf: LabelingFunction) -> Iterator[Problem]:
    if not isinstance(lf, PhraseLF | PatternLF):
        return
    matcher = TextMatcher(lf)
    for text in lf.examples.match:
        if not matcher.is_match([text]):
            why = "Its unless silences it." if matcher.is_silenced([text]) else "Nothing in it matches."
            yield Problem(f"{lf.id!r} does not match its example {text!r}.", lf.place, why)
    for text in lf.examples.no_match:
        if matcher.is_match([text]):
            found = ", ".join(repr(text[start:end]) for start, end in matcher.spans(text))
            yield Problem(f"{lf.id!r} matches {text!r}, which its examples exclude.", lf.place, f"It finds {found}.")


def _odd_record(text: str, like: Record, fields: Sequence[str]) -> Record:
    values = {**like.as_dict(), **dict.fromkeys(fields, text), "text": text}
    return Record("odd text", values, tuple(fields), ())


def _seen_by(lf: PythonLF, view: Record) -> dict[str, Any]:
    """Return the columns of the object that a labeling function is called with."""
    columns: dict[str, Any] = as_data_point(view).to_dict() if lf.origin == "snorkel" else view.as_dict()
    return columns


def _check_contract(lf: PythonLF, views: Sequence[Record], vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield the first breach of each rule by a Python labeling function."""
    broken: dict[str, Problem] = {}
    for view in views:
        before = copy.deepcopy(_seen_by(lf, view))
        first, again = call_lf(lf, view, vocabulary), call_lf(lf, view, vocabulary)
        where = f"on record {view.record_id!r} ({view.text[:30]!r})"
        if first.error:
            what = f"{lf.id!r} fails {where}: {first.error}"
            fix = "Handle it, or return None there." if first.traceback else ""
            broken.setdefault("fails", Problem(what, lf.place, fix))
        elif first.votes != again.votes:
            what = f"{lf.id!r} votes {sorted(first.votes)} and then {sorted(again.votes)} {where}."
            fix = "Seed what is random, and keep no state between calls."
            broken.setdefault("differs", Problem(what, lf.place, fix))
        if before != _seen_by(lf, view):
            what = f"{lf.id!r} changes its input {where}."
            broken.setdefault("changes", Problem(what, lf.place, "Work on a copy."))
    yield from broken.values()
