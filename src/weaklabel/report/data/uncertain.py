"""The cells of which the run is least sure."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A cell of which the run is least sure."""

    record_id: RecordId
    title: str
    tag: str
    probability: float
    is_given: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The cells nearest to .5, and how many there are from .25 to .75."""

    rows: tuple[QueueRow, ...] = ()
    total: int = 0
