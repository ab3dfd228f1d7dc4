"""The stores that all tests of the review run on."""

import shutil

import pytest

from support.postgres import find_binaries, new_database, serve_postgres
from support.reviews import Clock

pytest.importorskip("sqlalchemy", reason="the extra review is not installed")


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server."""
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with serve_postgres(binaries) as server:
        yield server


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request, tmp_path):
    """Where an empty database is, or is made."""
    if request.param == "sqlite":
        return str(tmp_path / "review.sqlite")
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def database(location, clock):
    from weaklabel.review.store import open_database

    opened = open_database(location, clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """An SQLite file with the store's tables, to be copied: to make them takes longer."""
    from weaklabel.review.store import open_database

    path = tmp_path_factory.mktemp("store") / "empty.sqlite"
    open_database(path).close()
    return path


@pytest.fixture
def small_database(empty_store, tmp_path):
    """A store on SQLite, for what is the same on any database."""
    from weaklabel.review.store import open_database

    opened = open_database(shutil.copy(empty_store, tmp_path / "review.sqlite"))
    yield opened
    opened.close()
