"""`weaklabel models`: compare label models."""

from __future__ import annotations

import contextlib
import sys
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

app = typer.Typer(no_args_is_help=True, help="Compare label models.")


@app.callback()
def _models() -> None:
    """Take the name of a command."""


@app.command("compare", short_help="Score all label models against the given tags, side by side.")
def compare(
    project: ProjectOption = DEFAULT_PROJECT,
    records: RecordsOption = None,
    tags: TagsOption = None,
    lfs: LfsOption = None,
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
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Score all label models against the given tags, side by side, and the project's one with its end model."""
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_models import print_scores, show_comparison
    from weaklabel.pipeline import compare as compare_all

    columns = {"id": record_id, "fields": fields, "tags": tags_column, "separator": separator}
    changes = {
        "task": task,
        "label_model": label_model,
        "end_model": end_model,
        "embeddings": embeddings,
        "given_tags": given_tags,
        "seed": seed,
        "lf_timeout_s": lf_timeout,
    }
    settings = find_project(project, records, tags, lfs, columns, **changes).settings
    with (
        contextlib.redirect_stdout(sys.stderr),  # what labeling functions print is not this command's output
        name_embeddings(embeddings, settings),
    ):
        comparison = compare_all(settings, watch)
    if as_json:
        print_scores(comparison)
    else:
        show_comparison(comparison, settings)
