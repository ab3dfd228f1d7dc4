"""`weaklabel models`: compare label models."""

from __future__ import annotations

import contextlib
import sys

import typer

from weaklabel.cli.options import Columns, JsonOption, LfTimeoutOption, Models, Source, join_options, name_embeddings

app = typer.Typer(no_args_is_help=True, help="Compare label models.")


@app.callback()
def _models() -> None:
    """Take the name of a command."""


@app.command("compare", short_help="Score all label models against the given tags, side by side.")
@join_options
def compare(
    *,
    source: Source,
    models: Models,
    columns: Columns,
    lf_timeout: LfTimeoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score all label models against the given tags, side by side, and the project's one with its end model."""
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_models import print_scores, show_comparison
    from weaklabel.pipeline import compare as compare_all

    settings = source.find(columns, lf_timeout_s=lf_timeout, **models.as_changes()).settings
    with (
        contextlib.redirect_stdout(sys.stderr),  # what labeling functions print is not this command's output
        name_embeddings(models.embeddings, settings),
    ):
        comparison = compare_all(settings, watch)
    if as_json:
        print_scores(comparison)
    else:
        show_comparison(comparison, settings)
