"""Write a run's folder or a file as a whole: a reader sees the old one or the new one, never a mixture."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from weaklabel.errors import OutputError, Place, Problem

MARKER = "run.json"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def check_folder(folder: Path) -> None:
    """Raise OutputError where writing a run to `folder` would replace what no run wrote."""
    place = Place(str(folder))
    if folder.exists() and not folder.is_dir():
        raise OutputError(Problem("the output folder is a file.", place, "Name another with --out."))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        what = "the output folder holds files that no run of weaklabel wrote."
        raise OutputError(Problem(what, place, "Name a new or empty folder with --out."))
    nearest = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not nearest.is_dir():
        raise OutputError(Problem(f"{nearest} is a file, not a folder.", place, "Name another folder with --out."))
    if folder.is_mount():
        raise OutputError(Problem("the output folder is a mount point.", place, "Name a folder inside it with --out."))
    beside = nearest.absolute().parent if nearest == folder else nearest
    if not (os.access(nearest, os.W_OK) and os.access(beside, os.W_OK)):
        raise OutputError(Problem(f"{nearest} is not writable.", place, "Name another folder with --out."))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` (names and contents) so that `folder` holds all of them or is left as it was.

    They are written beside `folder` and moved into its place. Files of other names that a person added to an
    earlier run's folder are carried over.

    Raises
    ------
    OutputError
        Where the folder may not be replaced, or the disk refuses.
    """
    check_folder(folder)
    folder = folder.resolve()  # where a link leads, so that the link stays
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as failure:
        raise _refused(folder, failure) from None
    try:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        fresh.chmod(0o777 & ~_umask())  # mkdtemp lets nobody else read
        if folder.is_dir():
            _carry_over(folder, fresh, files)
            _exchange(fresh, folder)
        else:
            fresh.rename(folder)
    except OSError as failure:
        raise _refused(folder, failure) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_file(path: Path, content: bytes, option: str = "--out", *, must_be_new: bool = False) -> None:
    """Write one file beside its place and move it there, so that it is never half written.

    Parameters
    ----------
    option
        What names the file, for problems.
    must_be_new
        Whether a file that is there already is an error.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.resolve()  # where a link leads, so that the link stays
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            if must_be_new:
                target.touch(exist_ok=False)
            fresh.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as failure:
        what = f"it cannot be written: {failure.strerror or failure}."
        raise OutputError(Problem(what, Place(str(path)), f"Name another file with {option}.")) from None


def _refused(folder: Path, failure: OSError) -> OutputError:
    what = f"cannot write the run: {failure.strerror or failure}."
    return OutputError(Problem(what, Place(str(folder)), "Name another folder with --out."))


def _carry_over(old: Path, new: Path, written: Mapping[str, bytes]) -> None:
    for entry in old.iterdir():
        if entry.name in written:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, new / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, new / entry.name, follow_symlinks=False)


def _exchange(fresh: Path, folder: Path) -> None:
    """Swap two folders, in one step where the system can (Linux), so that a kill leaves either whole."""
    if sys.platform == "linux":
        renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        arguments = (_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(folder), _RENAME_EXCHANGE)
        if renameat2 is not None and renameat2(*arguments) == 0:
            return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.rename(old / folder.name)
    try:
        fresh.rename(folder)
    except OSError:
        (old / folder.name).rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
