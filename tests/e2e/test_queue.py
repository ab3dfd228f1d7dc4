"""The queue as a user has it: listed, written, left out of, simulated."""

import json
import os
import subprocess
import sys

import pytest

from support.markdown import copy_example


def weaklabel(*arguments, folder):
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "weaklabel", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_example(tmp_path_factory.mktemp("project"))


def test_a_queue_fits_the_terminal_and_says_why(project):
    done = weaklabel("queue", "--limit", "2", folder=project)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "375 records, by expected_correction (authors gave tags; what is likely wrong"
    assert "1  20      0.989  transfer-learning" in done.stdout
    assert lines[-1] == "… and 373 records more."


def test_decided_records_do_not_come_again(project):
    decisions = project / "decisions.jsonl"
    decisions.write_text('{"record_id": 20, "tag": "transfer-learning", "verdict": "no"}\n')
    done = weaklabel("queue", "--exclude", "decisions.jsonl", "--out", "queue.jsonl", "--limit", "5", folder=project)
    assert done.returncode == 0
    assert "374 records, 1 record left out" in done.stdout
    rows = [json.loads(line) for line in (project / "queue.jsonl").read_text().splitlines()]
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
    assert 20 not in {row["record_id"] for row in rows}


def test_a_mixture_as_json(project):
    done = weaklabel("queue", "-s", "entropy:3,random:1", "--limit", "1", "--json", folder=project)
    queue = json.loads(done.stdout)
    assert queue["strategy"] == "entropy:0.75,random:0.25"
    assert [reason.split(":")[0] for reason in queue["rows"][0]["reasons"]] == [
        "uncertain",
        "drawn by chance, seed 0",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-s", "expected_corection"], "Did you mean"),
        (["--pool", "mean"], "There are max, sum, top3."),
        (["--pool", "sum", "-s", "margin"], "margin compares whole records"),
        (["--out", "queue.txt"], "ends with"),
        (["--exclude", "gone.jsonl"], "gone.jsonl"),
        (["simulate", "--goal", "corection"], "Did you mean 'correction'?"),
        (["simulate", "--strategies", "entropie"], "Did you mean 'entropy'?"),
        (["simulate", "--out", "plot.png"], "ends with .svg or"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(project, arguments, said):
    done = weaklabel("queue", *arguments, folder=project)
    assert done.returncode in {1, 2}
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_simulation_compares_strategies_with_chance(project):
    arguments = ["--goal", "correction", "--strategies", "expected_correction", "--seeds", "2", "--out", "plot.svg"]
    done = weaklabel("queue", "simulate", *arguments, folder=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "138 mislabels among 2,304 given tags (by gold tags)." in " ".join(done.stdout.split())
    assert (project / "plot.svg").read_text().startswith("<svg ")


def test_help_fits_eighty_columns(project):
    for arguments in (["queue", "--help"], ["queue", "simulate", "--help"]):
        assert max(map(len, weaklabel(*arguments, folder=project).stdout.splitlines())) <= 80
