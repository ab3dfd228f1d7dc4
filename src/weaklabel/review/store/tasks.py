"""The queue: which records are to be decided on, in which order, and by how many more annotators."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Integer, bindparam, delete, func, insert, select, update

from weaklabel.review.store.database import Database
from weaklabel.review.store.models import ActRow, TaskRow
from weaklabel.review.store.standing import stands
from weaklabel.terms.records import RecordId

COUNTED_DOWN = (
    update(TaskRow)
    .where(TaskRow.record_id == bindparam("record"))
    .values(remaining=TaskRow.remaining - bindparam("by", type_=Integer))
)


def open_queue(database: Database, order: Sequence[RecordId], overlap: int = 1) -> None:
    """Make `order` the queue, in the place of any other; what has been decided before counts.

    Parameters
    ----------
    database
        The store.
    order
        Distinct record ids: the first is offered first.
    overlap
        How many annotators decide on each record.
    """
    with database.write() as connection:
        decided = _count_decided(connection)
        connection.execute(delete(TaskRow))
        rows = [
            {"record_id": record_id, "position": position, "remaining": max(0, overlap - decided.get(record_id, 0))}
            for position, record_id in enumerate(order)
        ]
        if rows:
            connection.execute(insert(TaskRow), rows)


def count_down(connection: Connection, record_id: RecordId, by: int) -> None:
    """Let fewer annotators (more, where `by` is negative) remain who decide on a record."""
    connection.execute(COUNTED_DOWN, {"record": record_id, "by": by})


def _count_decided(connection: Connection) -> dict[RecordId, int]:
    counted = (
        select(ActRow.record_id, func.count(ActRow.annotator_id.distinct()))
        .where(stands(), ActRow.kind == "decide")
        .group_by(ActRow.record_id)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}
