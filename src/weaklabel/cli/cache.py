"""`weaklabel cache`: the votes and embeddings that earlier runs have kept."""

from __future__ import annotations

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, ProjectOption

app = typer.Typer(no_args_is_help=True, help="Look after the votes and embeddings of earlier runs.")


@app.command("clear", short_help="Remove the caches of a project.")
def clear(project: ProjectOption = DEFAULT_PROJECT) -> None:
    """Remove the caches of a project; the next run lets every labeling function vote again, and embeds all texts."""
    from weaklabel.checked_files import remove_folder
    from weaklabel.cli.show import show_cleared
    from weaklabel.errors import Place, Problem, ProjectError
    from weaklabel.project import CACHE
    from weaklabel.terms.settings import embeddings_cache

    if not project.exists():
        raise ProjectError(Problem("there is no such file or folder.", Place(str(project)), "Name a project."))
    votes = (project if project.is_dir() else project.parent) / CACHE
    show_cleared(votes, remove_folder(votes))
    vectors = embeddings_cache(votes)
    if size_bytes := remove_folder(vectors):
        show_cleared(vectors, size_bytes)
