"""`weaklabel schema`: the YAML languages as JSON Schemas, for editors."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class FileKind(StrEnum):
    """Which YAML files a schema is of."""

    LFS = "lfs"
    SLICES = "slices"
    PROJECT = "project"


def schema(
    kind: Annotated[
        FileKind,
        typer.Argument(metavar="KIND", help="lfs (the default), slices (with their checks), or project."),
    ] = FileKind.LFS,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FOLDER", help="Write KIND.schema.json into this folder, beside the files."),
    ] = None,
) -> None:
    """Print the JSON Schema of a kind of YAML file, for editors that complete and check.

    The files are those of labeling functions, slices.yaml, and weaklabel.yaml.
    """
    from weaklabel.cli.show import out
    from weaklabel.errors import Place, Problem, WeaklabelError
    from weaklabel.schemas import SCHEMAS

    text = json.dumps(SCHEMAS[kind.value](), indent=2, ensure_ascii=False) + "\n"
    if write is None:
        out.print(text, end="", soft_wrap=True, markup=False)
        return
    if not write.is_dir():
        raise WeaklabelError(Problem("there is no such folder.", Place(str(write)), "Make it, or name another."))
    file = write / name_schema(kind)
    file.write_text(text, encoding="utf-8")
    hint = hint_of(kind)
    out.print(f"{file}\nA YAML file there that begins with this line uses it:\n{hint}", soft_wrap=True, markup=False)


def name_schema(kind: FileKind) -> str:
    """Return the name of a schema's file."""
    return f"{kind.value}.schema.json"


def hint_of(kind: FileKind) -> str:
    """Return the line by which a YAML file names the schema beside it."""
    return f"# yaml-language-server: $schema={name_schema(kind)}"
