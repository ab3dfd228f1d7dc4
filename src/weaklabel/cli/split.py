"""`weaklabel split`: train, dev and test splits, and a check for what leaks between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import Data, JsonOption, TaskOption, join_options, naming

if TYPE_CHECKING:
    from weaklabel.terms import Settings

SIMILARITY = 0.5  # splits.SIMILARITY, which is not imported for --help; a test holds them together
SHARES = "train=.8,dev=.1,test=.1"

app = typer.Typer()

SimilarityOption = Annotated[
    float,
    typer.Option(
        "--similarity", metavar="SHARE", min=0.1, max=1.0, help="The Jaccard similarity that makes a near-duplicate."
    ),
]


@app.callback(invoke_without_command=True, short_help="Split records into train, dev and test; check for leaks.")
@join_options
def split(
    context: typer.Context,
    *,
    data: Data,
    task: TaskOption = None,
    shares: Annotated[
        str, typer.Option("--shares", metavar="NAME=SHARE,…", help="The splits and their shares, which sum to 1.")
    ] = SHARES,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The splits file (default: splits.csv beside the project file)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="Decides between equally good splits.")
    ] = None,
    similarity: SimilarityOption = SIMILARITY,
    allow_leaks: Annotated[
        bool, typer.Option("--allow-leaks", help="Let near-duplicates come into different splits.")
    ] = False,
) -> None:
    """Split records so that each tag has its share in each split, and write which record is in which.

    Where the file exists already, each of its records keeps its split, and new ones are added so that the whole stays
    in proportion. Near-duplicates share a split.
    """
    if context.invoked_subcommand is not None:
        return
    from weaklabel.cli.show import show_problems, watch
    from weaklabel.cli.show_split import show_splitting
    from weaklabel.errors import SplitsError, UsageError
    from weaklabel.splits import read_shares
    from weaklabel.splitting import split_records, write_splits

    with naming("--shares", SplitsError, UsageError):
        wanted = read_shares(shares)
    settings = data.find(task=task, seed=seed).settings
    path = to or _usual_file(settings)
    with watch("comparing") as on_progress:
        made = split_records(
            settings, path, wanted, similarity=None if allow_leaks else similarity, on_progress=on_progress
        )
    show_problems(made.warnings)
    write_splits(path, made.assignment)
    show_splitting(made, path)


@app.command("check", short_help="Find near-duplicates in different splits.")
@join_options
def check(
    *,
    data: Data,
    splits: Annotated[
        Path | None,
        typer.Option("--splits", metavar="FILE", help="The splits file (default: splits.csv beside the project file)."),
    ] = None,
    similarity: SimilarityOption = SIMILARITY,
    as_json: JsonOption = False,
) -> None:
    """Find records whose text, or nearly that, is in another split too; exit with 1 if there are any."""
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_split import show_leaks
    from weaklabel.splitting import check_splits

    settings = data.find().settings
    with watch("comparing") as on_progress:
        checked = check_splits(settings, splits or _usual_file(settings), similarity, on_progress)
    if as_json:
        typer.echo(json.dumps(checked.as_json(), ensure_ascii=False))
    else:
        show_leaks(checked)
    if checked.leaks:
        raise typer.Exit(1)


def _usual_file(settings: Settings) -> Path:
    from weaklabel.splitting import FILE_NAME

    return Path(settings.source).parent / FILE_NAME if settings.source else Path(FILE_NAME)
