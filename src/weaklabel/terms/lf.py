"""Labeling functions as plain data: what to match, what to vote. `vote` runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from weaklabel.errors import Place
from weaklabel.terms.records import Record

PRESENT = 1
ABSENT = -1

Origin = Literal["generated", "yaml", "python", "snorkel"]


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts that a labeling function must match and must not match; `weaklabel lf test` runs them."""

    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unless:
    """What silences a labeling function: a phrase or pattern found anywhere in the fields it reads."""

    phrases: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelingFunction:
    """What every labeling function has, whatever its source.

    Attributes
    ----------
    id
        Unique among all labeling functions of a project.
    tags
        The tags it may vote on; empty means any tag of the vocabulary (Python only).
    polarity
        +1 where it votes "present", -1 where it votes "absent", 0 where it may do both (Python only).
    origin, family
        Where it comes from, and which group it is reported with.
    definition
        All that decides its votes, as text; its hash identifies the labeling function in a run.
    place
        Where it is written.
    """

    id: str
    tags: tuple[str, ...]
    polarity: int = PRESENT
    origin: Origin
    family: str
    description: str = ""
    definition: str
    place: Place | None = None
    examples: Examples = Examples()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseLF(LabelingFunction):
    """Votes where one of `phrases` occurs in one of `fields`."""

    phrases: tuple[str, ...]
    fields: tuple[str, ...]
    keep_case: bool = False
    unless: Unless = Unless()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternLF(LabelingFunction):
    """Votes where the regular expression `pattern` (Python's `re`) is found in one of `fields`."""

    pattern: str
    fields: tuple[str, ...]
    keep_case: bool = False
    unless: Unless = Unless()


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonLF(LabelingFunction):
    """Votes what `call` returns for a record: pairs of a tag's name and PRESENT or ABSENT."""

    call: Callable[[Record], list[tuple[str, int]]]
