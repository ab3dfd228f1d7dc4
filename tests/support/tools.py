"""Other tools, each in an environment of its own, and their servers on the loopback interface."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.loopback import closed_port

FOLDER = Path(os.environ.get("WEAKLABEL_TOOLS", Path(__file__).resolve().parents[2] / "build" / "tools"))
START_S = 600


def install(name: str, *requirements: str) -> Path:
    """Return the folder with the programs of an environment that has a tool; made once, it is used again."""
    folder = FOLDER / name
    if not (folder / ".installed").exists():
        run([sys.executable, "-m", "venv", folder])
        run([folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
        (folder / ".installed").touch()
    return folder / "bin"


def run(command: list[object], **environment: str) -> None:
    """Run a program to its end; its output is shown where it fails."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env=clean_environment(**environment), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def clean_environment(**environment: str) -> dict[str, str]:
    """Return this process's environment without what points Python at weaklabel's own packages."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DJANGO"))}, **environment}


@contextmanager
def serving(command: list[object], address: str, log: Path, **environment: str) -> Iterator[None]:
    """Run a server, with all the processes that it starts, until the end of the block; yield once it answers."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=output,
            stderr=output,
            env=clean_environment(**environment),
            start_new_session=True,
        )
    try:
        _wait_for(address, process, log)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_S
    while time.monotonic() < limit:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            urllib.request.urlopen(address, timeout=5).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError(f"no answer in {START_S} s: {log.read_text(errors='replace')[-2000:]}")


def free_address() -> str:
    """Return the address of a port on which nothing listened a moment ago."""
    return f"http://127.0.0.1:{closed_port()}"


def call(
    method: str, url: str, token: str = "", body: object = None, *, content: bytes | None = None, part: str = "filepond"
) -> object:
    """Send JSON, or one file, and return the JSON or text of the answer; an error shows what the server says."""
    headers = {"Authorization": f"Token {token}"} if token else {}
    data = None if body is None else json.dumps(body).encode()
    headers["Content-Type"] = "application/json"
    if content is not None:
        mark = uuid.uuid4().hex
        headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{part}"; filename="data.json"\r\n\r\n'.encode()
        data = head + content + f"\r\n--{mark}--\r\n".encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=120).read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {url}: {error.code} {error.read().decode(errors='replace')[:2000]}") from None
    try:
        return json.loads(answer)
    except ValueError:
        return answer
