"""What the pages for reviewers know of all decisions, found again where somebody has decided since."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import InitVar, dataclass, field

from weaklabel.agreement import ContestedRecord
from weaklabel.annotator_quality import AnnotationQuality, find_open, measure_quality
from weaklabel.review.quality import list_decisions
from weaklabel.review.store import Database, read_changed, read_last_act_id
from weaklabel.terms.records import RecordId

MANY_CHANGED = 100  # records, from which on all decisions are read again


@dataclass(slots=True)
class Figures:
    """The quality of the decisions in a store; one reader at a time measures it."""

    database: Database
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _known: tuple[int, AnnotationQuality] | None = None

    def measure(self) -> AnnotationQuality:
        """Return the quality of the decisions as they stand."""
        with self._turn:
            last = read_last_act_id(self.database)
            if self._known is None or self._known[0] != last:
                self._known = last, measure_quality(list_decisions(self.database))
            return self._known[1]


@dataclass(slots=True)
class Contests:
    """The contested records of a store: where few acts have come since, only their records are looked at again.

    Attributes
    ----------
    records
        The records that can be shown, in the order in which equally contested ones are listed.
    """

    database: Database
    records: InitVar[Iterable[RecordId]]
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _last: int | None = None
    _open: dict[RecordId, ContestedRecord] = field(default_factory=dict)
    _position: dict[RecordId, int] = field(init=False)

    def __post_init__(self, records: Iterable[RecordId]) -> None:
        """Note the place of each record."""
        self._position = {record_id: i for i, record_id in enumerate(records)}

    def list_open(self) -> tuple[ContestedRecord, ...]:
        """Return the contested records that no reviewer has decided on, the most contested first."""
        with self._turn:
            last = read_last_act_id(self.database)
            changed = None if self._last is None else read_changed(self.database, self._last)
            if changed is None or len(changed) > MANY_CHANGED:
                self._open = {record.record_id: record for record in find_open(list_decisions(self.database))}
            else:
                for record_id in changed:
                    self._look_at(record_id)
            self._last = last
            found = [record for record in self._open.values() if record.record_id in self._position]
        return tuple(sorted(found, key=lambda record: (-record.weight, self._position[record.record_id])))

    def _look_at(self, record_id: RecordId) -> None:
        found = find_open(list_decisions(self.database, record_id))
        if found:
            self._open[record_id] = found[0]
        else:
            self._open.pop(record_id, None)
