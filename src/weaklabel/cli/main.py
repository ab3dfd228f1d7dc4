"""The `weaklabel` command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from weaklabel.cli import (
    agreement,
    apply,
    behaviour,
    cache,
    evaluate,
    export,
    gold,
    import_,
    init,
    lf,
    models,
    queue,
    report,
    review,
    run,
    schema,
    slices,
    split,
    status,
    tags,
    vote,
    why,
)
from weaklabel.errors import UsageError, WeaklabelError

app = typer.Typer(
    name="weaklabel",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Weak supervision for tag vocabularies: run labeling functions, resolve their votes, find likely mislabels.",
)
app.command("run")(run.run)
app.command("report", short_help="Write a run's report again, or compare two runs.")(report.report)
app.command("evaluate", short_help="Score any model's predictions, slice by slice.")(evaluate.evaluate)
app.command("why", short_help="Say what the probabilities of a record's tags are made of.")(why.why)
app.command("vote", short_help="Only vote: on files of any size, here or on a cluster.")(vote.vote)
app.command("behaviour", short_help="Check how a model behaves when texts change.")(behaviour.behaviour)
app.command("export", short_help="Write a run's labels for another tool: Label Studio, spaCy and more.")(export.export)
app.command("import", short_help="Read annotations of another tool as decisions.")(import_.import_annotations)
app.command("review", short_help="Decide on the tags of records, on a page for one or more people.")(review.review)
app.command("agreement", short_help="Say how far annotators agree, and how good each is.")(agreement.agreement)
app.command("apply", short_help="Write records and gold tags as people decided.")(apply.apply)
app.command("status", short_help="Say what is ready for labeling, for QA, for modeling.")(status.status)
app.command("init", short_help="Make a small project that runs as it is.")(init.init)
app.command("schema", short_help="Print the JSON Schema of YAML labeling functions, for editors.")(schema.schema)
app.add_typer(lf.app, name="lf")
app.add_typer(models.app, name="models")
app.add_typer(slices.app, name="slices")
app.add_typer(queue.app, name="queue")
app.add_typer(gold.app, name="gold")
app.add_typer(split.app, name="split")
app.add_typer(cache.app, name="cache")
app.add_typer(tags.app, name="tags")


def _print_version(wanted: bool) -> None:
    if wanted:
        from weaklabel import __version__

        typer.echo(f"weaklabel {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; problems are shown as a table, and the exit code is then 1, or 2 for a wrong option."""
    try:
        app()
    except WeaklabelError as error:
        from weaklabel.cli.show import show_problems

        show_problems(error.problems)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
