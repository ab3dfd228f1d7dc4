"""`weaklabel vote` as a user runs it."""

import os
import pty
import re
import signal
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from support.vote_files import (
    SLOW,
    command,
    environment,
    expected_rows,
    files_below,
    make_project,
    make_rows,
    target_of,
    voted_rows,
    weaklabel,
    write_records,
)

SETTINGS = """
records: {path: records, id: id, fields: [title]}
tags: tags.json
lfs: lfs
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vote") / "project"
    make_project(folder, n_files=2)
    (folder / "weaklabel.yaml").write_text(SETTINGS)
    return folder


@pytest.fixture(scope="module")
def voted(project):
    return weaklabel("vote", cwd=project)


def test_a_folder_of_files_becomes_a_folder_of_votes(project, voted):
    assert voted.returncode == 0, voted.stderr
    settings = make_project(project.parent / "again", n_files=2)
    for name in ("part-0.parquet", "more/last.parquet", "lines.jsonl", "cells.csv"):
        rows, failed = voted_rows(target_of(project / "votes", name))
        assert (rows, failed) == expected_rows(settings, project / "records" / name)
    votes = sum(len(voted_rows(path)[0]) for path in (project / "votes").rglob("*.parquet"))
    assert re.search(rf"voted on +4 +160 +{votes} +23 *\n", voted.stdout)
    assert re.search(r"It took [\d.]+ s: [\d,]+ records/s\.", voted.stdout)
    assert voted.stdout.endswith("\nThe votes are in votes: a Parquet file for each file of records.\n")
    assert "Traceback" not in voted.stderr


def test_the_failures_of_each_labeling_function_are_shown(voted):
    shown = " ".join(voted.stdout.split())
    assert "Labeling function Failed For the first time stumbles 23 record 3006 of cells.csv: ValueError:" in shown


def test_all_fits_into_80_columns(voted):
    assert max(map(len, (voted.stdout + voted.stderr).splitlines())) <= 80


def test_a_second_start_finds_all_done(project, voted):
    before = files_below(project / "votes")
    again = weaklabel("vote", "--project", project, "--out", project / "votes")
    assert again.returncode == 0
    assert re.search(r"^done before +4 +160 ", again.stdout, re.M)
    assert "voted on" not in again.stdout  # it would be a row of zeros
    assert files_below(project / "votes") == before
    assert "records/s" not in again.stdout


def test_no_project_file_is_needed_and_quiet_prints_the_folder_alone(project, tmp_path):
    done = weaklabel(
        "vote", "-q", "--records", project / "records/cells.csv", "--tags", project / "tags.json", "--fields", "title",
        "--out", "votes", cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "votes\n")
    assert pq.read_metadata(tmp_path / "votes/cells.csv.parquet").num_rows > 0


def test_one_bad_file_ends_with_1_and_leaves_the_others_done(project, tmp_path):
    records = tmp_path / "records"
    write_records(records / "a.parquet", make_rows(1, 5))
    write_records(records / "b.parquet", [*make_rows(1, 2), *make_rows(1, 2)])
    write_records(records / "c.csv", make_rows(1, 5))
    done = weaklabel("vote", "--project", project, "--records", records, "--out", tmp_path / "votes", columns=200)
    assert done.returncode == 1
    assert "b.parquet:3" in done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(r"voted on +2 +10 ", done.stdout)
    assert re.search(r"with problems +1 +0 ", done.stdout)
    assert set(files_below(tmp_path / "votes")) == {"a.parquet", "c.csv.parquet"}


@pytest.mark.parametrize(
    ("arguments", "message", "exit_code"),
    [
        (["--engine", "dusk"], "--engine there is no engine 'dusk'. Did you mean 'dask'?", 2),
        (["--records", "lfs"], "there are no records files in this folder.", 1),
    ],
)
def test_what_cannot_be_done_is_said(project, arguments, message, exit_code):
    done = weaklabel("vote", "--out", "none", *arguments, cwd=project, columns=200)
    assert done.returncode == exit_code
    shown = " ".join(done.stderr.split())
    assert all(part in shown for part in message.split(" Did ")), shown
    assert "Traceback" not in done.stderr
    assert not (project / "none").exists()


@pytest.mark.slow
def test_ctrl_c_says_what_is_done_and_a_second_start_goes_on(tmp_path):
    make_project(tmp_path / "project", n_files=2, n_records=20, python=SLOW.format(seconds=0.02))
    write_records(tmp_path / "project/records/part-0.parquet", make_rows(1, 2000))
    (tmp_path / "project/weaklabel.yaml").write_text(SETTINGS)
    out = tmp_path / "project/votes"
    process = subprocess.Popen(
        command("vote"), cwd=tmp_path / "project", env=environment(), stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not (out / "more/last.parquet").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    begin = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, stderr = process.communicate(timeout=30)
    assert time.monotonic() - begin < 5
    assert process.returncode == 130
    assert stderr == "Stopped. 3 of 4 files are done, in votes. The same command does the rest.\n"
    assert set(files_below(out)) == {"cells.csv.parquet", "lines.jsonl.parquet", "more/last.parquet"}
    write_records(tmp_path / "project/records/part-0.parquet", make_rows(1, 20))
    again = weaklabel("vote", cwd=tmp_path / "project")
    assert re.search(r"voted on +1 +20 .*\ndone before +3 +60 ", again.stdout)


@pytest.mark.slow
def test_a_terminal_shows_how_fast_it_is(tmp_path):
    make_project(tmp_path / "project", n_files=1, n_records=300, python=SLOW.format(seconds=0.002))
    (tmp_path / "project/weaklabel.yaml").write_text(SETTINGS)
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command("vote"), cwd=tmp_path / "project", env={**environment(), "TERM": "xterm"}, stderr=follower,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(follower)
    shown = b""
    while True:
        try:
            if not (block := os.read(leader, 4096)):
                break
        except OSError:
            break
        shown += block
    process.wait()
    os.close(leader)
    assert re.search(r"voting .* \d+ %.* [\d,]+ records/s", shown.decode())
