"""`weaklabel schema`: the YAML language as JSON Schema, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

FILE = "lfs.schema.json"
HINT = f"# yaml-language-server: $schema={FILE}"


def schema(
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FOLDER", help=f"Write {FILE} into this folder, beside the YAML files."),
    ] = None,
) -> None:
    """Print the JSON Schema of labeling functions in YAML, for editors that complete and check."""
    from weaklabel.cli.show import out
    from weaklabel.errors import Place, Problem, WeaklabelError
    from weaklabel.lfs import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if write is None:
        out.print(text, end="", soft_wrap=True, markup=False)
        return
    if not write.is_dir():
        raise WeaklabelError(Problem("there is no such folder.", Place(str(write)), "Make it, or name another."))
    (write / FILE).write_text(text, encoding="utf-8")
    out.print(
        f"{write / FILE}\nA YAML file there that begins with this line uses it:\n{HINT}", soft_wrap=True, markup=False
    )
