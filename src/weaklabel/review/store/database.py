"""The database behind the store: SQLite in a file, or PostgreSQL by its URL."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from weaklabel.errors import Place, Problem, ReviewError
from weaklabel.review.store.migrate import migrate

WRITERS = 0x7765616B  # the key of PostgreSQL's lock for which writers queue: "weak" in ASCII
BUSY_S = 30.0
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database, of the current form.

    Attributes
    ----------
    engine
        SQLAlchemy's engine.
    now
        The clock.
    """

    engine: Engine
    now: Callable[[], datetime] = utc_now
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def write(self, *, migrates: bool = False) -> Iterator[Connection]:
        """Begin a transaction that may change the store; it is committed at the end, and durable then.

        Only one is open at a time, here (the lock) and in all processes (SQLite's own lock, or an advisory one). In
        one that migrates, SQLite checks no foreign keys, so that tables can be made anew.
        """
        options = {"writes": True, "migrates": migrates}
        with self._turn, self.engine.connect().execution_options(**options) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Begin a transaction that reads; it waits for no writer."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(location: str | Path, now: Callable[[], datetime] = utc_now) -> Database:
    """Open a database, make it where there is none (in a folder that is there), and bring it to the current form.

    Parameters
    ----------
    location
        The path of an SQLite file, or a URL: `postgresql://user@host/name`, `sqlite:///path`.
    now
        The clock.

    Raises
    ------
    ReviewError
        Where it cannot be reached or opened, its folder is not there, or a later version of weaklabel has made it.
    """
    url = _as_url(location)
    shown = url.database or "" if url.drivername.startswith("sqlite") else url.render_as_string(hide_password=True)
    try:
        if url.drivername.startswith("sqlite"):
            _check_folder(Path(url.database or "").absolute().parent, Place(shown))
        return _open(Database(_make_engine(url), now), Place(shown))
    except (DBAPIError, OSError) as failure:
        cause = getattr(failure, "orig", None) or failure
        what = f"the database cannot be opened: {str(cause).strip().splitlines()[0]}."
        fix = "Check the path or URL, and that the server runs and knows the user."
        raise ReviewError(Problem(what, Place(shown), fix)) from None


def _check_folder(folder: Path, place: Place) -> None:
    """Raise ReviewError where the folder of a file is not there: it is not made, for its name may be misspelt."""
    if not folder.is_dir():
        fix = f"Check the path, or make the folder: mkdir -p {shlex.quote(str(folder))}."
        raise ReviewError(Problem(f"no folder is called {folder}.", place, fix))


def _open(database: Database, place: Place) -> Database:
    try:
        with database.write(migrates=True) as connection:
            migrate(connection, place)
    finally:
        database.close()  # the connection with SQLite's foreign keys off, too; others are opened when they are needed
    return database


def _as_url(location: str | Path) -> URL:
    if isinstance(location, Path) or "://" not in location:
        return URL.create("sqlite", database=str(location))
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        what = "it is no URL of a database."  # which may hold a password, so it is not repeated
        raise ReviewError(Problem(what, Place("--database"), "Write postgresql://user@host/name.")) from None
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        what = f"{url.get_backend_name()} is no database that the review knows."
        raise ReviewError(Problem(what, Place("--database"), "Give a path (SQLite) or a URL of PostgreSQL."))
    return url


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_S})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(url, connect_args={"connect_timeout": 10})
    except (ImportError, NoSuchModuleError):
        fix = "Install it: python -m pip install 'weaklabel[postgres]'."
        raise ReviewError(Problem("PostgreSQL's driver is not installed.", Place("--database"), fix)) from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says, not where Python's driver guesses
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's lock for writers at once: a transaction that read first could not get it after another's write."""
    options = connection.get_execution_options()
    if options.get("migrates", False):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # which has no effect within a transaction
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
