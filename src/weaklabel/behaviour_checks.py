"""`weaklabel behaviour`: run the behavioural checks of a slices file against a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weaklabel.behaviour import (
    Answer,
    Case,
    CaseSource,
    Check,
    CheckResult,
    Failure,
    ask_command,
    ask_function,
    declare_checks,
    draw_cases,
    judge,
    read_answers,
)
from weaklabel.documents import read_document, read_yaml
from weaklabel.errors import ChecksError, Place, Problem, did_you_mean
from weaklabel.inputs import load_records, load_vocabulary
from weaklabel.terms import Records, Settings, Vocabulary

FILE_NAME = "slices.yaml"
CHECKS = "checks"
Row = Mapping[str, Any]
Ask = Callable[[Sequence[Row]], Sequence[Answer]]
"""Asks a model: rows with `id`, the text fields and `text`, in; an answer for each, in order, out."""


@dataclass(frozen=True, slots=True)
class BehaviourInputs:
    """What checks are read and made of."""

    records: Records
    vocabulary: Vocabulary
    checks: tuple[Check, ...]
    warnings: tuple[Problem, ...]


def load_behaviour_inputs(settings: Settings, location: str, wanted: Sequence[str] = ()) -> BehaviourInputs:
    """Read a project's records and vocabulary, and the checks of a slices file: all of them, or those of some ids.

    Raises
    ------
    WeaklabelError
        With every problem of the file that is at fault.
    """
    warnings: list[Problem] = []
    records = load_records(settings, {}, warnings)
    vocabulary, _ = load_vocabulary(settings.tags, {}, warnings, settings.tag_labels)
    checks = read_checks(location, vocabulary, records.fields)
    known = [check.id for check in checks]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        listed = f"The checks are {', '.join(known)}."
        raise ChecksError(
            [
                Problem(f"there is no check {name!r}.", Place("--check"), did_you_mean(name, known, otherwise=listed))
                for name in unknown
            ]
        )
    chosen = tuple(check for check in checks if not wanted or check.id in wanted)
    return BehaviourInputs(records, vocabulary, chosen, tuple(warnings))


def read_checks(location: str, vocabulary: Vocabulary, fields: tuple[str, ...]) -> list[Check]:
    """Read the list `checks` of a slices file; what else is in it is not looked at.

    Raises
    ------
    ChecksError
        Where the file has no checks, or with every problem of them, with line and column.
    """
    root = read_yaml(read_document(location, ChecksError), ChecksError)
    if not isinstance(root.value, dict) or root.value.get(CHECKS) is None:
        keys = list(root.value) if isinstance(root.value, dict) else []
        fix = did_you_mean(CHECKS, map(str, keys), otherwise="Write checks: and below it - id: … for each of them.")
        raise ChecksError(Problem("the file has no checks.", root.place(), fix))
    checks, problems = declare_checks(root.at(CHECKS), vocabulary, fields)
    if problems:
        raise ChecksError(problems)
    return checks


def run_checks(inputs: BehaviourInputs, ask: Ask, seed: int) -> list[CheckResult]:
    """Ask a model about the cases of all checks, each text once, and judge its answers.

    Raises
    ------
    ChecksError
        Where a check makes no case.
    ModelError
        Where the model fails or answers what cannot be read.
    """
    texts = inputs.records.texts
    records = [dict(zip(texts, row, strict=True)) for row in zip(*texts.values(), strict=True)]
    source = CaseSource(inputs.records.fields, records)
    drawn = [draw_cases(check, source, seed) for check in inputs.checks]
    empty = [check for check, cases in zip(inputs.checks, drawn, strict=True) if not cases.cases]
    if empty:
        fix = "Check its change: the words to replace, the fields, or the slot to swap."
        raise ChecksError(
            [Problem(f"{check.id!r} makes no case: nothing changes.", check.place, fix) for check in empty]
        )
    answers = _ask_once([case for cases in drawn for case in cases.cases], ask)
    return [
        CheckResult(
            check.id,
            check.kind,
            len(cases.cases),
            cases.possible,
            tuple(_find_failures(check, cases.cases, answers)),
            check.max_failures,
            check.description,
        )
        for check, cases in zip(inputs.checks, drawn, strict=True)
    ]


def _key(texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(texts.values())


def _ask_once(cases: Sequence[Case], ask: Ask) -> dict[tuple[str, ...], Answer]:
    """Return the answer to each text that the cases have."""
    wanted = {_key(texts): texts for case in cases for texts in (case.before, case.after) if texts is not None}
    rows = [
        {"id": number, "text": "\n".join(filter(None, key)), **texts}
        for number, (key, texts) in enumerate(wanted.items(), start=1)
    ]
    return dict(zip(wanted, ask(rows), strict=True))


def _find_failures(check: Check, cases: Sequence[Case], answers: Mapping[tuple[str, ...], Answer]) -> list[Failure]:
    judged = [
        (case, judge(check, case, answers[_key(case.before)], answers[_key(case.after)] if case.after else None))
        for case in cases
    ]
    return [Failure(case.before, case.after, reason) for case, reason in judged if reason]


def make_asker(command: str | None, function: str | None, vocabulary: Vocabulary, timeout_s: float) -> Ask:
    """Return what asks the model that is a command, or a Python function (`module:function`)."""

    def ask(rows: Sequence[Row]) -> Sequence[Answer]:
        if command is not None:
            answers, places = ask_command(command, rows, timeout_s)
            return read_answers(answers, vocabulary, "--command", places)
        assert function is not None
        return read_answers(ask_function(function, rows), vocabulary, function)

    return ask
