"""`weaklabel lf diff`: what an edit of labeling functions changes."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, ProjectOption, RecordsOption, TagsOption, find_project


def diff_lfs(
    old: Annotated[
        str, typer.Argument(metavar="[OLD]", help="A folder of labeling functions, or a Git revision (default: HEAD).")
    ] = "HEAD",
    new: Annotated[
        Path | None, typer.Argument(metavar="[NEW]", help="Another folder (default: that of the project).")
    ] = None,
    project: ProjectOption = DEFAULT_PROJECT,
    records: RecordsOption = None,
    tags: TagsOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show that many records at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print every change as JSON.")] = False,
) -> None:
    """Show which records gain or lose which tags from one version of the labeling functions to another."""
    from weaklabel.cli.show_diff import diff_as_json, show_diff
    from weaklabel.errors import Problem, ProjectError
    from weaklabel.inputs import load_inputs, load_lfs, record_columns
    from weaklabel.lf_changes import compare_versions, folder_at_revision
    from weaklabel.pipeline import vote
    from weaklabel.terms import unreported

    settings = find_project(project, records, tags, new).settings
    if settings.lfs is None:
        raise ProjectError(Problem("the project has no folder of labeling functions.", fix="Name two: OLD NEW."))
    inputs = load_inputs(settings)
    with tempfile.TemporaryDirectory() as scratch:
        before = Path(old) if Path(old).is_dir() else folder_at_revision(settings.lfs, old, Path(scratch))
        old_settings = replace(settings, lfs=before)
        old_lfs = load_lfs(old_settings, inputs.vocabulary, inputs.records.fields, record_columns(inputs.records))
        old_votes = vote(old_settings, replace(inputs, lfs=old_lfs), unreported)
        diff = compare_versions(inputs, old_lfs, old_votes, inputs.lfs, vote(settings, inputs, unreported))
    if as_json:
        typer.echo(json.dumps(diff_as_json(diff, inputs.records), ensure_ascii=False))
    else:
        show_diff(diff, inputs.records, limit)
