"""What is odd with the inputs and with labeling functions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd: where it stands (empty where it has no place), what it is, and how to mend it."""

    place: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class FailedLF:
    """A labeling function that failed: on how many records, and its first error."""

    lf: str
    records: int
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is odd with the inputs; the lists are cut, the totals say how long they are."""

    warnings: tuple[Note, ...] = ()
    warning_total: int = 0
    failures: tuple[FailedLF, ...] = ()
    failure_total: int = 0
    records: int = 0
    labelled: int = 0
    without_tags: int = 0
    without_text: int = 0
    gold: int = 0
