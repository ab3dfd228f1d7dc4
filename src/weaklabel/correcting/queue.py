"""How far the queue of a review is, as its database knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weaklabel.correcting.sources import is_database, open_review
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of a review's database; nothing where there is none.

    Attributes
    ----------
    records
        How many it has.
    waiting
        Those on which more annotators are to decide.
    leased
        How many of them are before an annotator now.
    """

    records: int = 0
    waiting: frozenset[RecordId] = frozenset()
    leased: int = 0


def read_queue(sources: Sequence[str]) -> Queue:
    """Return the queue of the first database among sources of decisions.

    Raises
    ------
    ReviewError
        Where the database cannot be read.
    """
    for source in sources:
        if is_database(source):
            with open_review(source) as database:
                from weaklabel.review.store import read_queue_state

                state = read_queue_state(database)
            return Queue(state.records, state.waiting, len(state.leased))
    return Queue()
