"""A PostgreSQL server of its own, from Debian's binaries, in a temporary folder, reached through a socket in it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_ROOT = ("postgres", "nobody")  # the server refuses to run as root


def find_binaries() -> Path | None:
    """Return the folder of the newest installed server, or None."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")]
    on_path = shutil.which("pg_ctl")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return max(folders, key=lambda folder: folder.parent.name, default=None)


@contextmanager
def serve_postgres(binaries: Path, *, is_durable: bool = False) -> Iterator[str]:
    """Start a server and yield a URL that lacks the name of a database, see :func:`new_database`.

    One that is not durable writes nothing through to the disk, and is fast.
    """
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in NO_ROOT if name in known), None) if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="weaklabel-pg-"))
    if user:
        shutil.chown(folder, user)

    def call(name: str, *arguments: str) -> None:
        command = [str(binaries / name), *arguments]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    data = str(folder / "data")
    try:
        call("initdb", "-D", data, "-U", "weaklabel", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale")
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{folder}'",
            "fsync": "on" if is_durable else "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        call("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://weaklabel@/{{name}}?host={folder}"
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """Make an empty database and return its URL."""
    import psycopg

    name = f"review_{uuid.uuid4().hex}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.format(name=name)
