"""`weaklabel lf show`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from weaklabel.cli.options import (
    DEFAULT_PROJECT,
    LabelModelOption,
    LfsOption,
    LfTimeoutOption,
    ProjectOption,
    RecordsOption,
    TagsOption,
    TaskOption,
    find_project,
)


def show_lf(
    lf: Annotated[str, typer.Argument(metavar="ID", help="The id of the labeling function.")],
    project: ProjectOption = DEFAULT_PROJECT,
    records: RecordsOption = None,
    tags: TagsOption = None,
    lfs: LfsOption = None,
    task: TaskOption = None,
    label_model: LabelModelOption = None,
    lf_timeout: LfTimeoutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Show one labeling function: its definition, its figures, what it hits and gets wrong, and whom it meets.

    Everything votes, and the label model resolves; no end model is fitted, and nothing is written.
    """
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_lf import print_inspection, show_inspection
    from weaklabel.lf_inspection import inspect_lf

    found = find_project(project, records, tags, lfs, task=task, label_model=label_model, lf_timeout_s=lf_timeout)
    with contextlib.redirect_stdout(sys.stderr):  # what labeling functions print is not this command's output
        inspection = inspect_lf(found.settings, lf, watch)
    if as_json:
        print_inspection(inspection)
    else:
        show_inspection(inspection)
