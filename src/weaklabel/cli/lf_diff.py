"""`weaklabel lf diff`: what is otherwise between two versions of the labeling functions, or two runs."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import JsonOption, LimitOption, Source, join_options

if TYPE_CHECKING:
    from weaklabel.inputs import Inputs
    from weaklabel.lf_changes import Version
    from weaklabel.terms import Settings


@join_options
def diff_lfs(
    *,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            show_default=False,
            help="A folder of labeling functions, a run, or a Git revision (default: HEAD).",
        ),
    ] = "HEAD",
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="Another of these (default: the project's folder).")
    ] = None,
    source: Source,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Show which records gain or lose which tags from one version of the labeling functions to another.

    Of a run, its votes are compared as they were cast then.
    """
    from weaklabel.cli.show_diff import diff_as_json, show_diff
    from weaklabel.inputs import load_inputs
    from weaklabel.lf_changes import compare_versions

    settings = source.find().settings
    inputs = load_inputs(settings)
    diff = compare_versions(inputs, _read_version(old, settings, inputs), _read_version(new, settings, inputs))
    if as_json:
        typer.echo(json.dumps(diff_as_json(diff, inputs.records), ensure_ascii=False))
    else:
        show_diff(diff, inputs.records, limit)


def _read_version(name: str | None, settings: Settings, inputs: Inputs) -> Version:
    """Return the labeling functions and votes of a folder, a run or a revision; without a name, the project's."""
    from weaklabel.errors import Problem, ProjectError
    from weaklabel.lf_changes import Version, folder_at_revision
    from weaklabel.run_folder import is_run

    if name is not None and is_run(Path(name)):
        return Version.of_run(Path(name), inputs)
    if name is not None and Path(name).is_dir():
        return _vote(replace(settings, lfs=Path(name)), inputs)
    if settings.lfs is None:
        raise ProjectError(Problem("the project has no folder of labeling functions.", fix="Name two: OLD NEW."))
    if name is None:
        return _vote(settings, inputs)
    with tempfile.TemporaryDirectory() as scratch:
        return _vote(replace(settings, lfs=folder_at_revision(settings.lfs, name, Path(scratch))), inputs)


def _vote(settings: Settings, inputs: Inputs) -> Version:
    from weaklabel.inputs import load_lfs, record_columns
    from weaklabel.lf_changes import Version
    from weaklabel.pipeline import vote
    from weaklabel.terms import unreported

    lfs = load_lfs(settings, inputs.vocabulary, inputs.records.fields, record_columns(inputs.records))
    return Version.of_votes(lfs, vote(settings, replace(inputs, lfs=lfs), unreported))
