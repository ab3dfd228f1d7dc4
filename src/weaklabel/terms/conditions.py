"""Conditions on a record, as plain data: what a labeling function looks for that is more than one phrase or pattern."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from weaklabel.terms.lf import LabelingFunction, PythonLF, TextLF

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not_in", "contains", "matches", "exists"]
Value = str | int | float | bool | date | datetime
ORDERED: Final = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class TextCondition:
    """Something is found in the texts of some fields, `min_count` times at least.

    `lf` says what and where; its tags and its vote are of no interest.
    """

    lf: TextLF
    min_count: int = 1


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a column's value: `operator`, and the values on its right."""

    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ColumnCondition:
    """A column's value passes all of some tests."""

    column: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class VotedCondition:
    """Another labeling function says "present" for one of some tags; those that look at votes are not looked at."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold; `within` that many words, where they are about text."""

    parts: tuple[Condition, ...]
    within: int | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No part holds."""

    parts: tuple[Condition, ...]


Condition = TextCondition | ColumnCondition | VotedCondition | AllOf | AnyOf | NoneOf


def leaves(condition: Condition) -> Iterator[TextCondition | ColumnCondition | VotedCondition]:
    """Yield the conditions that have no parts, in order."""
    if isinstance(condition, AllOf | AnyOf | NoneOf):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def reads_columns(lf: LabelingFunction) -> bool:
    """Say whether a labeling function may read more of a record than its text fields."""
    return isinstance(lf, PythonLF) or (isinstance(lf, RuleLF) and lf.reads_columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLF(LabelingFunction):
    """Votes where `condition` holds."""

    condition: Condition

    @property
    def fields(self) -> tuple[str, ...]:
        """The text fields that it reads."""
        texts = [leaf.lf.fields for leaf in leaves(self.condition) if isinstance(leaf, TextCondition)]
        return tuple(dict.fromkeys(field for fields in texts for field in fields))

    @property
    def reads_columns(self) -> bool:
        """Whether it reads columns that are no text fields."""
        return any(isinstance(leaf, ColumnCondition) for leaf in leaves(self.condition))

    @property
    def reads_votes(self) -> bool:
        """Whether it depends on other labeling functions."""
        return any(isinstance(leaf, VotedCondition) for leaf in leaves(self.condition))
