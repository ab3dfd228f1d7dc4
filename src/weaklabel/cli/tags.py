"""`weaklabel tags`: check a vocabulary."""

from __future__ import annotations

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, ProjectOption, RecordsOption, TagsOption, find_project

app = typer.Typer(no_args_is_help=True, help="Check the vocabulary.")


@app.command("check", short_help="Find what is odd in the vocabulary.")
def check(project: ProjectOption = DEFAULT_PROJECT, records: RecordsOption = None, tags: TagsOption = None) -> None:
    """Check the vocabulary: dangling parents, cycles, clashing or short aliases, near-duplicates, unused tags.

    Exits with 1 where the vocabulary cannot be used (a cycle); all else is a suggestion.

    With --tags alone, records are not read.
    """
    from weaklabel.cli.show import show_checked, watch
    from weaklabel.inputs import check_tags

    settings = None if tags and not records else find_project(project, records, tags).settings
    with watch("checking"):
        problems, size = check_tags(settings.tags if settings else str(tags), settings)
    show_checked(problems, size)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)
