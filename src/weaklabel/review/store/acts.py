"""Acts: decide on a record's tags, skip the record, undo. Each is stored once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, insert

from weaklabel.errors import Problem, ReviewError
from weaklabel.review.store.database import Database
from weaklabel.review.store.history import Act, find_act, find_act_by_id, last_labeling
from weaklabel.review.store.leases import Desk, LeaseRules, find_leases, lease_next, release, set_desk, take_back
from weaklabel.review.store.models import ActRow, DecisionRow, Kind, Verdict
from weaklabel.review.store.tasks import recount
from weaklabel.terms.records import RecordId

NEW_ACT = insert(ActRow).returning(ActRow.id)


class RefusedError(ReviewError):
    """An act that the store does not take: the annotator has no lease, or the key was used for another."""


@dataclass(frozen=True, slots=True)
class NewAct:
    """What an annotator says of a record.

    Attributes
    ----------
    key
        Made by the sender: two acts with one key are the same act.
    verdicts
        The verdict on each tag that was decided on.
    run
        The name of the run whose suggestions were shown.
    spent_ms
        How long it took, in milliseconds.
    """

    key: str
    record_id: RecordId
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    run: str = ""
    spent_ms: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """The act that was undone, and the annotator's desk; its record is on it, unless others have taken it."""

    act: Act
    desk: Desk


def decide(database: Database, annotator_id: int, act: NewAct, rules: LeaseRules) -> Desk:
    """Store an annotator's decisions on a record, and return the desk with the next ones; all of it or nothing.

    When this returns, the decisions are on the disk.

    Raises
    ------
    RefusedError
        Where the annotator has no lease of the record, or the key was another act's.
    """
    return _finish(database, "decide", annotator_id, act, rules)


def skip(database: Database, annotator_id: int, act: NewAct, rules: LeaseRules) -> Desk:
    """Store that an annotator leaves a record to others, whatever verdicts were chosen; see :func:`decide`."""
    return _finish(database, "skip", annotator_id, replace(act, verdicts={}), rules)


def undo(database: Database, annotator_id: int, key: str, rules: LeaseRules) -> Undone | None:
    """Undo an annotator's last decision or skip that stands, and lease its record again; None where there is none.

    What they did on records that are not in the queue is left alone.

    Raises
    ------
    RefusedError
        Where the key was another act's.
    """
    with database.write() as connection:
        undone, is_new = undo_last(connection, database, annotator_id, key, last_labeling)
        if undone is None:
            return None
        if is_new:
            take_back(connection, database, annotator_id, undone.record_id)
        records = lease_next(connection, database, annotator_id, rules)
    return Undone(undone, set_desk(database, annotator_id, records))


def undo_last(
    connection: Connection,
    database: Database,
    annotator_id: int,
    key: str,
    find_last: Callable[[Connection, int], Act | None],
) -> tuple[Act | None, bool]:
    """Return the last act that stands, undone; and whether it is now, not when this was sent before.

    Raises
    ------
    RefusedError
        Where the key was another act's.
    """
    known = _find_same(connection, "undo", annotator_id, key)
    if known is not None and known.undoes is not None:
        return find_act_by_id(connection, known.undoes), False
    last = find_last(connection, annotator_id)
    if last is not None:
        act = NewAct(key, last.record_id, run=last.run)
        record_act(connection, database, "undo", annotator_id, act, undoes=last.id)
    return last, True


def record_act(
    connection: Connection,
    database: Database,
    kind: Kind,
    annotator_id: int,
    act: NewAct,
    *,
    undoes: int | None = None,
) -> int:
    """Append an act and its decisions, whether or not its record is in the queue or leased; return the act's id."""
    values = {
        "key": act.key,
        "kind": kind,
        "record_id": act.record_id,
        "annotator_id": annotator_id,
        "run": act.run,
        "done_at": database.now(),
        "spent_ms": act.spent_ms,
        "note": act.note,
        "undoes": undoes,
    }
    act_id: int | None = connection.scalar(NEW_ACT, values)
    assert act_id is not None
    if act.verdicts:
        rows = [{"act_id": act_id, "tag": tag, "verdict": verdict} for tag, verdict in act.verdicts.items()]
        connection.execute(insert(DecisionRow), rows)
    if kind != "skip":
        recount(connection, act.record_id)
    return act_id


def _finish(database: Database, kind: Kind, annotator_id: int, act: NewAct, rules: LeaseRules) -> Desk:
    with database.write() as connection:
        is_stored = is_sent_again(connection, kind, annotator_id, act)
        held = find_leases(connection, annotator_id)
        if not is_stored:
            if act.record_id not in [lease.record_id for lease in held]:
                what = f"record {act.record_id} is not before you any more: another annotator has it, or it is done."
                raise RefusedError(Problem(what, fix="Go on with the next one."))
            record_act(connection, database, kind, annotator_id, act)
            release(connection, annotator_id, act.record_id)
            held = tuple(lease for lease in held if lease.record_id != act.record_id)
        records = lease_next(connection, database, annotator_id, rules, held)
    return set_desk(database, annotator_id, records)


def is_sent_again(connection: Connection, kind: Kind, annotator_id: int, act: NewAct) -> bool:
    """Say whether an act was stored before; raises where its key was, with anything else."""
    known = _find_same(connection, kind, annotator_id, act.key)
    if known is None:
        return False
    if known.record_id != act.record_id:
        raise RefusedError(_taken())
    if (known.verdicts, known.note) != (act.verdicts, act.note):
        what = f"you have decided otherwise on record {act.record_id} before, with the same form."
        raise RefusedError(Problem(what, fix="Undo that first, then decide again."))
    return True


def _find_same(connection: Connection, kind: Kind, annotator_id: int, key: str) -> Act | None:
    """Return the act that was sent before with a key; raises where it is another's, or of another kind."""
    known = find_act(connection, key)
    if known is None:
        return None
    if known.kind != kind or known.annotator_id != annotator_id:
        raise RefusedError(_taken())
    return known


def _taken() -> Problem:
    """Return what is wrong where a key was used for another act."""
    return Problem("this decision's key was used for another one.", fix="Load the page again.")
