"""`weaklabel behaviour`: run the behavioural checks of a slices file against a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
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
    has_subject,
    judge,
    read_answers,
)
from weaklabel.documents import read_document, read_yaml
from weaklabel.errors import ChecksError, Place, Problem, did_you_mean
from weaklabel.inputs import load_records, load_vocabulary
from weaklabel.slicing import find_slice_files
from weaklabel.terms import Records, Settings, Vocabulary

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


def load_behaviour_inputs(settings: Settings, location: Path, wanted: Sequence[str] = ()) -> BehaviourInputs:
    """Read a project's records and vocabulary, and the checks of a slices file or folder: all, or those of some ids.

    Raises
    ------
    WeaklabelError
        With every problem of the checks, or of the inputs.
    """
    warnings: list[Problem] = []
    records = load_records(settings, {}, warnings)
    vocabulary, _ = load_vocabulary(settings.tags, {}, warnings, settings.tag_labels)
    checks = read_checks(location, vocabulary, records.fields)
    known = [check.id for check in checks]
    listed = f"The checks are {', '.join(known)}."
    unknown = [
        Problem(f"there is no check {name!r}.", Place("--check"), did_you_mean(name, known, otherwise=listed))
        for name in wanted
        if name not in known
    ]
    if unknown:
        raise ChecksError(unknown)
    chosen = tuple(check for check in checks if not wanted or check.id in wanted)
    return BehaviourInputs(records, vocabulary, chosen, tuple(warnings))


def read_checks(location: Path, vocabulary: Vocabulary, fields: tuple[str, ...]) -> list[Check]:
    """Read the lists `checks` of a slices file, or of all YAML files of a folder; what else they hold is not looked at.

    Raises
    ------
    ChecksError
        Where there are no checks, or with every problem of them, with line and column.
    """
    files = find_slice_files(location)[0] if location.is_dir() else [location]
    roots = [read_yaml(read_document(str(path), ChecksError), ChecksError) for path in files]
    nodes = [root.at(CHECKS) for root in roots if isinstance(root.value, dict) and root.value.get(CHECKS)]
    if not nodes:
        keys = [str(key) for root in roots if isinstance(root.value, dict) for key in root.value]
        fix = did_you_mean(CHECKS, keys, otherwise="Write checks: and below it - id: … for each of them.")
        place = roots[0].place() if len(roots) == 1 else Place(str(location))
        raise ChecksError(Problem("there are no checks.", place, fix))
    checks: dict[str, Check] = {}
    problems: list[Problem] = []
    for node in nodes:
        declared, wrong = declare_checks(node, vocabulary, fields)
        problems.extend(wrong)
        for check in declared:
            if check.id in checks and checks[check.id].place.path != node.place().path:
                what, fix = f"the id {check.id!r} stands twice.", f"It is in {checks[check.id].place} too."
                problems.append(Problem(what, check.place, fix))
            checks.setdefault(check.id, check)
    if problems:
        raise ChecksError(problems)
    return list(checks.values())


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
    results: list[CheckResult] = []
    for check, cases in zip(inputs.checks, drawn, strict=True):
        answered = list(_join_answers(cases.cases, answers))
        result = CheckResult(
            check.id,
            check.kind,
            len(cases.cases),
            cases.possible,
            tuple(_find_failures(check, answered)),
            check.max_failures,
            check.description,
            cases.unchanged,
            cases.records,
            check.records,
            not any(has_subject(check, *each) for each in answered),
        )
        results.append(result)
    return results


def _key(texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(texts.values())


def _ask_once(cases: Sequence[Case], ask: Ask) -> dict[tuple[str, ...], Answer]:
    """Return the answer to each text that the cases have."""
    wanted = {_key(texts): texts for case in cases for texts in (case.before, case.after) if texts is not None}
    rows = [
        {**texts, "id": number, "text": "\n".join(filter(None, key))}
        for number, (key, texts) in enumerate(wanted.items(), start=1)
    ]
    return dict(zip(wanted, ask(rows), strict=True))


def _join_answers(
    cases: Sequence[Case], answers: Mapping[tuple[str, ...], Answer]
) -> Iterator[tuple[Case, Answer, Answer | None]]:
    """Yield each case with the answers to its text and to what that became."""
    for case in cases:
        yield case, answers[_key(case.before)], answers[_key(case.after)] if case.after else None


def _find_failures(check: Check, answered: Sequence[tuple[Case, Answer, Answer | None]]) -> list[Failure]:
    judged = [(case, judge(check, case, before, after)) for case, before, after in answered]
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
