"""Leases: a record that one annotator has before them is not offered to others, unless overlap is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, Select, and_, bindparam, delete, exists, func, insert, select, update

from weaklabel.review.store.database import Database
from weaklabel.review.store.history import Progress, read_progress, read_returns
from weaklabel.review.store.models import ActRow, LeaseRow, RecordIdText, TaskRow, UtcTime
from weaklabel.review.store.standing import stands
from weaklabel.terms.records import RecordId

RENEWED_FROM = 0.8  # of its time: a lease that has more left is not written again

ME, NOW, RECORD = (
    bindparam("me", type_=Integer),
    bindparam("now", type_=UtcTime),
    bindparam("record", type_=RecordIdText),
)


def _free_records() -> Select[RecordId, int]:
    """Select the records on which an annotator may decide: wanted by more than have them, and new to the annotator."""
    others = (
        select(func.count())
        .select_from(LeaseRow)
        .where(LeaseRow.record_id == TaskRow.record_id, LeaseRow.annotator_id != ME, LeaseRow.ends_at > NOW)
        .correlate(TaskRow)
        .scalar_subquery()
    )
    acted = and_(ActRow.record_id == TaskRow.record_id, ActRow.annotator_id == ME, stands())
    return select(TaskRow.record_id, TaskRow.position).where(
        TaskRow.remaining > 0, TaskRow.remaining > others, ~exists().where(acted).correlate(TaskRow)
    )


# Statements are built once: SQLAlchemy takes longer to build one than SQLite to run it.
HELD = (
    select(TaskRow.position, LeaseRow.record_id, LeaseRow.ends_at)
    .join(TaskRow, TaskRow.record_id == LeaseRow.record_id)
    .where(LeaseRow.annotator_id == ME, TaskRow.remaining > 0)
    .order_by(TaskRow.position)
)
NEXT_FREE = (
    _free_records()
    .where(TaskRow.record_id.not_in(bindparam("had", expanding=True)))
    .order_by(TaskRow.position)
    .limit(bindparam("wanted", type_=Integer))
)
IS_FREE = _free_records().where(TaskRow.record_id == RECORD)
RENEWED = update(LeaseRow).where(LeaseRow.annotator_id == ME).values(ends_at=bindparam("until"))
RELEASED = delete(LeaseRow).where(LeaseRow.annotator_id == ME, LeaseRow.record_id == RECORD)
OTHERS = (
    select(LeaseRow.annotator_id, LeaseRow.ends_at > NOW, TaskRow.remaining)
    .join(TaskRow, TaskRow.record_id == LeaseRow.record_id)
    .where(LeaseRow.record_id == RECORD, LeaseRow.annotator_id != ME)
    .order_by(LeaseRow.ends_at.desc())
)
ENDED = delete(LeaseRow).where(
    LeaseRow.record_id == RECORD, LeaseRow.annotator_id.in_(bindparam("late", expanding=True))
)


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
    """What an annotator has before them: their leased records in the queue's order, and how far all are.

    Attributes
    ----------
    returned
        Those of the records that were sent back for relabeling, with the reviewer's note.
    """

    records: tuple[RecordId, ...]
    progress: Progress
    returned: Mapping[RecordId, str]


def open_desk(database: Database, annotator_id: int, rules: LeaseRules) -> Desk:
    """Renew an annotator's leases, and lease the next records of the queue up to as many as the rules allow."""
    with database.write() as connection:
        records = lease_next(connection, database, annotator_id, rules)
    return set_desk(database, annotator_id, records)


def set_desk(database: Database, annotator_id: int, records: tuple[RecordId, ...]) -> Desk:
    """Return a desk with records that were leased."""
    return Desk(records, read_progress(database, annotator_id), read_returns(database, records))


def lease_next(
    connection: Connection,
    database: Database,
    annotator_id: int,
    rules: LeaseRules,
    held: Sequence[Lease] | None = None,
) -> tuple[RecordId, ...]:
    """Return what is on the desk that :func:`open_desk` opens; `held` are the annotator's leases, if they are known."""
    now = database.now()
    leases = list(find_leases(connection, annotator_id) if held is None else held)
    lasts = timedelta(minutes=rules.minutes)
    if any(lease.ends_at < now + lasts * RENEWED_FROM for lease in leases):
        connection.execute(RENEWED, {"me": annotator_id, "until": now + lasts})
    if len(leases) < rules.ahead:
        had, wanted = [lease.record_id for lease in leases], rules.ahead - len(leases)
        free = connection.execute(NEXT_FREE, {"me": annotator_id, "now": now, "had": had, "wanted": wanted})
        for record_id, position in free.all():
            _take(connection, annotator_id, record_id, now, now + lasts)
            leases.append(Lease(position, record_id, now + lasts))
    return tuple(lease.record_id for lease in sorted(leases, key=lambda lease: lease.position))


def find_leases(connection: Connection, annotator_id: int) -> tuple[Lease, ...]:
    """Return the leases of an annotator on records that are in the queue and wanted, in its order.

    One whose time is over is kept as long as nobody else takes its place.
    """
    return tuple(Lease(*row) for row in connection.execute(HELD, {"me": annotator_id}))


def take_back(connection: Connection, database: Database, annotator_id: int, record_id: RecordId) -> None:
    """Lease a record to an annotator again, if enough annotators remain who are to decide on it."""
    now = database.now()
    if record_id in [lease.record_id for lease in find_leases(connection, annotator_id)]:
        return
    if connection.execute(IS_FREE, {"me": annotator_id, "now": now, "record": record_id}).one_or_none() is not None:
        _take(connection, annotator_id, record_id, now, now)


def release(connection: Connection, annotator_id: int, record_id: RecordId) -> None:
    """End an annotator's lease of a record."""
    connection.execute(RELEASED, {"me": annotator_id, "record": record_id})


def _take(connection: Connection, annotator_id: int, record_id: RecordId, now: datetime, ends_at: datetime) -> None:
    """Lease a record, and end those leases of it that are over and have no place beside it, the oldest first."""
    others = connection.execute(OTHERS, {"record": record_id, "me": annotator_id, "now": now}).all()
    if others:
        places = others[0].remaining - 1 - sum(is_live for _, is_live, _ in others)
        late = [other for other, is_live, _ in others if not is_live]
        connection.execute(ENDED, {"record": record_id, "late": late[max(places, 0) :]})
    row = {"record_id": record_id, "annotator_id": annotator_id, "ends_at": ends_at}
    connection.execute(insert(LeaseRow), row)
