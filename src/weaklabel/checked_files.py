"""Files of a cache, each with a checksum before its content; what is damaged or cannot be read counts as not there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

CHECKSUM_BYTES = 16


def read_checked(path: Path) -> bytes | None:
    """Return a file's content; None where it is not there, or not what was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, rest = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
    return rest if checksum == _checksum(rest) else None


def write_checked(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it: it is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_checksum(content) + content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def make_cache_folder(folder: Path) -> None:
    """Make a folder, with what keeps it out of version control and backups."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")


def list_files(folder: Path) -> list[Path]:
    """Return every file in a folder and the folders inside it; none where the folder is not there."""
    return [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]


def size_bytes(files: Iterable[Path]) -> int:
    """Return how large files are together; one that is no longer there counts nothing."""
    return sum(status.st_size for _, status in _statuses(files))


def remove_folder(folder: Path) -> int:
    """Remove a folder, if it is there, and return how many bytes it held."""
    size = size_bytes(list_files(folder))
    if folder.is_dir():
        shutil.rmtree(folder)
    return size


def touch(path: Path) -> None:
    """Note that a file was used."""
    try:
        os.utime(path)
    except OSError:
        return


def drop_unused_longest(files: Iterable[Path], excess_bytes: int) -> None:
    """Remove those of some files that were not used for the longest time, until `excess_bytes` are freed."""
    for path, status in sorted(_statuses(files), key=lambda pair: pair[1].st_mtime_ns):
        if excess_bytes <= 0:
            return
        excess_bytes -= status.st_size
        path.unlink(missing_ok=True)


def _statuses(files: Iterable[Path]) -> list[tuple[Path, os.stat_result]]:
    found = []
    for path in files:
        try:
            found.append((path, path.stat()))
        except FileNotFoundError:  # another run has removed it
            continue
    return found


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=CHECKSUM_BYTES).digest()
