"""`weaklabel lf suggest`: labeling functions that would reach more records."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import Columns, JsonOption, LfTimeoutOption, Source, TaskOption, join_options, naming

LIMIT = 20


@join_options
def suggest(
    *,
    source: Source,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only for this tag.")] = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="TAGS",
            help="What is held to be right: tags given by authors, or resolved by the models.",
        ),
    ] = "given",
    least_precision: Annotated[
        float,
        typer.Option("--least-precision", metavar="SHARE", min=0.5, max=1.0, help="The least estimated precision."),
    ] = 0.7,
    limit: Annotated[
        int, typer.Option("--limit", metavar="NUMBER", min=0, help="How many at the most; 0 for all.")
    ] = LIMIT,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE", help="Append all to this YAML file, and ask nothing."),
    ] = None,
    absent: Annotated[
        bool, typer.Option("--absent/--no-absent", help="Also what says that a surface does not mean the tag.")
    ] = True,
    beginnings: Annotated[
        bool, typer.Option("--beginnings", help="Also beginnings of words, as regular expressions.")
    ] = False,
    as_json: JsonOption = False,
    task: TaskOption = None,
    columns: Columns,
    lf_timeout: LfTimeoutOption = None,
) -> None:
    """Suggest labeling functions that reach more records, as YAML.

    On a terminal each is accepted (y), passed over (n) or edited (e), until you quit (q).
    """
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_suggestions import ask_suggestions, print_suggestions, show_suggestions, show_written
    from weaklabel.errors import TagsError
    from weaklabel.lf_additions import write_suggestions
    from weaklabel.lf_suggestions import Query, read_choice
    from weaklabel.pipeline import suggest as suggest_all

    settings = source.find(columns, task=task, lf_timeout_s=lf_timeout).settings
    query = Query(tag, read_choice(against), least_precision, limit or None, absent, beginnings)
    with (
        contextlib.redirect_stdout(sys.stderr),  # what labeling functions print is not this command's output
        naming("--tag", TagsError),
    ):
        found, inputs = suggest_all(settings, query, watch)
    if write is None and not as_json and found.lfs and sys.stdin.isatty() and sys.stdout.isatty():
        target = (settings.lfs or Path("lfs")) / "suggested.yaml"
        show_written(ask_suggestions(found, target, inputs), target)
        return
    if as_json:
        print_suggestions(found, inputs)
    else:
        show_suggestions(found)
    if write is not None:
        show_written(write_suggestions(write, [lf.entry for lf in found.lfs], inputs), write)
