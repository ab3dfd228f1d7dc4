"""How far the queue is, whoever asks: what waits, and what is before somebody."""

from __future__ import annotations

from sqlalchemy import select

from weaklabel.review.store.database import Database
from weaklabel.review.store.models import LeaseRow, TaskRow
from weaklabel.terms.decisions import QueueState


def read_queue_state(database: Database) -> QueueState:
    """Return how far the queue is."""
    now = database.now()
    with database.read() as connection:
        tasks = connection.execute(select(TaskRow.record_id, TaskRow.remaining)).all()
        leases = connection.execute(select(LeaseRow.record_id, LeaseRow.ends_at)).all()
    waiting = frozenset(record_id for record_id, remaining in tasks if remaining > 0)
    leased = frozenset(record_id for record_id, ends_at in leases if ends_at > now)
    return QueueState(len(tasks), waiting, waiting & leased)
