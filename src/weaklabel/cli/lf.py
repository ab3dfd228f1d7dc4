"""`weaklabel lf`: list, show, test, check, compare and suggest labeling functions."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from weaklabel.cli import lf_check, lf_diff, lf_new, lf_show, lf_suggest, lf_watch
from weaklabel.cli.options import LfTimeoutOption, Source, check_tag, join_options

app = typer.Typer(no_args_is_help=True, help="Add, show, test, compare and suggest labeling functions.")
app.command("new", short_help="Add one to the folder, and show what it does.")(lf_new.new_lf)
app.command("show", short_help="Show one: its definition, its figures, what it hits and gets wrong.")(lf_show.show_lf)
app.command("check", short_help="Check expected coverage and precision on the data.")(lf_check.check_lfs)
app.command("diff", short_help="Show which records an edit gives or takes which tags.")(lf_diff.diff_lfs)
app.command("watch", short_help="Show after each edit of a file what it does.")(lf_watch.watch_lfs)
app.command("suggest", short_help="Suggest labeling functions that reach more records.")(lf_suggest.suggest)


@app.command("list", short_help="List labeling functions, and where each is written.")
@join_options
def list_lfs(
    *,
    source: Source,
    tag: Annotated[
        str | None, typer.Option("--tag", metavar="TAG", help="Only those that may vote on this tag.")
    ] = None,
    generated: Annotated[bool, typer.Option("--all", help="Generated ones too.")] = False,
) -> None:
    """List labeling functions: id, source, tags, and where each is written."""
    from weaklabel.cli.show import show_lfs, show_problems
    from weaklabel.inputs import load_inputs, warnings_of_lfs

    settings = source.find().settings
    inputs = load_inputs(settings)
    if tag is not None:
        check_tag(tag, inputs.vocabulary)
    if odd := warnings_of_lfs(settings, inputs):
        show_problems(odd)
    shown = [lf for lf in inputs.lfs if generated or tag or lf.origin != "generated"]
    show_lfs([lf for lf in shown if tag is None or not lf.tags or tag in lf.tags], inputs.lfs)


@app.command("test", short_help="Test the hand-written labeling functions.")
@join_options
def test_lfs(
    *,
    source: Source,
    lf_timeout: LfTimeoutOption = None,
) -> None:
    """Run the examples of YAML labeling functions and the contract of Python ones; exit with 1 if any fails."""
    from weaklabel.cli.show import show_problems, show_tested, watch
    from weaklabel.inputs import load_inputs, warnings_of_lfs
    from weaklabel.lf_tests import check_lfs

    with (
        watch("testing"),
        contextlib.redirect_stdout(sys.stderr),
    ):  # what labeling functions print is not this command's output
        settings = source.find(lf_timeout_s=lf_timeout).settings
        inputs = load_inputs(settings)
        tested = check_lfs(inputs, timeout_s=settings.lf_timeout_s)
    if odd := warnings_of_lfs(settings, inputs):
        show_problems(odd)
    show_tested(tested)
    if tested.problems:
        raise typer.Exit(1)
