"""Leases: a record that one annotator has before them is not offered to others, unless overlap is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, insert, select, update

from weaklabel.review.store.database import Database
from weaklabel.review.store.history import Progress, count_progress
from weaklabel.review.store.models import ActRow, LeaseRow, TaskRow
from weaklabel.review.store.standing import stands
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class LeaseRules:
    """How long a lease lasts unless it is renewed, and how many records an annotator has at once."""

    minutes: float = 10.0
    ahead: int = 2


@dataclass(frozen=True, slots=True)
class Desk:
    """What an annotator has before them: their leased records in the queue's order, and how far all are."""

    records: tuple[RecordId, ...]
    progress: Progress


def open_desk(database: Database, annotator_id: int, rules: LeaseRules) -> Desk:
    """Renew an annotator's leases, and lease the next records of the queue up to as many as the rules allow."""
    with database.write() as connection:
        return fill_desk(connection, database, annotator_id, rules)


def fill_desk(connection: Connection, database: Database, annotator_id: int, rules: LeaseRules) -> Desk:
    """Do what :func:`open_desk` does, within a transaction."""
    now = database.now()
    ends_at = now + timedelta(minutes=rules.minutes)
    held = _held(connection, annotator_id)
    if held:
        mine = update(LeaseRow).where(LeaseRow.annotator_id == annotator_id)
        connection.execute(mine.values(ends_at=ends_at))
    if len(held) < rules.ahead:
        free = _free_for(annotator_id, now).where(TaskRow.record_id.not_in(held))
        for record_id in connection.scalars(free.order_by(TaskRow.position).limit(rules.ahead - len(held))).all():
            _take(connection, annotator_id, record_id, now, ends_at)
        held = _held(connection, annotator_id)
    return Desk(held, count_progress(connection, annotator_id))


def holds(connection: Connection, annotator_id: int, record_id: RecordId) -> bool:
    """Say whether an annotator has a record; one whose time is over is kept as long as nobody else takes it."""
    return record_id in _held(connection, annotator_id)


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


def _held(connection: Connection, annotator_id: int) -> tuple[RecordId, ...]:
    """Return the records that an annotator has, as long as they are in the queue and wanted."""
    held = (
        select(LeaseRow.record_id)
        .join(TaskRow, TaskRow.record_id == LeaseRow.record_id)
        .where(LeaseRow.annotator_id == annotator_id, TaskRow.remaining > 0)
        .order_by(TaskRow.position)
    )
    return tuple(connection.scalars(held))


def _free_for(annotator_id: int, now: datetime) -> Select[RecordId]:
    """Select the records on which an annotator may decide: wanted by more than have them, and new to the annotator."""
    others = (
        select(func.count())
        .select_from(LeaseRow)
        .where(LeaseRow.record_id == TaskRow.record_id, LeaseRow.annotator_id != annotator_id, LeaseRow.ends_at > now)
        .correlate(TaskRow)
        .scalar_subquery()
    )
    return select(TaskRow.record_id).where(TaskRow.remaining > 0, TaskRow.remaining > others, ~_has_acted(annotator_id))


def _has_acted(annotator_id: int) -> ColumnElement[bool]:
    mine = and_(ActRow.record_id == TaskRow.record_id, ActRow.annotator_id == annotator_id, stands())
    return exists().where(mine).correlate(TaskRow)
