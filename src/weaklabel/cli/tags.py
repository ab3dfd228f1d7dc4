"""`weaklabel tags`: check and export a vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, ProjectOption, RecordsOption, Source, TagsOption

app = typer.Typer(no_args_is_help=True, help="Check and export the vocabulary.")


@app.command("check", short_help="Find what is odd in the vocabulary.")
def check(project: ProjectOption = DEFAULT_PROJECT, records: RecordsOption = None, tags: TagsOption = None) -> None:
    """Check the vocabulary: dangling parents, cycles, clashing or short aliases, near-duplicates, unused tags.

    Exits with 1 where the vocabulary cannot be used (a cycle); all else is a suggestion.

    With --tags alone, records are not read.
    """
    from weaklabel.cli.show import show_checked, watch
    from weaklabel.inputs import check_tags

    settings = None if tags and not records else Source(project, records, tags).find().settings
    with watch("checking"):
        problems, size = check_tags(settings.tags if settings else str(tags), settings)
    show_checked(problems, size)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


@app.command("export", short_help="Write the vocabulary as JSON.")
def export(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The JSON file to write; it must not be there yet.")],
    project: ProjectOption = DEFAULT_PROJECT,
    tags: TagsOption = None,
) -> None:
    """Write the vocabulary, SKOS, OBO or any other, as a tags file in JSON: one tag a line, to be changed by hand."""
    from weaklabel.cli.show import show_exported, show_problems
    from weaklabel.errors import OutputError, Place, Problem, UsageError
    from weaklabel.inputs import read_vocabulary
    from weaklabel.tags import export_tags

    if to.suffix.lower() != ".json":
        what = f"the vocabulary is written as JSON, and {str(to)!r} does not end in .json."
        raise UsageError(Problem(what, Place("--to"), "Name it so."))
    settings = None if tags else Source(project).find().settings
    vocabulary, odd = read_vocabulary(settings.tags if settings else str(tags), settings)
    if odd:
        show_problems(odd)
    try:
        with to.open("xb") as file:
            file.write(export_tags(vocabulary))
    except OSError as failure:
        what = f"the vocabulary cannot be written: {failure.strerror}."
        raise OutputError(Problem(what, Place(str(to)), "Name another file with --to.")) from None
    show_exported(to, len(vocabulary))
