"""`weaklabel apply`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import (
    Columns,
    Data,
    DatabaseOption,
    DecisionsOption,
    JsonOption,
    TaskOption,
    is_named,
    join_options,
)


@join_options
def apply(
    context: typer.Context,
    *,
    data: Data,
    columns: Columns,
    task: TaskOption = None,
    database: DatabaseOption = None,
    decisions: DecisionsOption = None,
    run: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="RUN",
            show_default=False,
            help="The run that was reviewed (default: the project's).",
        ),
    ] = None,
    least: Annotated[
        int, typer.Option("--least", metavar="N", min=1, help="So many must have said yes or no of a tag.")
    ] = 1,
    spellings: Annotated[
        bool, typer.Option("--spellings", help="Write tags that are right by their names: cv becomes computer-vision.")
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", show_default=False, help="A new folder (default: corrected/1, corrected/2, …)."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the records anew as people decided, with a list of changes and gold tags; nothing is written over.

    Decisions are those of the review, or of files (--decisions). An adjudication is final; else most of those who said
    yes or no decide. What is open, contradicts itself or is of no record is said, and changes nothing.
    """
    from weaklabel.cli.show import err, show_problems
    from weaklabel.cli.show_apply import apply_json, show_applied
    from weaklabel.correcting.apply import Request, apply_decisions, next_folder
    from weaklabel.correcting.sources import find_sources, hide_password

    settings = data.find(columns, task=task).settings
    named = database if not decisions or is_named(context, "database") else None
    sources = find_sources(settings, named, decisions or ())
    applied = apply_decisions(settings, Request(sources, run, least, spellings))
    if applied.warnings:
        show_problems(applied.warnings, err)
    folder, is_written = (to, False) if to is not None else next_folder(settings, applied)
    is_done = applied.is_done or is_written
    if not is_done:
        applied.write(folder)
    if as_json:
        typer.echo(apply_json(applied, None if applied.is_done else folder))
    else:
        show_applied(applied, settings, tuple(map(hide_password, sources)), folder, is_written=is_written)
