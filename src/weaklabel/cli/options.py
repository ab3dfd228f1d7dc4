"""Options that several commands share, and the project they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from weaklabel.errors import WeaklabelError
    from weaklabel.project import Project
    from weaklabel.terms import ColumnNames, Settings

ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project",
        "-p",
        metavar="PATH",
        show_default=False,
        help="The project file, or its folder (default: this one).",
    ),
]
RecordsOption = Annotated[
    str | None,
    typer.Option("--records", metavar="PATH|URL", help="Records: a path or http(s) URL (json, jsonl, csv, parquet)."),
]
TagsOption = Annotated[
    str | None, typer.Option("--tags", metavar="PATH|URL", help="The vocabulary: a path or http(s) URL.")
]
LfsOption = Annotated[
    Path | None, typer.Option("--lfs", metavar="FOLDER", help="The folder of hand-written labeling functions.")
]
IdOption = Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="The column with the record's id.")]
FieldsOption = Annotated[
    str | None, typer.Option("--fields", metavar="COLUMNS", help="The text columns, with commas between them.")
]
SeparatorOption = Annotated[
    str | None, typer.Option("--separator", metavar="TEXT", help="What stands between tags in a CSV cell.")
]
TagsColumnOption = Annotated[
    str | None, typer.Option("--tags-column", metavar="COLUMN", help="The column with the author's tags.")
]
LfTimeoutOption = Annotated[
    float | None,
    typer.Option("--lf-timeout", metavar="SECONDS", min=0.001, help="Seconds a labeling function has for a record."),
]

TaskOption = Annotated[
    str | None,
    typer.Option("--task", metavar="TASK", help="multilabel (the default), or multiclass: exactly one tag a record."),
]
LabelModelOption = Annotated[
    str | None,
    typer.Option(
        "--label-model", metavar="MODEL", help="snorkel (the default), auto, pooled, dawid-skene or majority."
    ),
]
EndModelOption = Annotated[
    str | None,
    typer.Option("--end-model", metavar="MODEL", help="What learns from texts: kernel (the default), linear or none."),
]
EmbeddingsOption = Annotated[
    str | None,
    typer.Option("--embeddings", metavar="MODEL", help="The package or folder of a sentence embedding model."),
]
GivenTagsOption = Annotated[
    str | None,
    typer.Option("--given-tags", metavar="USE", help="use (the default), or ignore: learn nothing from authors' tags."),
]
SeedOption = Annotated[int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="The seed of the models.")]

DEFAULT_PROJECT = Path()
_OPTIONS = {"lf_timeout_s": "--lf-timeout"}  # of settings whose option has another name


@contextmanager
def naming(where: str, kind: type[WeaklabelError], raised: type[WeaklabelError] | None = None) -> Iterator[None]:
    """Name an option or argument, or the file in its place, as where problems of a kind stand that have no place.

    They are raised as of the kind `raised`, by default their own.
    """
    try:
        yield
    except kind as error:
        from weaklabel.errors import Place

        raise (raised or kind)(replace(p, place=p.place or Place(where)) for p in error.problems) from None


def name_embeddings(option: str | None, settings: Settings) -> AbstractContextManager[None]:
    """Name, for problems with a model of embeddings, the option or the project file that names the model."""
    from weaklabel.errors import EmbeddingsError

    return naming(settings.source if option is None and settings.source else "--embeddings", EmbeddingsError)


def find_project(
    project: Path,
    records: str | None = None,
    tags: str | None = None,
    lfs: Path | None = None,
    columns: Mapping[str, str | None] | None = None,
    **changes: Any,
) -> Project:
    """Return the project of a file, changed by what the options name, or one made of --records and --tags alone.

    Raises
    ------
    ProjectError
        Where there is no project file and no option in its place, or it is wrong.
    UsageError
        Where an option is wrong.
    """
    from weaklabel.errors import Place, Problem, ProjectError, UsageError
    from weaklabel.project import CACHE, FILE_NAME, Project
    from weaklabel.terms import USUAL_NAMES

    given = {key: value for key, value in {"lfs": lfs, **changes}.items() if value is not None}
    replaced: dict[str, Any] = {
        key: value for key, value in {"records": records, "tags": tags}.items() if value is not None
    }
    places = {key: Place(_OPTIONS.get(key, f"--{key.replace('_', '-')}")) for key in {**given, **replaced}}
    file = project / FILE_NAME if project.is_dir() else project
    if project == DEFAULT_PROJECT and (not file.exists() or (records and tags)):
        fix = "Make a project with `weaklabel init DIR`, name one with --project, or give --records and --tags."
        if not replaced:
            raise ProjectError(Problem(f"there is no {FILE_NAME} here.", Place(FILE_NAME), fix))
        if not (records and tags):
            lacking = "--tags" if records else "--records"
            raise UsageError(Problem("it is missing.", Place(lacking), fix))
        merged = _merge_columns(USUAL_NAMES, columns or {})
        make = partial(Project.of, **replaced, cache=CACHE)
    else:
        settings = Project.load(project).settings
        merged = _merge_columns(settings.columns, columns or {})
        make = partial(Project.changed, settings, **replaced)
    try:
        return make(columns=merged, places=places, **given)
    except ProjectError as error:
        raise UsageError(error.problems) from None


def _merge_columns(known: ColumnNames, options: Mapping[str, str | None]) -> ColumnNames:
    """Put the columns that options name in the place of those that are known."""
    named: dict[str, Any] = {key: value for key, value in options.items() if value}
    if "fields" in named:
        named["fields"] = tuple(name.strip() for name in named["fields"].split(",") if name.strip())
    return replace(known, **named)
