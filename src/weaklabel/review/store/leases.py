"""Leases: a record that one annotator has before them is not offered to others, unless overlap is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, insert, select, update

from weaklabel.review.store.database import Database
from weaklabel.review.store.history import Progress, count_progress
from weaklabel.review.store.models import ActRow, LeaseRow, TaskRow
from weaklabel.review.store.standing import stands
from weaklabel.terms.records import RecordId

RENEWED_FROM = 0.8  # of its time: a lease that has more left is not written again


@dataclass(frozen=True, slots=True)
class LeaseRules:
    """How long a lease lasts unless it is renewed, and how many records an annotator has at once."""

    minutes: float = 10.0
    ahead: int = 3


@dataclass(frozen=True, slots=True)
class Lease:
    """A record that an annotator has: its position in the queue, and until when it is kept for them."""

    position: int
    record_id: RecordId
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """What an annotator has before them: their leased records in the queue's order, and how far all are."""

    records: tuple[RecordId, ...]
    progress: Progress


def open_desk(database: Database, annotator_id: int, rules: LeaseRules) -> Desk:
    """Renew an annotator's leases, and lease the next records of the queue up to as many as the rules allow."""
    with database.write() as connection:
        return fill_desk(connection, database, annotator_id, rules)


def fill_desk(
    connection: Connection,
    database: Database,
    annotator_id: int,
    rules: LeaseRules,
    held: Sequence[Lease] | None = None,
) -> Desk:
    """Do what :func:`open_desk` does, within a transaction; `held` are the annotator's leases, where they are known."""
    now = database.now()
    leases = list(find_leases(connection, annotator_id) if held is None else held)
    lasts = timedelta(minutes=rules.minutes)
    if any(lease.ends_at < now + lasts * RENEWED_FROM for lease in leases):
        mine = update(LeaseRow).where(LeaseRow.annotator_id == annotator_id)
        connection.execute(mine.values(ends_at=now + lasts))
    if len(leases) < rules.ahead:
        free = _free_for(annotator_id, now).where(TaskRow.record_id.not_in([lease.record_id for lease in leases]))
        for record_id, position in connection.execute(free.limit(rules.ahead - len(leases))).all():
            _take(connection, annotator_id, record_id, now, now + lasts)
            leases.append(Lease(position, record_id, now + lasts))
    records = tuple(lease.record_id for lease in sorted(leases, key=lambda lease: lease.position))
    return Desk(records, count_progress(connection, annotator_id))


def find_leases(connection: Connection, annotator_id: int) -> tuple[Lease, ...]:
    """Return the leases of an annotator on records that are in the queue and wanted, in its order.

    One whose time is over is kept as long as nobody else takes the record.
    """
    held = (
        select(TaskRow.position, LeaseRow.record_id, LeaseRow.ends_at)
        .join(TaskRow, TaskRow.record_id == LeaseRow.record_id)
        .where(LeaseRow.annotator_id == annotator_id, TaskRow.remaining > 0)
        .order_by(TaskRow.position)
    )
    return tuple(Lease(*row) for row in connection.execute(held))


def take_back(connection: Connection, database: Database, annotator_id: int, record_id: RecordId) -> None:
    """Lease a record to an annotator again, if enough annotators remain who are to decide on it."""
    now = database.now()
    if connection.scalar(_free_for(annotator_id, now).where(TaskRow.record_id == record_id)) is not None:
        _take(connection, annotator_id, record_id, now, now)


def release(connection: Connection, annotator_id: int, record_id: RecordId) -> None:
    """End an annotator's lease of a record."""
    mine = (LeaseRow.annotator_id == annotator_id) & (LeaseRow.record_id == record_id)
    connection.execute(delete(LeaseRow).where(mine))


def _take(connection: Connection, annotator_id: int, record_id: RecordId, now: datetime, ends_at: datetime) -> None:
    """Lease a record, and end the leases of it whose time is over: their annotators have lost it."""
    over = (LeaseRow.record_id == record_id) & (LeaseRow.ends_at <= now)
    connection.execute(delete(LeaseRow).where(over))
    row = {"record_id": record_id, "annotator_id": annotator_id, "ends_at": ends_at}
    connection.execute(insert(LeaseRow).values(row))


def _free_for(annotator_id: int, now: datetime) -> Select[RecordId, int]:
    """Select the records on which an annotator may decide: wanted by more than have them, and new to the annotator."""
    others = (
        select(func.count())
        .select_from(LeaseRow)
        .where(LeaseRow.record_id == TaskRow.record_id, LeaseRow.annotator_id != annotator_id, LeaseRow.ends_at > now)
        .correlate(TaskRow)
        .scalar_subquery()
    )
    return select(TaskRow.record_id, TaskRow.position).where(
        TaskRow.remaining > 0, TaskRow.remaining > others, ~_has_acted(annotator_id)
    )


def _has_acted(annotator_id: int) -> ColumnElement[bool]:
    mine = and_(ActRow.record_id == TaskRow.record_id, ActRow.annotator_id == annotator_id, stands())
    return exists().where(mine).correlate(TaskRow)
