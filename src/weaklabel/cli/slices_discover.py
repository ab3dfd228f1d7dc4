"""`weaklabel slices discover`: the slices on which a model is worst."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import Columns, JsonOption, LimitOption, Models, Source, join_options

if TYPE_CHECKING:
    from weaklabel.evaluation import RecordErrors
    from weaklabel.terms import Settings


@join_options
def discover_slices(
    *,
    source: Source,
    predictions: Annotated[
        str | None,
        typer.Option(
            "--predictions",
            metavar="PATH|URL",
            help="Another model's predictions, as `weaklabel evaluate` reads them (default: the project's own models).",
        ),
    ] = None,
    gold: Annotated[
        str | None,
        typer.Option("--gold", metavar="PATH|URL|given", help="With --predictions: the right tags."),
    ] = None,
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="KINDS",
            help="What conditions look at, with commas: given, votes, metadata, words, cluster (all of these where"
            " nothing is said), resolved, inferred, uncertainty.",
        ),
    ] = None,
    limit: LimitOption = 10,
    significance: Annotated[
        float,
        typer.Option("--significance", metavar="P", min=1e-9, max=1.0, help="The greatest corrected p-value."),
    ] = 0.05,
    conditions: Annotated[
        int,
        typer.Option("--conditions", metavar="NUMBER", min=1, max=3, help="How many a definition joins."),
    ] = 3,
    least_records: Annotated[
        int | None,
        typer.Option(
            "--least-records",
            metavar="NUMBER",
            min=2,
            show_default=False,
            help="The least size of a slice (default: half a percent of the records, but 10 at the least).",
        ),
    ] = None,
    clusters: Annotated[
        int, typer.Option("--clusters", metavar="NUMBER", min=2, max=1000, help="How many clusters texts are put into.")
    ] = 20,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Append the definitions to this file of slices.")
    ] = None,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="Print the definitions as YAML.")] = False,
    as_json: JsonOption = False,
    models: Models,
    columns: Columns,
) -> None:
    """Find the slices on which the project's own models, or predictions, are worst; write them as definitions."""
    from weaklabel.cli.show import show_problems, watch
    from weaklabel.cli.show_discovery import print_definitions, print_discovery, show_discovery, show_written
    from weaklabel.discovery import Options
    from weaklabel.pipeline import explain
    from weaklabel.slice_discovery import Scope, discover, discover_in, read_kinds, write_definitions

    scope = Scope(read_kinds(over), clusters, Options(limit, significance, conditions, least_records))
    settings = source.find(columns, **models.as_changes()).settings
    judged = _judge(predictions, gold, settings)
    with contextlib.redirect_stdout(sys.stderr):  # what labeling functions print is not this command's output
        if judged is None:
            found = discover(settings, scope, watch)
        else:
            found = discover_in(explain(settings, watch), judged.values, judged.reference, scope, watch)
    if judged is not None and judged.warnings:
        show_problems(judged.warnings)
    if as_json:
        print_discovery(found)
    elif as_yaml:
        print_definitions(found)
    else:
        show_discovery(found)
    if write is not None:
        slices = found.discovery.slices
        show_written(write_definitions(write, slices), len(slices), write)


def _judge(predictions: str | None, gold: str | None, settings: Settings) -> RecordErrors | None:
    """Return how wrong a file of predictions is; None where none is named."""
    from weaklabel.errors import Place, Problem, UsageError
    from weaklabel.evaluation import Request, errors_of_predictions

    if predictions is None:
        if gold is not None:
            what, fix = "there are no --predictions to hold against it.", "Name some, or set `gold` in weaklabel.yaml."
            raise UsageError(Problem(what, Place("--gold"), fix))
        return None
    return errors_of_predictions(Request(predictions, gold), settings)
