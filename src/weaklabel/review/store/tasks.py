"""The queue: which records are to be decided on, in which order, and by how many more annotators."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Update, bindparam, case, delete, exists, func, insert, select, update

from weaklabel.review.store.database import Database
from weaklabel.review.store.models import ActRow, RecordIdText, TaskRow
from weaklabel.review.store.standing import stands
from weaklabel.terms.records import RecordId

RECORD = bindparam("record", type_=RecordIdText)


def _recount() -> Update:
    """Update how many annotators have yet to decide on a record: none, once it is adjudicated."""
    on_it = (ActRow.record_id == RECORD) & stands()
    deciders = select(func.count(ActRow.annotator_id.distinct())).where(on_it, ActRow.kind == "decide")
    is_adjudicated = exists().where(on_it, ActRow.kind == "adjudicate")
    remaining = case((is_adjudicated, 0), else_=TaskRow.wanted - deciders.scalar_subquery())
    return update(TaskRow).where(TaskRow.record_id == RECORD).values(remaining=remaining)


RECOUNTED = _recount()


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
        decided, adjudicated = _count_decided(connection), _find_adjudicated(connection)
        connection.execute(delete(TaskRow))
        rows = [
            {
                "record_id": record_id,
                "position": position,
                "wanted": overlap,
                "remaining": 0 if record_id in adjudicated else max(0, overlap - decided.get(record_id, 0)),
            }
            for position, record_id in enumerate(order)
        ]
        if rows:
            connection.execute(insert(TaskRow), rows)


def recount(connection: Connection, record_id: RecordId) -> bool:
    """Count anew how many annotators have yet to decide on a record; say whether it is in the queue."""
    return connection.execute(RECOUNTED, {"record": record_id}).rowcount > 0


def _count_decided(connection: Connection) -> dict[RecordId, int]:
    counted = (
        select(ActRow.record_id, func.count(ActRow.annotator_id.distinct()))
        .where(stands(), ActRow.kind == "decide")
        .group_by(ActRow.record_id)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def _find_adjudicated(connection: Connection) -> set[RecordId]:
    return set(connection.scalars(select(ActRow.record_id).where(stands(), ActRow.kind == "adjudicate")))
