"""`weaklabel report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    MD = "md"
    JSON = "json"
    CSV = "csv"


LATEST = Path("runs/latest")


def report(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", show_default=False, help="A run's folder (default: runs/latest).")
    ] = LATEST,
    as_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="How to write it (default: what the name of --out ends with, else md); csv: the findings."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write (default: standard output).")
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option("--compare", metavar="RUN", help="Say what is otherwise than in another run, not the one before."),
    ] = None,
) -> None:
    """Write a run's report again: as a page, as Markdown, as JSON, or its findings as CSV."""
    from weaklabel.output import write_file
    from weaklabel.run_folder import read_run, render_run

    chosen = as_format or next((f for f in Format if out and out.suffix == f".{f}"), Format.MD)
    text = render_run(chosen.value, read_run(run), read_run(compare) if compare else None)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_file(out, text.encode())
        typer.echo(out)
