"""The figures of the page for reviewers, which are measured again where somebody has decided since."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from weaklabel.annotator_quality import AnnotationQuality, measure_quality
from weaklabel.review.quality import list_decisions
from weaklabel.review.store import Database, read_last_act_id


@dataclass(slots=True)
class Figures:
    """What is measured of the decisions in a store, one reader at a time."""

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
