"""`weaklabel init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it may be there already.")],
) -> None:
    """Make a small project that runs as it is: a project file, twelve records, a vocabulary and two LF files.

    Nothing that is there already is changed.
    """
    from importlib.resources import files

    from weaklabel.cli.show import show_initialised
    from weaklabel.errors import OutputError, Place, Problem

    starter = files("weaklabel.cli") / "starter"
    names = ("weaklabel.yaml", "data/records.json", "data/tags.json", "lfs/keywords.yaml", "lfs/rules.py")
    taken = [folder / name for name in names if (folder / name).exists()]
    if taken:
        what = f"{', '.join(str(path) for path in taken)} would be overwritten."
        raise OutputError(Problem(what, Place(str(folder)), "Choose another folder."))
    try:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(starter.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as failure:
        what = f"cannot be written: {failure.strerror or failure}."
        raise OutputError(Problem(what, Place(str(folder)), "Choose another folder.")) from None
    show_initialised(folder, names)
