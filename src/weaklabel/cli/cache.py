"""`weaklabel cache`: the votes that earlier runs have kept."""

from __future__ import annotations

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, ProjectOption

app = typer.Typer(no_args_is_help=True, help="Look after the votes that earlier runs have kept.")


@app.command("clear")
def clear(project: ProjectOption = DEFAULT_PROJECT) -> None:
    """Remove the cache of a project; the next run lets every labeling function vote again."""
    from weaklabel.cli.show import show_cleared
    from weaklabel.errors import Place, Problem, ProjectError
    from weaklabel.project import CACHE
    from weaklabel.vote import VoteCache

    if not project.exists():
        raise ProjectError(Problem("there is no such file or folder.", Place(str(project)), "Name a project."))
    folder = (project if project.is_dir() else project.parent) / CACHE
    show_cleared(folder, VoteCache(folder, "").clear())
