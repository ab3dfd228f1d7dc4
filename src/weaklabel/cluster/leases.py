"""Whose a temporary file is: its user has locked it, and the user's end, however it comes, unlocks it."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX, SUFFIX = ".weaklabel-", ".tmp"
OLD_S = 24 * 3600.0
"""Where files cannot be locked, one that nobody wrote to for so long counts as abandoned."""


class Lease(NamedTuple):
    """A temporary file of one's own; it is nobody's any more when `end` is called or the process ends."""

    path: Path
    descriptor: int

    def end(self) -> None:
        """Let go of the file, and remove it if it is still there."""
        self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


def take_lease(folder: Path) -> Lease:
    """Make a temporary file in a folder; the caller's for as long as the lease lasts."""
    while True:
        path = folder / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        # Between the two calls, somebody who tidies up may have found the file without a lock.
        if _lock(descriptor) is not False and _is_there(path, descriptor):
            return Lease(path, descriptor)
        os.close(descriptor)
        path.unlink(missing_ok=True)


def remove_abandoned(folder: Path) -> int:
    """Remove the temporary files in a folder, and in all below it, that nobody uses; returns how many."""
    return sum(map(_remove_if_abandoned, sorted(folder.rglob(f"{PREFIX}*{SUFFIX}"))))


def is_abandoned(path: Path) -> bool:
    """Say whether nobody uses a temporary file (any more)."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR)
        try:
            return _is_free(descriptor)
        finally:
            os.close(descriptor)
    return False


def _remove_if_abandoned(path: Path) -> bool:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR)
        try:
            if _is_free(descriptor):
                path.unlink()
                return True
        finally:
            os.close(descriptor)
    return False


def _is_free(descriptor: int) -> bool:
    locked = _lock(descriptor)
    return time.time() - os.fstat(descriptor).st_mtime > OLD_S if locked is None else locked


def _lock(descriptor: int) -> bool | None:
    """Lock a file; False where another has locked it, None where that cannot be told."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


def _is_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
