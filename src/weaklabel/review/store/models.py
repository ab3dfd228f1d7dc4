"""The tables of the store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from weaklabel.terms.decisions import VERDICTS as VERDICTS
from weaklabel.terms.decisions import Verdict as Verdict
from weaklabel.terms.records import RecordId

Kind = Literal["decide", "skip", "adjudicate", "return", "undo"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class RecordIdText(TypeDecorator[RecordId]):
    """A record's id as JSON in ASCII: 92 and "92" stay apart, and no character is one that a database refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: RecordId | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write an id."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> RecordId | None:  # noqa: ARG002
        """Read an id."""
        return None if value is None else _read_id(value)


def _read_id(value: str) -> RecordId:
    found: RecordId = json.loads(value)
    return found


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC, also where the database keeps no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Write a time."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a time."""
        if value is None or value.tzinfo is not None:
            return None if value is None else value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class AnnotatorRow(Table):
    """A person who decides. `token_hash` is the SHA-256 of the token in the link that was printed last.

    A reviewer may also look at what all decided, adjudicate, and send records back.
    """

    __tablename__ = "annotators"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    is_reviewer: Mapped[bool] = mapped_column(server_default=false())


class SessionRow(Table):
    """A browser that is logged in: the SHA-256 of its cookie."""

    __tablename__ = "sessions"

    session_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey(AnnotatorRow.id))
    ends_at: Mapped[datetime] = mapped_column(UtcTime)


class TaskRow(Table):
    """A record in the queue: `wanted` annotators are to decide on it, `remaining` of them have not yet."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_open", "position", sqlite_where=text("remaining > 0"), postgresql_where=text("remaining > 0")),
    )

    record_id: Mapped[RecordId] = mapped_column(RecordIdText, primary_key=True)
    position: Mapped[int]
    remaining: Mapped[int]
    wanted: Mapped[int] = mapped_column(server_default="1")


class LeaseRow(Table):
    """A record that an annotator has before them, until a time."""

    __tablename__ = "leases"

    record_id: Mapped[RecordId] = mapped_column(RecordIdText, primary_key=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey(AnnotatorRow.id), primary_key=True, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)


class ActRow(Table):
    """One thing that an annotator did, or a reviewer. Never changed.

    An annotator decides on a record or skips it; a reviewer adjudicates it, or sends it back (`return`); both undo
    their earlier acts. `key` is made by whoever sends the act, so that one sent twice is stored once.
    """

    __tablename__ = "acts"
    __table_args__ = (
        CheckConstraint("kind IN ('decide', 'skip', 'adjudicate', 'return', 'undo')", name="kind"),
        CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undoes"),
        Index(None, "record_id", "annotator_id"),
        Index(None, "annotator_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[Kind] = mapped_column(String(10))
    record_id: Mapped[RecordId] = mapped_column(RecordIdText)
    annotator_id: Mapped[int] = mapped_column(ForeignKey(AnnotatorRow.id))
    run: Mapped[str] = mapped_column(String(64))
    done_at: Mapped[datetime] = mapped_column(UtcTime)
    spent_ms: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("acts.id"), unique=True)


class DecisionRow(Table):
    """What an act says of one tag of its record. Never changed."""

    __tablename__ = "decisions"
    __table_args__ = (CheckConstraint("verdict IN ('yes', 'no', 'unsure')", name="verdict"),)

    act_id: Mapped[int] = mapped_column(ForeignKey(ActRow.id), primary_key=True)
    tag: Mapped[str] = mapped_column(Text, primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(String(6))
