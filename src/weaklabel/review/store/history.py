"""What was decided: the decisions that stand, all acts in their order, and how far the queue is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from weaklabel.review.store.database import Database
from weaklabel.review.store.models import ActRow, AnnotatorRow, DecisionRow, Kind, TaskRow, Verdict
from weaklabel.review.store.standing import is_replaced, is_undone, stands
from weaklabel.terms.records import RecordId

ME = bindparam("me", type_=Integer)
LABELING: tuple[Kind, ...] = ("decide", "skip")
REVIEWING: tuple[Kind, ...] = ("adjudicate", "return")


def _count_progress() -> Select[int, int, int, int]:
    """Select how many records there are and remain, and how many decisions and undoings of them an annotator made."""
    undone = aliased(ActRow)
    records = select(func.count()).select_from(TaskRow)
    mine = select(func.count()).select_from(ActRow).where(ActRow.annotator_id == ME)
    undoings = mine.join(undone, undone.id == ActRow.undoes).where(undone.kind == "decide")
    return select(
        records.scalar_subquery(),
        records.where(TaskRow.remaining > 0).scalar_subquery(),
        mine.where(ActRow.kind == "decide").scalar_subquery(),
        undoings.scalar_subquery(),
    )


# Statements are built once: SQLAlchemy takes longer to build one than SQLite to run it.
PROGRESS = _count_progress()
ACTS = (
    select(ActRow, AnnotatorRow.name, is_undone(), is_replaced())
    .join(AnnotatorRow, AnnotatorRow.id == ActRow.annotator_id)
    .order_by(ActRow.id.desc())
)
WITH_KEY = ACTS.where(ActRow.key == bindparam("key"))
WITH_ID = ACTS.where(ActRow.id == bindparam("id"))
LAST_STANDING = ACTS.where(
    ActRow.annotator_id == ME, ActRow.kind.in_(bindparam("kinds", expanding=True)), stands()
).limit(1)
LAST_IN_QUEUE = LAST_STANDING.where(exists().where(TaskRow.record_id == ActRow.record_id).correlate(ActRow))
RETURNED = select(ActRow.record_id, ActRow.note).where(
    ActRow.kind == "return", ActRow.record_id.in_(bindparam("records", expanding=True)), stands()
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that an annotator did, or a reviewer.

    Attributes
    ----------
    kind
        `decide` on the record's tags, `skip` it, `adjudicate` it, `return` it for relabeling, or `undo` an earlier act.
    run
        The run whose suggestions were shown: its short hash.
    spent_ms
        How long the record was before the annotator, in milliseconds.
    undoes
        The id of the act that an `undo` undoes.
    is_undone
        Whether a later act undoes this one.
    is_replaced
        Whether its record was sent back later, or adjudicated again after this adjudication.
    verdicts
        The tags that were decided on; empty but for `decide` and `adjudicate`.
    """

    id: int
    key: str
    kind: Kind
    record_id: RecordId
    annotator_id: int
    annotator: str
    run: str
    done_at: datetime
    spent_ms: int
    note: str
    undoes: int | None
    is_undone: bool
    is_replaced: bool
    verdicts: dict[str, Verdict]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one annotator says of one cell, as it stands; the other fields are those of its :class:`Act`.

    Attributes
    ----------
    is_final
        Whether it is an adjudication's: it goes before what annotators say, also later ones.
    """

    record_id: RecordId
    tag: str
    verdict: Verdict
    annotator: str
    decided_at: datetime
    run: str
    spent_ms: int
    note: str
    act_id: int
    is_final: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is.

    Attributes
    ----------
    records
        How many it has.
    done
        On how many as many annotators have decided as should, or a reviewer has.
    mine
        How often one annotator has decided on a record, in this queue or before it.
    """

    records: int
    done: int
    mine: int


def read_decisions(database: Database, record_id: RecordId | None = None) -> tuple[Decision, ...]:
    """Return the decisions that stand: of each annotator the last one on each cell; in the order they were made.

    Those of adjudications stand beside them. Decisions on a record that was sent back later do not stand.

    Parameters
    ----------
    database
        The store.
    record_id
        The record; by default all.
    """
    wanted = (
        select(
            ActRow.record_id, DecisionRow.tag, DecisionRow.verdict, AnnotatorRow.name, ActRow.done_at, ActRow.run,
            ActRow.spent_ms, ActRow.note, ActRow.id, ActRow.kind == "adjudicate",
        )
        .join(DecisionRow, DecisionRow.act_id == ActRow.id)
        .join(AnnotatorRow, AnnotatorRow.id == ActRow.annotator_id)
        .where(stands())
        .order_by(ActRow.id, DecisionRow.tag)
    )  # fmt: skip
    if record_id is not None:
        wanted = wanted.where(ActRow.record_id == record_id)
    last: dict[tuple[RecordId, str, str, bool], Decision] = {}
    with database.read() as connection:
        for row in connection.execute(wanted):
            values: tuple[Any, ...] = tuple(row)
            decision = Decision(*values)
            cell = (decision.record_id, decision.tag, decision.annotator, decision.is_final)
            last.pop(cell, None)
            last[cell] = decision
    return tuple(last.values())


def read_acts(
    database: Database, record_id: RecordId | None = None, annotator: str | None = None, most: int | None = None
) -> tuple[Act, ...]:
    """Return acts, also undone ones, the last first.

    Parameters
    ----------
    database
        The store.
    record_id, annotator
        Whose; by default those of all records, of all annotators.
    most
        How many at most.
    """
    wanted = ACTS.limit(most)
    if record_id is not None:
        wanted = wanted.where(ActRow.record_id == record_id)
    if annotator is not None:
        wanted = wanted.where(AnnotatorRow.name == annotator)
    with database.read() as connection:
        return fetch_acts(connection, wanted)


def read_progress(database: Database, annotator_id: int) -> Progress:
    """Return how far the queue is."""
    with database.read() as connection:
        row = connection.execute(PROGRESS, {"me": annotator_id}).one()
    total, remaining, decisions, undoings = row
    return Progress(total, total - remaining, decisions - undoings)


def read_undone(database: Database, annotator_id: int, act_id: int) -> Act | None:
    """Return an annotator's own act that was undone; None where it is none."""
    with database.read() as connection:
        found = fetch_acts(connection, WITH_ID, id=act_id)
    return next((act for act in found if act.annotator_id == annotator_id and act.is_undone), None)


def find_act(connection: Connection, key: str) -> Act | None:
    """Return the act that was sent with a key."""
    return next(iter(fetch_acts(connection, WITH_KEY, key=key)), None)


def read_last_act_id(database: Database) -> int:
    """Return the id of the last act of all, 0 before the first: where it is the same, nothing has changed."""
    with database.read() as connection:
        return connection.scalar(select(func.max(ActRow.id))) or 0


def read_changed(database: Database, act_id: int) -> tuple[RecordId, ...]:
    """Return the records that acts after one are about."""
    with database.read() as connection:
        return tuple(connection.scalars(select(ActRow.record_id).where(ActRow.id > act_id).distinct()))


def read_returns(database: Database, records: Sequence[RecordId]) -> dict[RecordId, str]:
    """Return, of some records, those that were sent back for relabeling, with the reviewer's note."""
    with database.read() as connection:
        return {row.record_id: row.note for row in connection.execute(RETURNED, {"records": records})}


def last_labeling(connection: Connection, annotator_id: int) -> Act | None:
    """Return the last decision or skip of an annotator that stands, of the records in the queue: what `undo` undoes."""
    return next(iter(fetch_acts(connection, LAST_IN_QUEUE, me=annotator_id, kinds=LABELING)), None)


def last_reviewing(connection: Connection, annotator_id: int) -> Act | None:
    """Return the last adjudication or sending back of a reviewer that stands: what `undo_review` undoes."""
    return next(iter(fetch_acts(connection, LAST_STANDING, me=annotator_id, kinds=REVIEWING)), None)


def find_act_by_id(connection: Connection, act_id: int) -> Act:
    """Return an act that is known to be there."""
    return fetch_acts(connection, WITH_ID, id=act_id)[0]


def fetch_acts(connection: Connection, wanted: Select[ActRow, str, bool, bool], **values: Any) -> tuple[Act, ...]:
    """Run a selection of acts, and read their verdicts."""
    rows = connection.execute(wanted, values).all()
    verdicts = _fetch_verdicts(connection, [row.id for row in rows])
    return tuple(
        Act(
            row.id, row.key, row.kind, row.record_id, row.annotator_id, row.name, row.run, row.done_at, row.spent_ms,
            row.note, row.undoes, row[-2], row.kind != "undo" and row[-1], verdicts[row.id],
        )
        for row in rows
    )  # fmt: skip


def _fetch_verdicts(connection: Connection, act_ids: Iterable[int]) -> dict[int, dict[str, Verdict]]:
    found: dict[int, dict[str, Verdict]] = defaultdict(dict)
    ids = list(act_ids)
    for start in range(0, len(ids), 500):  # databases limit how many values a statement has
        wanted = select(DecisionRow.act_id, DecisionRow.tag, DecisionRow.verdict).order_by(DecisionRow.tag)
        for act_id, tag, verdict in connection.execute(wanted.where(DecisionRow.act_id.in_(ids[start : start + 500]))):
            found[act_id][tag] = verdict
    return found
