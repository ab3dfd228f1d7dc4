"""`weaklabel run`."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import (
    DEFAULT_PROJECT,
    EmbeddingsOption,
    EndModelOption,
    FieldsOption,
    GivenTagsOption,
    IdOption,
    LabelModelOption,
    LfsOption,
    LfTimeoutOption,
    ProjectOption,
    RecordsOption,
    SeedOption,
    SeparatorOption,
    TagsColumnOption,
    TagsOption,
    TaskOption,
    find_project,
    name_embeddings,
)


def run(
    project: ProjectOption = DEFAULT_PROJECT,
    records: RecordsOption = None,
    tags: TagsOption = None,
    lfs: LfsOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="The folder to write (default: runs/latest).")
    ] = None,
    task: TaskOption = None,
    label_model: LabelModelOption = None,
    end_model: EndModelOption = None,
    embeddings: EmbeddingsOption = None,
    given_tags: GivenTagsOption = None,
    seed: SeedOption = None,
    record_id: IdOption = None,
    fields: FieldsOption = None,
    tags_column: TagsColumnOption = None,
    separator: SeparatorOption = None,
    lf_timeout: LfTimeoutOption = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep votes of earlier runs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the report's path.")] = False,
) -> None:
    """Run the project: votes, label model, closure, audit, report.

    In a folder with weaklabel.yaml, no option is needed. Without such a file, give --records and --tags.
    """
    from weaklabel.cli.show import show_run, watch

    columns = {"id": record_id, "fields": fields, "tags": tags_column, "separator": separator}
    changes = {
        "out": out,
        "task": task,
        "label_model": label_model,
        "end_model": end_model,
        "embeddings": embeddings,
        "given_tags": given_tags,
        "seed": seed,
        "lf_timeout_s": lf_timeout,
    }
    found = find_project(project, records, tags, lfs, columns, **changes)
    if no_cache:
        found = found.changed(found.settings, cache=None)
    try:
        # What labeling functions print is not this command's output.
        with contextlib.redirect_stdout(sys.stderr), name_embeddings(embeddings, found.settings):
            result = found.run() if quiet else found.run(watch)
        folder = result.write()
    except KeyboardInterrupt:
        typer.echo(f"Stopped. {found.settings.out} is as it was.", err=True)
        raise typer.Exit(130) from None
    if quiet:
        typer.echo(folder / "report.html")
    else:
        show_run(result, folder)
