"""Where decisions are: files, and the database of the review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from weaklabel.documents import is_url
from weaklabel.errors import Place, Problem, ReviewError, UsageError, did_you_mean, raise_errors
from weaklabel.inputs import read_decisions
from weaklabel.terms import Settings
from weaklabel.terms.decisions import Decided, Decision

if TYPE_CHECKING:
    from weaklabel.review.store import Database

SQLITE = b"SQLite format 3\0"
DATABASE = "review.sqlite"


def default_database(settings: Settings) -> str:
    """Return where the review keeps decisions unless it is told otherwise: beside the runs."""
    return str(settings.out.parent / DATABASE)


def find_sources(settings: Settings, database: str | None = None, files: Sequence[str] = ()) -> tuple[str, ...]:
    """Return where decisions are: what options name, else what the project does, else the review's database.

    Raises
    ------
    UsageError
        Where options name both a database and files.
    ReviewError
        Where the database that is named is not there, or is none; or nothing is named and no database is there.
    """
    if database and files:
        what = "there are both --database and --decisions."
        raise UsageError(Problem(what, Place("--decisions"), "Give one of them."))
    if database:
        check_database(database)
        return (database,)
    named = tuple(files) or settings.decisions
    if named:
        return named
    default = default_database(settings)
    if Path(default).is_file():
        return (default,)
    fix = "Decide on records with `weaklabel review`, or name decisions with --decisions or --database."
    raise ReviewError(Problem(f"there are no decisions: no file is called {default}.", Place("--decisions"), fix))


def check_database(location: str) -> None:
    """Raise ReviewError where a database that is named is not there, or the file is none; a URL may be any."""
    path = Path(location)
    if is_database(location):
        return
    if path.exists():
        fix = "Give it with --decisions, if it is a file of decisions."
        raise ReviewError(Problem("it is no database of a review.", Place(location), fix))
    beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    fix = did_you_mean(path.name, beside, otherwise="Check --database, or WEAKLABEL_DATABASE.")
    raise ReviewError(Problem("there is no such database.", Place(location), fix))


def load_decisions(sources: Sequence[str]) -> Decided:
    """Read the decisions of files and databases.

    Raises
    ------
    WeaklabelError
        Where one cannot be read, or with every row of files that is no decision.
    """
    problems: list[Problem] = []
    decisions: list[Decision] = []
    for source in sources:
        if is_database(source):
            decisions += _read_database(source)
        else:
            decisions += [decision for decision, _ in read_decisions(source, problems)]
    raise_errors(problems, ReviewError)
    return Decided(tuple(sources), tuple(decisions))


def is_database(source: str) -> bool:
    """Say whether a source is a database, by its URL or by how the file begins."""
    if is_url(source):
        return False
    if "://" in source:
        return True
    try:
        with Path(source).open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False  # who reads it says what is wrong


@contextmanager
def open_review(location: str) -> Iterator[Database]:
    """Open the database of a review while it is read.

    Raises
    ------
    ReviewError
        Where it cannot be opened, or what opens it is not installed.
    """
    if find_spec("sqlalchemy") is None or find_spec("alembic") is None:
        fix = "Install it: python -m pip install 'weaklabel[review]'."
        raise ReviewError(Problem("the review's database needs sqlalchemy and alembic.", fix=fix))
    from weaklabel.review.store import open_database

    with closing(open_database(location)) as database:
        yield database


def _read_database(location: str) -> list[Decision]:
    from weaklabel.review.store import read_decisions as read_standing

    with open_review(location) as database:
        return [
            Decision(
                record_id=each.record_id,
                tag=each.tag,
                verdict=each.verdict,
                annotator=each.annotator,
                time=each.decided_at.isoformat(timespec="seconds"),
                note=each.note,
                is_final=each.is_final,
                run=each.run,
                spent_ms=each.spent_ms,
            )
            for each in read_standing(database)
        ]


def hide_password(source: str) -> str:
    """Return a source as it may be shown and written: the URL of a database without its password."""
    parts = urlsplit(source) if "://" in source else None
    if parts is None or not parts.password:
        return source
    return parts._replace(netloc=f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}").geturl()


def check_sources(sources: Sequence[str], place: Place | None = None) -> None:
    """Raise UsageError where a source is a URL with a password: sources are written into run.json.

    Parameters
    ----------
    place
        Where it is named.
    """
    for source in sources:
        if "://" in source and urlsplit(source).password:
            what = "the database's URL holds a password, which would be written into run.json."
            raise UsageError(Problem(what, place, "Leave it out, and put it into PGPASSWORD or ~/.pgpass."))
