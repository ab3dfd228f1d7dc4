"""`weaklabel slices`: propose, list, show and export slices."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli import slices_discover
from weaklabel.cli.options import LimitOption, Source, join_options

if TYPE_CHECKING:
    from weaklabel.errors import Problem
    from weaklabel.pipeline import Sliced
    from weaklabel.terms import Settings

app = typer.Typer(no_args_is_help=True, help="Propose, list, show, export and discover slices to evaluate on.")
app.command("discover", short_help="Find the slices on which a model is worst.")(slices_discover.discover_slices)

SlicesOption = Annotated[
    Path | None,
    typer.Option("--slices", metavar="PATH", help="The file or folder that defines slices (default: the project's)."),
]


def _slice(settings: Settings) -> Sliced:
    from weaklabel.cli.show import show_problems, watch
    from weaklabel.pipeline import slice_project
    from weaklabel.slicing import find_location, load_slices

    location = find_location(settings)
    warnings: list[Problem] = []
    with contextlib.redirect_stdout(sys.stderr):  # what functions print is not this command's output
        sliced = slice_project(settings, lambda inputs: load_slices(location, inputs, warnings), watch)
    show_problems(warnings)
    return sliced


@app.command("init", short_help="Propose slices, each with its reason and size, and write them.")
@join_options
def init_slices(
    *,
    source: Source,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write (default: slices.yaml).")
    ] = None,
) -> None:
    """Propose slices from the project's records, tag graph and run, and write them to a file to change.

    Areas of the tag graph, rare tags, short texts, records without votes or with conflicts, unsupported tags, the
    newest month and more; those of fewer than five records, or of more than a third, are left out.
    """
    from weaklabel.cli.show import out, watch
    from weaklabel.cli.show_slices import show_slices
    from weaklabel.errors import OutputError, Place, Problem
    from weaklabel.output import write_file
    from weaklabel.slice_files import propose
    from weaklabel.slicing import usual_location

    settings = source.find().settings
    file = out_file or usual_location(settings)
    if file.exists():
        raise OutputError(Problem("this file is there already.", Place(str(file)), "Name another with --out."))
    with contextlib.redirect_stdout(sys.stderr):
        proposed = propose(settings, watch)
    write_file(file, proposed.text.encode(), must_be_new=True)
    show_slices(proposed.records, only=proposed.kept)
    out.print(f"\n{file}", soft_wrap=True, markup=False)
    if settings.slices is None:
        out.print(f"Write [bold]slices: {file.name}[/] in the project file, so that each run applies them.")


@app.command("list", short_help="List slices with their sizes.")
@join_options
def list_slices(*, source: Source, slices: SlicesOption = None) -> None:
    """List slices: how many records are in each, and what it is."""
    from weaklabel.cli.show_slices import show_slices

    show_slices(_slice(source.find(slices=slices).settings).records)


@app.command("show", short_help="Show one slice: its definition, and records that are in it.")
@join_options
def show_slice(
    name: Annotated[str, typer.Argument(metavar="SLICE", help="The slice's id.")],
    *,
    source: Source,
    slices: SlicesOption = None,
    limit: LimitOption = 5,
) -> None:
    """Show one slice: its definition, its size, and the first records that are in it."""
    from weaklabel.cli.show_slices import show_one_slice

    sliced = _slice(source.find(slices=slices).settings)
    show_one_slice(sliced.records, name, sliced.inputs.records.fields, limit)


@app.command("export", short_help="Write slices as a table, and as a module of Snorkel slicing functions.")
@join_options
def export_slices(
    *,
    out_file: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="A .parquet file, or a .py module with one beside it."),
    ] = Path("slices.parquet"),
    source: Source,
    slices: SlicesOption = None,
) -> None:
    """Write which records are in which slices, as Parquet; with --out slices.py, a module of Snorkel slicing functions.

    The module's functions look a record up, by its id, in the table beside it. Files that no export wrote are kept.
    """
    from weaklabel.cli.show import out
    from weaklabel.errors import OutputError, Place, Problem
    from weaklabel.slice_files import check_export, export_membership

    if out_file.suffix not in {".py", ".parquet"}:
        fix = "Name a file that ends with .py or .parquet."
        raise OutputError(Problem(f"slices cannot be written as {out_file.suffix!r}.", Place("--out"), fix))
    check_export(out_file)
    settings = source.find(slices=slices).settings
    for written in export_membership(_slice(settings).records, settings, out_file):
        out.print(str(written), soft_wrap=True, markup=False)
