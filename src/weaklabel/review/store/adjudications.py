"""What a reviewer does: adjudicate a record, send it back for relabeling, undo. Each is stored once, as any act is."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, exists, select

from weaklabel.errors import Problem
from weaklabel.review.store.acts import NewAct, RefusedError, is_sent_again, record_act, undo_last
from weaklabel.review.store.database import Database
from weaklabel.review.store.history import Act, last_reviewing
from weaklabel.review.store.models import ActRow, TaskRow
from weaklabel.review.store.standing import stands
from weaklabel.terms.records import RecordId


def adjudicate(database: Database, reviewer_id: int, act: NewAct) -> None:
    """Store a reviewer's final verdicts on a record; they replace an earlier adjudication of it as a whole.

    Nobody is asked about the record any more. What annotators decided stays and stands.

    Raises
    ------
    RefusedError
        Where the key was another act's.
    """
    with database.write() as connection:
        if not is_sent_again(connection, "adjudicate", reviewer_id, act):
            record_act(connection, database, "adjudicate", reviewer_id, act)


def return_record(database: Database, reviewer_id: int, act: NewAct) -> None:
    """Send a record back for relabeling: no decision on it stands any more, no skip and no adjudication.

    It is open again for as many annotators as the queue wants; whoever gets it sees the act's note.

    Raises
    ------
    RefusedError
        Where nothing was decided on the record, it is not in the queue, or the key was another act's.
    """
    act = replace(act, verdicts={})
    with database.write() as connection:
        if is_sent_again(connection, "return", reviewer_id, act):
            return
        if not _is_decided(connection, act.record_id):
            what = f"nobody has decided on record {act.record_id}, or it was sent back already."
            raise RefusedError(Problem(what, fix="Go on with the next one."))
        if not connection.scalar(select(exists().where(TaskRow.record_id == act.record_id))):
            what = f"record {act.record_id} is not in the queue: nobody would get it."
            fix = "Adjudicate it, or start `weaklabel review` with a queue that has it."
            raise RefusedError(Problem(what, fix=fix))
        record_act(connection, database, "return", reviewer_id, act)


def undo_review(database: Database, reviewer_id: int, key: str) -> Act | None:
    """Undo a reviewer's last adjudication or sending back that stands, and return it; None where there is none.

    Raises
    ------
    RefusedError
        Where the key was another act's.
    """
    with database.write() as connection:
        undone, _ = undo_last(connection, database, reviewer_id, key, last_reviewing)
    return undone


def read_last_review(database: Database, reviewer_id: int) -> Act | None:
    """Return what :func:`undo_review` would undo."""
    with database.read() as connection:
        return last_reviewing(connection, reviewer_id)


def _is_decided(connection: Connection, record_id: RecordId) -> bool:
    decided = ActRow.kind.in_(("decide", "adjudicate"))
    return bool(connection.scalar(select(exists().where(ActRow.record_id == record_id, decided, stands()))))
