"""`weaklabel status`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from weaklabel.cli.options import Columns, Data, DatabaseOption, JsonOption, join_options

NOT_READY = 3


class Stage(StrEnum):
    """What can be ready."""

    LABELING = "labeling"
    QA = "qa"
    MODELING = "modeling"


@join_options
def status(
    *,
    data: Data,
    columns: Columns,
    database: DatabaseOption = None,
    least: Annotated[
        int, typer.Option("--least", metavar="N", min=1, help="So many must have said yes or no of a tag.")
    ] = 1,
    wanted: Annotated[
        Stage | None,
        typer.Option("--for", metavar="STAGE", help="labeling, qa or modeling: exit with 3 unless it is ready."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is ready for labeling, for QA, for modeling, and which command goes on from there.

    Nothing is run or written. The exit code is 0, or with --for 3 where that stage is not ready; 1 where something
    cannot be read, 2 for a wrong option.
    """
    from weaklabel.cli.show_status import show_status
    from weaklabel.correcting.status import find_status

    found = find_status(data.find(columns).settings, database, least)
    if as_json:
        typer.echo(found.as_json())
    else:
        show_status(found)
    if wanted is not None and not found.of(wanted.value).is_ready:
        raise typer.Exit(NOT_READY)
