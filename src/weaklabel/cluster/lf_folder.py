"""The folder of labeling functions as bytes, so that it can go to another machine, and back into a folder there."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from weaklabel.cluster.leases import PREFIX, SUFFIX, is_abandoned, take_lease
from weaklabel.errors import ClusterError, Place, Problem

LIMIT_BYTES = 64 * 1024**2
FOLDER_PREFIX = "weaklabel-lfs-"
BLOCK_BYTES = 1 << 20

Packed = tuple[tuple[str, bytes], ...]
"""Each file's path, relative and with slashes, and its content."""


def pack_folder(folder: Path) -> Packed:
    """Return the files of a folder and all below it: labeling functions, shared code, and the data they read.

    Bytecode and hidden files are left out.

    Raises
    ------
    ClusterError
        Where they are too large to be sent to every worker, or cannot be read.
    """
    paths = list(_find_files(folder))
    try:
        sizes = {path: path.stat().st_size for path in paths}
        if sum(sizes.values()) > LIMIT_BYTES:
            raise ClusterError(_explain_size(folder, sizes))
        return tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths)
    except OSError as failure:
        what = f"{failure.filename or folder} cannot be read: {failure.strerror or failure}."
        raise ClusterError(Problem(what, Place(str(folder)), "Check its permissions.")) from None


def hash_folder(folder: Path) -> str:
    """Return a hash of what :func:`pack_folder` packs, of whatever size."""
    digest = hashlib.sha256()
    for path in _find_files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()


def unpack_folder(files: Packed) -> Path:
    """Write packed files into a temporary folder that lasts as long as this process.

    Folders of processes that were killed are removed on this occasion.
    """
    _remove_abandoned()
    root = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX)).resolve()
    take_lease(root)  # it ends with the process
    atexit.register(_remove, root, os.getpid())
    for name, content in files:
        path = root / PurePosixPath(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def _find_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
            yield path


def _explain_size(folder: Path, sizes: dict[Path, int]) -> Problem:
    largest: Sequence[Path] = sorted(sizes, key=lambda path: -sizes[path])[:3]
    listed = ", ".join(f"{path.relative_to(folder)} ({sizes[path] / 1e6:,.0f} MB)" for path in largest)
    what = (
        f"the folder of labeling functions has {sum(sizes.values()) / 1e6:,.0f} MB, more than the "
        f"{LIMIT_BYTES / 1e6:,.0f} MB that are sent to workers. Its largest files: {listed}."
    )
    fix = "Move large data out of it, to a path that every worker can read, or use --engine local."
    return Problem(what, Place(str(folder)), fix)


def _remove(root: Path, owner: int) -> None:
    if os.getpid() == owner:  # and not in a fork of it
        shutil.rmtree(root, ignore_errors=True)


def _remove_abandoned() -> None:
    for root in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        leases = list(root.glob(f"{PREFIX}*{SUFFIX}"))
        if leases and all(map(is_abandoned, leases)):
            shutil.rmtree(root, ignore_errors=True)
