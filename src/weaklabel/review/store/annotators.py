"""Who annotates: names, the tokens in their links, and the browsers in which they are logged in.

Tokens are 256 random bits. Of each the store keeps the SHA-256 alone: who reads the database cannot log in with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from weaklabel.review.store.database import Database
from weaklabel.review.store.models import AnnotatorRow, SessionRow

SESSION = timedelta(days=7)
KNOWN = select(AnnotatorRow.id, AnnotatorRow.name, AnnotatorRow.is_reviewer)


@dataclass(frozen=True, slots=True)
class Annotator:
    """A person who decides; a reviewer may also adjudicate, and send records back."""

    id: int
    name: str
    is_reviewer: bool = False


def enrol(database: Database, name: str, *, is_reviewer: bool = False) -> str:
    """Return a new token for an annotator, who is added where nobody has that name; an older token ends.

    Whether they are a reviewer is as it is said here, whatever it was before.
    """
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _digest(token), "is_reviewer": is_reviewer}
    with database.write() as connection:
        known = connection.scalar(select(AnnotatorRow.id).where(AnnotatorRow.name == name))
        if known is None:
            connection.execute(insert(AnnotatorRow).values(name=name, **values))
        else:
            connection.execute(update(AnnotatorRow).where(AnnotatorRow.id == known).values(**values))
    return token


def ensure_annotator(connection: Connection, name: str) -> int:
    """Return the id of an annotator, who is added without a token where nobody has that name."""
    known = connection.scalar(select(AnnotatorRow.id).where(AnnotatorRow.name == name))
    if known is None:
        known = connection.scalar(insert(AnnotatorRow).values(name=name, token_hash=None).returning(AnnotatorRow.id))
    assert known is not None
    return known


def revoke(database: Database, name: str) -> bool:
    """End an annotator's token and sessions; say whether there is one of that name. What they decided stays."""
    with database.write() as connection:
        known = connection.scalar(select(AnnotatorRow.id).where(AnnotatorRow.name == name))
        if known is not None:
            connection.execute(update(AnnotatorRow).where(AnnotatorRow.id == known).values(token_hash=None))
            connection.execute(delete(SessionRow).where(SessionRow.annotator_id == known))
    return known is not None


def list_annotators(database: Database) -> tuple[Annotator, ...]:
    """Return all annotators, by name."""
    with database.read() as connection:
        rows = connection.execute(KNOWN.order_by(AnnotatorRow.name))
        return tuple(Annotator(*row) for row in rows)


def find_owner(database: Database, token: str) -> Annotator | None:
    """Return whose token this is; nobody's gives None. Every hash is compared, each in constant time."""
    digest, owner = _digest(token), None
    with database.read() as connection:
        for *known, token_hash in connection.execute(KNOWN.add_columns(AnnotatorRow.token_hash)):
            if hmac.compare_digest(token_hash or "", digest):
                owner = Annotator(*known)
    return owner


def log_in(database: Database, token: str) -> str | None:
    """Return a new session for whom a token belongs to, to be kept in a cookie; None where it is nobody's."""
    owner = find_owner(database, token)
    if owner is None:
        return None
    session, now = secrets.token_urlsafe(32), database.now()
    with database.write() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.ends_at <= now))
        row = {"session_hash": _digest(session), "annotator_id": owner.id, "ends_at": now + SESSION}
        connection.execute(insert(SessionRow).values(row))
    return session


def find_annotator(database: Database, session: str) -> Annotator | None:
    """Return whose session this is; None for one that nobody has, or that has ended."""
    wanted = KNOWN.join(SessionRow, SessionRow.annotator_id == AnnotatorRow.id).where(
        SessionRow.session_hash == _digest(session), SessionRow.ends_at > database.now()
    )
    with database.read() as connection:
        row = connection.execute(wanted).one_or_none()
    return None if row is None else Annotator(*row)


def log_out(database: Database, session: str) -> None:
    """End a session."""
    with database.write() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.session_hash == _digest(session)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
