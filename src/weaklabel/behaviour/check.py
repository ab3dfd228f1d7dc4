"""A behavioural check, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from weaklabel.errors import Place

Kind = Literal["invariance", "directional", "minimum_functionality"]
LetterCase = Literal["lower", "upper", "title"]
Texts = Mapping[str, str]
"""The text of each field of a record."""


DEFAULT_BY = 0.1


class Filler(NamedTuple):
    """What may take a slot's place in a template: its text, and the tag that this names (if it names one)."""

    text: str
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to a text; one of these, and where.

    Attributes
    ----------
    swap
        The slot that gets another of its fillers.
    replace
        Words, whatever their case, and what takes their place.
    append, prepend
        Sentences, each of which makes a changed text.
    typos
        How many times two neighbouring letters of a word change places.
    case
        How the letters become.
    fields
        The text fields that change; None for all, of append the last that has a text, of prepend the first.
    """

    swap: str | None = None
    replace: tuple[tuple[str, str], ...] = ()
    append: tuple[str, ...] = ()
    prepend: tuple[str, ...] = ()
    typos: int = 0
    case: LetterCase | None = None
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What the answers must do; names may be slots (`{task}`), which stand for the tag of what fills them.

    Attributes
    ----------
    present, absent
        Tags that the answer must have, and must not have.
    rises, falls
        Tags whose probability must rise or fall by `by`, or reach the end of its range.
    by
        How much; 0 asks only that it does not go the other way.
    within
        How much a probability may change where nothing should; None compares which tags are present.
    """

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    rises: tuple[str, ...] = ()
    falls: tuple[str, ...] = ()
    by: float = DEFAULT_BY
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One behavioural check.

    Attributes
    ----------
    templates
        Texts by field, with slots in braces; empty where the texts are those of records.
    slots
        What may fill each slot.
    records
        How many of the project's records are changed, in the place of templates.
    change
        What is done to each text; None for minimum functionality, which looks at one answer.
    tags
        The tags that are compared; None for all.
    max_failures
        The share of cases that may fail.
    max_cases
        How many cases are drawn at most of those that the templates make.
    """

    id: str
    kind: Kind
    templates: tuple[Texts, ...]
    slots: Mapping[str, tuple[Filler, ...]]
    records: int | None
    change: Change | None
    expect: Demand
    place: Place
    tags: tuple[str, ...] | None = None
    max_failures: float = 0.0
    max_cases: int = 200
    description: str = ""
