"""Options that several commands share, and the project they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from weaklabel.project import Project

ProjectOption = Annotated[
    Path, typer.Option("--project", "-p", help="The project file, or the folder that holds weaklabel.yaml.")
]
RecordsOption = Annotated[
    str | None, typer.Option("--records", help="Records: a path or http(s) URL (json, jsonl, csv, parquet).")
]
TagsOption = Annotated[str | None, typer.Option("--tags", help="The vocabulary: a path or http(s) URL.")]
LfsOption = Annotated[Path | None, typer.Option("--lfs", help="The folder of hand-written labeling functions.")]
IdOption = Annotated[str | None, typer.Option("--id", help="The column with the record's id.")]
FieldsOption = Annotated[str | None, typer.Option("--fields", help="The text columns, with commas between them.")]
TagsColumnOption = Annotated[str | None, typer.Option("--tags-column", help="The column with the author's tags.")]

DEFAULT_PROJECT = Path()


def find_project(
    project: Path,
    records: str | None = None,
    tags: str | None = None,
    lfs: Path | None = None,
    columns: tuple[str | None, str | None, str | None] = (None, None, None),
    **changes: Any,
) -> Project:
    """Return the project of a file, changed by what the options name, or one made of --records and --tags alone.

    Raises
    ------
    ProjectError
        Where there is no project file and the options do not make up for it, or either is wrong.
    """
    from weaklabel.errors import Problem, ProjectError
    from weaklabel.project import FILE_NAME, Project
    from weaklabel.terms import ColumnNames

    changes = {key: value for key, value in changes.items() if value is not None}
    record_id, fields, tags_column = columns
    if any(columns):
        names = tuple(name.strip() for name in fields.split(",") if name.strip()) if fields else None
        changes["columns"] = ColumnNames(record_id, names, tags_column)
    if lfs is not None:
        changes["lfs"] = lfs
    file = project / FILE_NAME if project.is_dir() else project
    if records and tags:
        return Project.of(records, tags, **changes)
    if not file.exists() and project == DEFAULT_PROJECT:
        what = f"there is no {FILE_NAME} here."
        fix = "Make a project with `weaklabel init DIR`, name one with --project, or give --records and --tags."
        raise ProjectError(Problem(what, fix=fix))
    loaded = Project.load(project).settings
    given = {"records": records, "tags": tags, **changes}
    return Project.changed(loaded, **{key: value for key, value in given.items() if value is not None})
