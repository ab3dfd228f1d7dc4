"""`weaklabel export`."""

from __future__ import annotations

import contextlib
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, ProjectOption, QueueOption, StrategyOption
from weaklabel.cli.report import LATEST

if TYPE_CHECKING:
    from weaklabel.terms import Settings


class LayoutName(StrEnum):
    """Which tags a person chooses from."""

    ALL = "all"
    CANDIDATES = "candidates"
    TAXONOMY = "taxonomy"


def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="The format; without any, all are listed.")] = "",
    run: Annotated[
        Path | None, typer.Argument(metavar="RUN", show_default=False, help="A run's folder (default: the project's).")
    ] = None,
    project: ProjectOption = DEFAULT_PROJECT,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="The folder to write (default: exchange/FORMAT).")
    ] = None,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0, max=1, metavar="NUMBER", help="Tags more probable are suggested.")
    ] = 0.5,
    layout: Annotated[
        LayoutName | None,
        typer.Option("--layout", help="Choose from all tags, from a record's own candidates, or from a tree."),
    ] = None,
    queue: QueueOption = None,
    strategy: StrategyOption = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="So many records at most, the first of the queue."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="RECORD", help="Only the record of this id; may be repeated.")
    ] = None,
    image: Annotated[
        list[str] | None, typer.Option("--image", metavar="COLUMN", help="A column with addresses of images.")
    ] = None,
    audio: Annotated[
        list[str] | None, typer.Option("--audio", metavar="COLUMN", help="A column with addresses of sounds.")
    ] = None,
    tag: Annotated[
        str | None, typer.Option("--tag", metavar="TAG", help="The one tag that goes out (only wrench asks for it).")
    ] = None,
    for_spreadsheets: Annotated[
        bool, typer.Option("--for-spreadsheets", help="Put a ' before cells of csv that a spreadsheet would compute.")
    ] = False,
) -> None:
    """Write a run's labels in the format of another tool: records, suggested tags, and how the tool shows them.

    What a run read is read again, where it was; with `--project`, where that project has it. Columns with addresses of
    images or sounds are found by how these end. Records go out in the input's order, or with
    `--limit`, `--strategy` or `--queue` those first that a person should look at first.
    """
    from weaklabel.cli.show import show_problems
    from weaklabel.cli.show_exchange import show_formats, show_written
    from weaklabel.exchanging import Choice, export_run, find_leftovers, write_parcel
    from weaklabel.queueing.order import choose_order

    if not form:
        show_formats()
        return
    settings = None if project == DEFAULT_PROJECT else _load(project)
    folder = run or _find_run(settings)
    is_ordered = queue is not None or strategy is not None or limit is not None
    choice = Choice(
        threshold=threshold,
        layout=layout.value if layout else None,
        only=tuple(only or ()),
        order=choose_order(folder, file=queue, strategy=strategy, settings=settings) if is_ordered else (),
        limit=limit,
        images=tuple(image or ()),
        sounds=tuple(audio or ()),
        tag=tag,
        for_spreadsheets=for_spreadsheets,
    )
    with contextlib.redirect_stdout(sys.stderr):  # what functions print is not this command's output
        parcel = export_run(form, folder, choice, settings)
    out = to or Path("exchange") / form
    if warnings := [*parcel.warnings, *find_leftovers(parcel, out)]:
        show_problems(warnings)
    show_written(write_parcel(parcel, out))


def _load(project: Path) -> Settings:
    from weaklabel.project import Project

    return Project.load(project).settings


def _find_run(settings: Settings | None) -> Path:
    """Return the run's folder of a project, or of the one that is here; without any, that of `weaklabel run`."""
    from weaklabel.project import FILE_NAME

    if settings is None and (DEFAULT_PROJECT / FILE_NAME).is_file():
        settings = _load(DEFAULT_PROJECT)
    return settings.out if settings else LATEST
