"""Verdicts: which cases fail, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from weaklabel.behaviour.cases import Case
from weaklabel.behaviour.check import Check, Kind, Texts
from weaklabel.behaviour.model_answers import Answer
from weaklabel.terms.finding import LIKELY


class Failure(NamedTuple):
    """One case that fails: its text, what it became, and what the answers do wrong."""

    before: Texts
    after: Texts | None
    reason: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of a check.

    Attributes
    ----------
    cases, possible
        How many were asked, and how many its templates make.
    unchanged
        How many were drawn besides, in which its change changes nothing.
    records, records_wanted
        How many records the cases are of, and how many the check asks for; None where it has templates.
    failures
        Every case that fails.
    max_failures
        The share that may.
    is_silent
        Whether no answer has a tag that the check looks at: then that it passes says nothing.
    """

    id: str
    kind: Kind
    cases: int
    possible: int
    failures: tuple[Failure, ...]
    max_failures: float
    description: str = ""
    unchanged: int = 0
    records: int | None = None
    records_wanted: int | None = None
    is_silent: bool = False

    @property
    def share(self) -> float:
        """The share of cases that fail."""
        return len(self.failures) / self.cases

    @property
    def is_passed(self) -> bool:
        """Whether no more cases fail than may."""
        return self.share <= self.max_failures

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values."""
        row = asdict(self)
        row["silent"] = row.pop("is_silent")
        failures = [failure._asdict() for failure in self.failures]
        return {**row, "failures": failures, "share": self.share, "passed": self.is_passed}


def judge(check: Check, case: Case, before: Answer, after: Answer | None) -> str:
    """Return what the answers to a case do wrong, in words; nothing where they are right."""
    if after is None:
        return ", ".join(_lacking(case, before))
    if check.kind == "directional":
        return ", ".join(_against_direction(case, before, after))
    return ", ".join(_differing(check.tags, case.expect.within, before, after))


def has_subject(check: Check, case: Case, before: Answer, after: Answer | None) -> bool:
    """Say whether an answer to a case has a tag that the check looks at; where it compares numbers, any above 0."""
    least = 0.0 if check.kind == "directional" or case.expect.within is not None else LIKELY
    tags = check.tags or (*case.expect.rises, *case.expect.falls) or None
    return any(
        probability > least and (tags is None or tag in tags)
        for answer in (before, after or {})
        for tag, probability in answer.items()
    )


def _lacking(case: Case, answer: Answer) -> Iterator[str]:
    yield from (f"lacks {tag}{_tell(answer, tag)}" for tag in case.expect.present if not _has(answer, tag))
    yield from (f"has {tag}{_tell(answer, tag)}" for tag in case.expect.absent if _has(answer, tag))


def _has(answer: Answer, tag: str) -> bool:
    return answer.get(tag, 0.0) > LIKELY


def _tell(answer: Answer, tag: str) -> str:
    probability = answer.get(tag, 0.0)
    return f" ({probability:.2f})" if 0 < probability < 1 else ""


def _against_direction(case: Case, before: Answer, after: Answer) -> Iterator[str]:
    """Yield each tag that does not move as it should; one that has no room left to move by `by` must be at its end."""
    for tags, sign, verb in ((case.expect.rises, 1, "rise"), (case.expect.falls, -1, "fall")):
        for tag in tags:
            first, second = before.get(tag, 0.0), after.get(tag, 0.0)
            room = 1 - first if sign > 0 else first
            if sign * (second - first) < min(case.expect.by, room) - 1e-9:
                yield f"{tag} does not {verb}{_by(case.expect.by)}: {first:.2f} → {second:.2f}"


def _by(least: float) -> str:
    return f" by {least:g}" if least else ""


def _differing(tags: Sequence[str] | None, within: float | None, before: Answer, after: Answer) -> Iterator[str]:
    for tag in sorted({*before, *after}) if tags is None else tags:
        first, second = before.get(tag, 0.0), after.get(tag, 0.0)
        if within is not None:
            if abs(second - first) > within + 1e-9:
                yield f"{tag}: {first:.2f} → {second:.2f}"
        elif _has(before, tag) != _has(after, tag):
            yield f"{'gains' if _has(after, tag) else 'loses'} {tag}"
