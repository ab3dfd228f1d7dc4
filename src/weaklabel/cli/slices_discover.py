"""`weaklabel slices discover`: the slices on which a model is worst."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import Columns, JsonOption, LimitOption, Models, Source, join_options


@join_options
def discover_slices(
    *,
    source: Source,
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
        int, typer.Option("--clusters", metavar="NUMBER", min=2, help="How many clusters texts are put into.")
    ] = 20,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Append the definitions to this file of slices.")
    ] = None,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="Print the definitions as YAML.")] = False,
    as_json: JsonOption = False,
    models: Models,
    columns: Columns,
) -> None:
    """Find the slices on which the project's own models are worst, and write them as definitions."""
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_discovery import print_definitions, print_discovery, show_discovery, show_written
    from weaklabel.discovery import Options
    from weaklabel.slice_discovery import Query, discover, read_kinds, write_definitions

    query = Query(read_kinds(over), clusters, Options(limit, significance, conditions, least_records))
    settings = source.find(columns, **models.as_changes()).settings
    with contextlib.redirect_stdout(sys.stderr):  # what labeling functions print is not this command's output
        found = discover(settings, query, watch)
    if as_json:
        print_discovery(found)
    elif as_yaml:
        print_definitions(found)
    else:
        show_discovery(found)
    if write is not None:
        show_written(write_definitions(write, found), write)
