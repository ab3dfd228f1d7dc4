"""`weaklabel run`."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import (
    Columns,
    DecisionsOption,
    GoldOption,
    LfTimeoutOption,
    Models,
    Source,
    join_options,
    name_embeddings,
)


@join_options
def run(
    *,
    source: Source,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="The folder to write (default: runs/latest).")
    ] = None,
    models: Models,
    columns: Columns,
    gold: GoldOption = None,
    decisions: DecisionsOption = None,
    lf_timeout: LfTimeoutOption = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep votes of earlier runs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the report's path.")] = False,
) -> None:
    """Run the project: votes, label model, closure, audit, report.

    In a folder with weaklabel.yaml, no option is needed. Without such a file, give --records and --tags.
    """
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_run import show_run
    from weaklabel.terms import USUAL_NAMES

    changes_of_data = {"gold": gold, "decisions": tuple(decisions) if decisions else None}
    found = source.find(columns, out=out, lf_timeout_s=lf_timeout, **changes_of_data, **models.as_changes())
    if gold is not None:  # a file of its own, whose columns have their usual names
        found = found.changed(found.settings, gold_columns=USUAL_NAMES, gold_column=None)
    if no_cache:
        found = found.changed(found.settings, cache=None)
    try:
        # What labeling functions print is not this command's output.
        with contextlib.redirect_stdout(sys.stderr), name_embeddings(models.embeddings, found.settings):
            result = found.run() if quiet else found.run(watch)
        changes = result.changes_since(found.settings.out)
        folder = result.write()
    except KeyboardInterrupt:
        typer.echo(f"Stopped. {found.settings.out} is as it was.", err=True)
        raise typer.Exit(130) from None
    if quiet:
        typer.echo(folder / "report.html")
    else:
        show_run(result, folder, changes)
