"""Who asks: the session in the cookie."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from weaklabel.review.store import Annotator, Database, find_annotator

REMEMBERED_S = 30.0
MAX_REMEMBERED = 1_000


@dataclass(slots=True)
class Sessions:
    """Knows whose session a cookie holds, and remembers it for a short time, for what only reads."""

    database: Database
    clock: Callable[[], float] = time.monotonic
    _known: OrderedDict[str, tuple[Annotator, float]] = field(default_factory=OrderedDict)

    def recall(self, session: str) -> Annotator | None:
        """Return whose session it is, if it was looked up a short time ago."""
        annotator, until = self._known.get(session, (None, 0.0))
        return annotator if self.clock() < until else None

    def look_up(self, session: str) -> Annotator | None:
        """Return whose session it is, from the store."""
        annotator = find_annotator(self.database, session)
        if annotator is not None:
            self._known[session] = (annotator, self.clock() + REMEMBERED_S)
            if len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return annotator

    def forget(self, session: str) -> None:
        """Look the session up the next time."""
        self._known.pop(session, None)
