"""Bring a database's tables to the current form, with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from weaklabel.errors import Place, Problem, ReviewError

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, place: Place) -> None:
    """Apply the migrations that a database lacks, in the open transaction.

    Raises
    ------
    ReviewError
        Where a later version of weaklabel has made it, or tables of these names are another program's.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        what = f"the database is of a form ({current}) that this version of weaklabel does not know."
        raise ReviewError(Problem(what, place, "Update weaklabel, or name another database."))
    if current is None and "acts" in inspect(connection).get_table_names():
        what = "the database has a table 'acts' that weaklabel did not make."
        raise ReviewError(Problem(what, place, "Name another database."))
    command.upgrade(config, "head")
