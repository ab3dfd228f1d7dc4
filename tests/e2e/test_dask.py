"""`weaklabel vote --engine dask`, on real worker processes."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from support.vote_files import (
    POISON,
    PYTHON,
    SLOW,
    command,
    environment,
    files_below,
    make_project,
    make_rows,
    weaklabel,
    write_records,
)

pytestmark = pytest.mark.slow
SETTINGS = "records: {path: records, id: id, fields: [title]}\ntags: tags.json\nlfs: lfs\n"


def make(folder, **options):
    make_project(folder, **options)
    (folder / "weaklabel.yaml").write_text(SETTINGS)
    return folder


def children_of(pid):
    """The processes below one, each with its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                found.setdefault(parent, []).append((int(entry.name), (entry / "cmdline").read_text()))
            except (OSError, ValueError):
                continue
    below, waiting = [], [pid]
    while waiting:
        children = found.get(waiting.pop(), [])
        below += children
        waiting += [child for child, _ in children]
    return below


def dask_workers(pid):
    """The worker processes, without those that they fork to guard labeling functions."""
    workers = [child for child, line in children_of(pid) if "spawn_main" in line]
    return [worker for worker in workers if not any(worker == child for w in workers for child, _ in children_of(w))]


def wait_until(is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_files_equal_the_local_engines_byte_by_byte(tmp_path):
    project = make(tmp_path / "project")
    assert weaklabel("vote", "--out", "local", cwd=project).returncode == 0
    done = weaklabel("vote", "--out", "dask", "--engine", "dask", cwd=project)
    assert done.returncode == 0, done.stderr
    assert len(files_below(project / "local")) == 7
    assert files_below(project / "dask") == files_below(project / "local")
    assert re.search(r"voted on +7 +280 ", done.stdout)
    again = weaklabel("vote", "--out", "dask", "--engine", "dask", cwd=project)
    assert re.search(r"done before +7 +280 ", again.stdout)


def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path):
    project = make(tmp_path / "project", n_files=8, n_records=60, python=PYTHON + SLOW.format(seconds=0.02))
    out = project / "dask"
    process = subprocess.Popen(
        command("vote", "--out", "dask", "--engine", "dask"), cwd=project, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    wait_until(lambda: out.is_dir() and len(list(out.rglob("*.parquet"))) >= 2)
    workers = dask_workers(process.pid)
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    assert len(list(out.rglob("*.parquet"))) < 8  # in the middle of the work
    stdout, stderr = process.communicate(timeout=180)
    assert process.returncode == 0, stderr
    assert "Traceback" not in stderr
    assert re.search(r"voted on +10 +600 ", stdout)
    assert weaklabel("vote", "--out", "local", cwd=project).returncode == 0
    assert files_below(out) == files_below(project / "local")
    again = weaklabel("vote", "--out", "dask", "--engine", "dask", cwd=project)
    assert re.search(r"^done before +10 +600 ", again.stdout, re.M)


def test_ctrl_c_ends_the_workers_too(tmp_path):
    project = make(tmp_path / "project", n_files=4, n_records=200, python=SLOW.format(seconds=0.02))
    process = subprocess.Popen(
        command("vote", "--out", "dask", "--engine", "dask"), cwd=project, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    wait_until(lambda: len(list((project / "dask").glob("*.parquet"))) >= 1)
    below = [pid for pid, _ in children_of(process.pid)]
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert re.fullmatch(r"Stopped\. [1-5] of 6 files are done, in dask\. The same command does the rest\.\n", stderr)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 10)
    again = weaklabel("vote", "--out", "dask", "--engine", "local", cwd=project)
    assert again.returncode == 0
    assert not list((project / "dask").rglob(".weaklabel-*"))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://x", "127.0.0.1:1"])
def test_an_address_where_nothing_answers_is_told_within_seconds(tmp_path, address):
    project = make(tmp_path / "project", n_files=1)
    begin = time.monotonic()
    done = weaklabel("vote", "--engine", "dask", "--address", address, cwd=project, columns=200)
    assert time.monotonic() - begin < 20
    assert done.returncode == 1
    assert f"there is no Dask scheduler at '{address}'" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_cluster_of_ones_own_is_used_and_left_running(tmp_path):
    from distributed import Client, LocalCluster

    project = make(tmp_path / "project", n_files=2)
    write_records(project / "records/part-0.parquet", [*make_rows(1, 2), *make_rows(1, 1)])
    with LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        done = weaklabel("vote", "--engine", "dask", "--address", address, cwd=project)
        with Client(address) as client:
            assert len(client.scheduler_info()["workers"]) == 2
            assert client.run(lambda dask_worker: [n for n in dask_worker.plugins if "weaklabel" in n]) == {
                key: [] for key in client.scheduler_info()["workers"]
            }
    assert done.returncode == 1
    assert "part-0.parquet:3" in done.stderr
    weaklabel("vote", "--out", "local", cwd=project)
    assert len(files_below(project / "votes")) == 3
    assert files_below(project / "votes") == files_below(project / "local")


def test_a_file_that_kills_every_worker_does_not_stop_the_others(tmp_path):
    project = make(tmp_path / "project", n_files=2, python=POISON)
    write_records(project / "records/part-0.parquet", [{"id": 1, "title": "poison", "tags": []}])
    done = weaklabel("vote", "--engine", "dask", cwd=project, columns=200)
    assert done.returncode == 1
    shown = " ".join(done.stderr.split())
    assert "records/part-0.parquet every worker that voted on this file was lost." in shown
    assert "Traceback" not in done.stderr
    assert set(files_below(project / "votes")) == {"more/last.parquet", "cells.csv.parquet", "lines.jsonl.parquet"}
