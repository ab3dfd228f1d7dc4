"""`weaklabel lf show`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from weaklabel.cli.options import (
    JsonOption,
    LabelModelOption,
    LfTimeoutOption,
    Source,
    TaskOption,
    join_options,
    naming,
)


@join_options
def show_lf(
    *,
    lf: Annotated[str, typer.Argument(metavar="ID", help="The id of the labeling function.")],
    source: Source,
    task: TaskOption = None,
    label_model: LabelModelOption = None,
    lf_timeout: LfTimeoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one labeling function: its definition, its figures, what it hits and gets wrong, and whom it meets.

    Everything votes, and the label model resolves; no end model is fitted, and nothing is written.
    """
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_lf import print_inspection, show_inspection
    from weaklabel.errors import LabelingFunctionError
    from weaklabel.lf_inspection import inspect_lf

    found = source.find(task=task, label_model=label_model, lf_timeout_s=lf_timeout)
    with (
        contextlib.redirect_stdout(sys.stderr),  # what labeling functions print is not this command's output
        naming("ID", LabelingFunctionError),
    ):
        inspection = inspect_lf(found.settings, lf, watch)
    if as_json:
        print_inspection(inspection)
    else:
        show_inspection(inspection)
