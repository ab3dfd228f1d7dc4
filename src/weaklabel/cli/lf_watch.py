"""`weaklabel lf watch`: edit a file, see what it does."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from weaklabel.cli.options import (
    DEFAULT_PROJECT,
    LfsOption,
    ProjectOption,
    RecordsOption,
    TagsOption,
    find_project,
)


def watch_lfs(
    project: ProjectOption = DEFAULT_PROJECT,
    records: RecordsOption = None,
    tags: TagsOption = None,
    lfs: LfsOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show that many records at most.")] = 10,
) -> None:
    """Watch the folder of labeling functions, and show after each edit what it does: hits, conflicts, changed records.

    Ctrl-C ends it.
    """
    from weaklabel.cli.show import out
    from weaklabel.cli.show_diff import show_effect
    from weaklabel.errors import Problem, ProjectError, quantity
    from weaklabel.lf_watch import Session, watch_folder

    settings = find_project(project, records, tags, lfs).settings
    if settings.lfs is None:
        raise ProjectError(Problem("the project has no folder of labeling functions.", fix="Name one with --lfs."))
    session = Session(settings)
    written = sum(lf.origin != "generated" for lf in session.inputs.lfs)
    out.print(f"Watching {settings.lfs}: {quantity(written, 'labeling function')}. Ctrl-C ends.", soft_wrap=True)
    for effect in watch_folder(session, settings.lfs):
        show_effect(effect, session.inputs.records, limit, time.strftime("%H:%M:%S"))
