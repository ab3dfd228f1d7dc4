"""`weaklabel lf test`: the examples of declared labeling functions, and a contract that all Python ones keep."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from weaklabel.errors import LabelingFunctionError, Problem
from weaklabel.inputs import Inputs
from weaklabel.terms import Example, LabelingFunction, PythonLF, Record, RuleLF, TextLF, Vocabulary
from weaklabel.terms.data_points import as_data_point
from weaklabel.vote import ConditionMatcher, Seen, TextMatcher, call_lf
from weaklabel.vote.workers import WHOLE_LF, Guard, OutOfTimeError, Supervised

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
    """What was tested, and the problems that were found with each labeling function, by its id."""

    labeling_functions: int
    examples: int
    found: Mapping[str, tuple[Problem, ...]]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem that was found."""
        return tuple(problem for own in self.found.values() for problem in own)


def check_lfs(inputs: Inputs, *, timeout_s: float) -> Tested:
    """Run the examples of every declared labeling function, and the contract of every Python one.

    The contract: on the first records of the project and on odd texts (empty, control characters, unusual scripts,
    very long) it does not fail, votes only on tags that it may, votes the same twice, and leaves its record alone.
    One that crashes, or runs longer than `timeout_s`, has failed on that text; the others are tested all the same.
    """
    written = [lf for lf in inputs.lfs if lf.origin != "generated"]
    views = list(islice(inputs.records.views(), SAMPLE))
    views += [_odd_record(text, views[0], inputs.records.fields) for text in ODD_TEXTS]
    tests = [list(_list_tests(lf, views, inputs.vocabulary)) for lf in written]
    with Supervised(partial(_run_tests, tests), 1, limit_s=timeout_s) as supervised:
        found, lost = supervised.run(None)
    for i, (row, error) in {lf: (row, error) for lf, row, error in reversed(lost)}.items():
        found[i] = [*found[i], _explain(written[i], tests[i][max(row, 0)], error)]
    examples = sum(len(lf.examples.match) + len(lf.examples.no_match) for lf in written)
    return Tested(len(written), examples, {lf.id: tuple(own) for lf, own in zip(written, found, strict=True)})


Broken = Mapping[str, Problem]
"""The rules that a labeling function breaks on a text, each with the problem that this is."""


class _Test(NamedTuple):
    """One check of a labeling function, and what it is about."""

    lf: LabelingFunction
    where: str
    check: Callable[[], Broken]


def _run_tests(
    tests: Sequence[Sequence[_Test]], _nothing: None, guard: Guard, skipped: Collection[tuple[int, int]]
) -> list[list[Problem]]:
    """Return for each labeling function the first problem of each rule that it breaks; a job for a worker process."""
    problems: list[list[Problem]] = []
    for i, own in enumerate(tests):
        broken: dict[str, Problem] = {}
        for row, test in enumerate(own):
            if (i, row) in skipped or (i, WHOLE_LF) in skipped:
                continue
            try:
                found = guard.run(i, row, test.check)
            except OutOfTimeError as error:
                broken["time"] = _explain(test.lf, test, str(error))
                break
            except LabelingFunctionError as error:
                found = {"fails": _explain(test.lf, test, str(error).rstrip("."))}
            broken = {**found, **broken}
        problems.append(list(broken.values()))
    return problems


def _explain(lf: LabelingFunction, test: _Test, error: str) -> Problem:
    fix = "Give it more time with --lf-timeout, or less to do." if "longer" in error else ""
    return Problem(f"{lf.id!r} fails {test.where}: {error}.", lf.place, fix)


def _list_tests(lf: LabelingFunction, views: Sequence[Record], vocabulary: Vocabulary) -> Iterator[_Test]:
    if isinstance(lf, PythonLF):
        for view in views:
            which = "an odd text" if view.text in ODD_TEXTS else f"record {view.record_id!r}"
            where = f"on {which} ({view.text[:30]!r})"
            yield _Test(lf, where, partial(_check_contract, lf, view, where, vocabulary))
    elif isinstance(lf, TextLF | RuleLF):
        for examples, check in ((lf.examples.match, _check_match), (lf.examples.no_match, _check_no_match)):
            for example in examples:
                told = _tell(example)
                yield _Test(lf, f"on its example {told}", partial(check, lf, example, told))


def _tell(example: Example) -> str:
    if isinstance(example, str):
        return repr(example)
    return f"{{{', '.join(f'{name}: {value}' for name, value in example.columns)}}}"


def _see(example: Example, fields: Sequence[str]) -> Seen:
    """Return what a labeling function sees of an example."""
    columns = dict.fromkeys(fields, example) if isinstance(example, str) else dict(example.columns)
    voted = columns.pop("voted", ())
    texts = {name: str(columns.get(name) or "") for name in fields}
    return Seen(texts, columns.get, (voted,) if isinstance(voted, str) else voted)


def _check_match(lf: TextLF | RuleLF, example: Example, told: str) -> Broken:
    seen = _see(example, lf.fields)
    why = "Nothing in it matches."
    if isinstance(lf, RuleLF):
        is_match, why = ConditionMatcher(lf.condition).holds(seen), "Its condition does not hold."
    else:
        matcher, texts = TextMatcher(lf), list(seen.texts.values())
        is_match = matcher.is_match(texts)
        why = "Its unless silences it." if matcher.is_silenced(texts) else why
    return {} if is_match else {told: Problem(f"{lf.id!r} does not match its example {told}.", lf.place, why)}


def _check_no_match(lf: TextLF | RuleLF, example: Example, told: str) -> Broken:
    seen = _see(example, lf.fields)
    if isinstance(lf, RuleLF):
        rule = ConditionMatcher(lf.condition)
        is_match, found = rule.holds(seen), [(span.field, span.start, span.end) for span in rule.spans(seen.texts)]
    else:
        matcher = TextMatcher(lf)
        is_match = matcher.is_match(list(seen.texts.values()))
        found = [(name, *span) for name, text in seen.texts.items() for span in matcher.spans(text)]
    if not is_match:
        return {}
    quoted = ", ".join(dict.fromkeys(repr(seen.texts[name][start:end]) for name, start, end in found))
    fix = f"It finds {quoted}." if quoted else ""
    return {told: Problem(f"{lf.id!r} matches {told}, which its examples exclude.", lf.place, fix)}


def _odd_record(text: str, like: Record, fields: Sequence[str]) -> Record:
    values = {**like.as_dict(), **dict.fromkeys(fields, text), "text": text}
    return Record(like.record_id, values, tuple(fields), ())


def _seen_by(lf: PythonLF, view: Record) -> dict[str, Any]:
    """Return the columns of the object that a labeling function is called with."""
    columns: dict[str, Any] = as_data_point(view).to_dict() if lf.origin == "snorkel" else view.as_dict()
    return columns


def _check_contract(lf: PythonLF, view: Record, where: str, vocabulary: Vocabulary) -> Broken:
    broken: dict[str, Problem] = {}
    before = copy.deepcopy(_seen_by(lf, view))
    first, again = call_lf(lf, view, vocabulary), call_lf(lf, view, vocabulary)
    if first.error:
        fix = "" if first.is_mended else "Handle it, or return None there."
        broken["fails"] = Problem(f"{lf.id!r} fails {where}: {first.error}", lf.place, fix)
    elif first.votes != again.votes:
        what = f"{lf.id!r} votes {sorted(first.votes)} and then {sorted(again.votes)} {where}."
        broken["differs"] = Problem(what, lf.place, "Seed what is random, and keep no state between calls.")
    if before != _seen_by(lf, view):
        broken["changes"] = Problem(f"{lf.id!r} changes its input {where}.", lf.place, "Work on a copy.")
    return broken
