"""`weaklabel review` as a process that can be killed, and annotators who go on deciding while it is."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from support.loopback import closed_port

START_S = 60
PATIENCE_S = 60


class Server:
    """The server of a project: started, killed and started again at the same port."""

    def __init__(self, run, database, annotators, *options):
        self.port, self._names = closed_port(), annotators
        names = [part for name in annotators for part in ("--annotator", name)]
        self._command = [
            sys.executable, "-m", "weaklabel", "review", str(run), "--project", str(run.parent.parent),
            "--database", database, "--port", str(self.port), *names, *options,
        ]  # fmt: skip
        self.links = {}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        lines, awaited = [], set(self._names)
        for line in self.process.stdout:
            lines.append(line)
            if found := re.match(r"(.+): (http://\S+/login\?token=\S+)$", line):
                self.links[found[1]] = found[2]
                awaited.discard(found[1])
            if not awaited:
                break
        else:
            raise AssertionError(f"the server did not start: {''.join(lines)}")
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the server does not answer")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Press Ctrl-C; return what it printed, and its exit code."""
        self.process.send_signal(signal.SIGINT)
        printed, _ = self.process.communicate(timeout=30)
        return printed, self.process.returncode


@dataclass
class Worker:
    """An annotator who decides as fast as the server answers, and sends again what it has not acknowledged.

    With a pause, after each answer that long.
    """

    server: Server
    name: str
    pause_s: float = 0.0
    acknowledged: list[str] = field(default_factory=list)
    latencies_s: list[float] = field(default_factory=list)
    resent: int = 0
    failure: BaseException | None = None
    connection: http.client.HTTPConnection = field(default_factory=lambda: http.client.HTTPConnection("127.0.0.1"))

    def run(self, times):
        try:
            self._log_in()
            desk, self.csrf = self._open_page()
            for i in range(times):
                key = f"{self.name}-decision-{i:06}"
                fields = {"record": desk[0], "key": key, "tag:pytorch": "yes", "tag:cooking": "no"}
                desk = self._send({**fields, "spent_ms": "900", "have": json.dumps(desk)})["desk"]
                self.acknowledged.append(key)
                time.sleep(self.pause_s)
        except BaseException as failure:
            self.failure = failure
        finally:
            self.connection.close()

    def _log_in(self):
        token = self.server.links[self.name].partition("token=")[2]
        self._connect()
        answer = self._ask("POST", "/login", {"token": token})
        assert answer.status == 303, answer.status
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def _open_page(self):
        page = self._ask("GET", "/").text
        return re.findall(r'data-record="(\d+)"', page), re.search(r'data-csrf="(\w+)"', page)[1]

    def _send(self, fields):
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            began = time.perf_counter()
            try:
                answer = self._ask("POST", "/decisions", {**fields, "csrf": self.csrf})
            except (OSError, http.client.HTTPException):
                self.resent += 1
                time.sleep(0.05)
                self._connect()
                continue
            if answer.status in {429, 503}:
                time.sleep(0.05)
                continue
            assert answer.status == 200, (answer.status, answer.text)
            self.latencies_s.append(time.perf_counter() - began)
            return json.loads(answer.text)
        raise AssertionError("the server stayed away")

    def _connect(self):
        self.connection.close()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)

    def _ask(self, method, path, fields=None):
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if cookie := getattr(self, "cookie", None):
            headers["Cookie"] = cookie
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        answer.text = answer.read().decode()
        return answer


def decide_through_kills(server, names, times, kills):
    """Let annotators decide at once while the server is killed and started again; return them when all are done."""
    workers = [Worker(server, name) for name in names]
    threads = [threading.Thread(target=worker.run, args=(times,)) for worker in workers]
    for thread in threads:
        thread.start()
    for kill in range(1, kills + 1):
        while sum(len(w.acknowledged) for w in workers) < kill * len(names) * times / (kills + 1):
            assert not any(worker.failure for worker in workers), [worker.failure for worker in workers]
            time.sleep(0.005)
        server.kill()
        server.start()
    for thread in threads:
        thread.join()
    assert not any(worker.failure for worker in workers), [worker.failure for worker in workers]
    return workers


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
