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
        Path,
        typer.Argument(
            metavar="RUN", show_default=False, help="A run's folder, or its project's (default: runs/latest)."
        ),
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

    chosen = as_format or _format_of(out)
    other = read_run(_find_run(compare)) if compare else None
    text = render_run(chosen.value, read_run(_find_run(run)), other)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_file(out, text.encode())
        typer.echo(out)


def _format_of(out: Path | None) -> Format:
    """Return the format that a file's name ends with."""
    from weaklabel.errors import Place, Problem, UsageError

    if out is None:
        return Format.MD
    try:
        return Format(out.suffix.removeprefix("."))
    except ValueError:
        what = f"the name {str(out)!r} does not say how to write it."
        fix = f"End it with {', '.join(f'.{form}' for form in Format)}, or give --format."
        raise UsageError(Problem(what, Place("--out"), fix)) from None


def _find_run(folder: Path) -> Path:
    """Return a run's folder; of a project's folder, that of its latest run."""
    from weaklabel.project import FILE_NAME, Project
    from weaklabel.run_folder import is_run

    is_project = not is_run(folder) and (folder / FILE_NAME).is_file()
    return Project.load(folder).settings.out if is_project else folder
