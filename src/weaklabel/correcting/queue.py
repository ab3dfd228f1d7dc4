"""How far the queue of a review is, as its database knows."""

from __future__ import annotations

from collections.abc import Sequence

from weaklabel.correcting.sources import is_database, open_review
from weaklabel.terms.decisions import QueueState


def read_queue(sources: Sequence[str]) -> QueueState:
    """Return how far the queue is of the first database among sources of decisions.

    Raises
    ------
    ReviewError
        Where the database cannot be read.
    """
    for source in sources:
        if is_database(source):
            with open_review(source) as database:
                from weaklabel.review.store import read_queue_state

                return read_queue_state(database)
    return QueueState()
