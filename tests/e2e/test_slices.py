"""Slices as a user has them: proposed, listed, shown, exported, and written by a run."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from support.markdown import copy_example
from weaklabel import Project


def weaklabel(*arguments, folder):
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "weaklabel", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the example project, with the slices that are proposed for it."""
    folder = copy_example(tmp_path_factory.mktemp("project"))
    (folder / "slices.yaml").rename(folder / "own.yaml")
    done = weaklabel("slices", "init", "--project", "bare.yaml", folder=bare(folder))
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def bare(folder):
    """Add a project file that names no slices."""
    lines = (folder / "weaklabel.yaml").read_text().splitlines(keepends=True)
    (folder / "bare.yaml").write_text("".join(line for line in lines if not line.startswith("slices:")))
    return folder


def test_proposed_slices_have_a_reason_and_a_size(project):
    text = (project / "slices.yaml").read_text()
    assert "  - id: area_computer_vision # 119 records\n" in text
    assert "    description: The author gave computer-vision, or a tag below it.\n" in text
    for name in ("rare_tags", "short_text", "lfs_conflict", "given_unsupported", "non_ascii", "newest_month"):
        assert f"  - id: {name} # " in text
    again = weaklabel("slices", "init", "--project", "bare.yaml", folder=project)
    assert again.returncode == 1
    assert "there already" in again.stderr


def test_a_run_writes_membership_as_listed_and_exported(project):
    done = weaklabel("run", "--quiet", folder=project)
    assert (done.returncode, done.stderr) == (0, "")
    table = pd.read_parquet(project / "runs" / "latest" / "slices.parquet")
    assert len(table) == 375
    assert table["area_computer_vision"].sum() == 119
    listed = weaklabel("slices", "list", folder=project).stdout
    for name in table.columns[1:]:
        row = next(line.split() for line in listed.splitlines() if line.startswith(f"{name} "))
        assert int(row[1]) == table[name].sum()
    done = weaklabel("slices", "export", "--out", "out/mine.py", folder=project)
    assert done.stdout.split() == ["out/mine.py", "out/mine.parquet"]
    pd.testing.assert_frame_equal(pd.read_parquet(project / "out" / "mine.parquet"), table)


def test_from_python_a_slice_is_a_table(project):
    run = Project.load(project).run()
    frame = run.slices["short_text"]
    assert len(frame) == run.slices.to_snorkel()["short_text"].sum() > 0
    assert (frame["text"].str.split().str.len() < 33).all()
    assert "slices" in run.manifest["inputs"]


def test_one_slice_is_shown(project):
    done = weaklabel("slices", "show", "non_ascii", "--limit", "1", folder=project)
    assert done.stdout.startswith("non_ascii  28 records\n")
    assert "slices.yaml:" in done.stdout
    wrong = weaklabel("slices", "show", "non-ascii", folder=project)
    assert wrong.returncode == 1
    assert "Did you mean 'non_ascii'?" in wrong.stderr


BAD = """from snorkel.slicing import slicing_function as snorkels
from weaklabel import slicing_function

@slicing_function
def says_minus_one(record):
    return -1

@slicing_function
def says_nothing(record):
    pass

@snorkels()
def says_yes(x):
    return "yes"

@slicing_function
def divides(record):
    return 1 / (record.record_id - 3)
"""


def test_a_slice_that_fails_or_returns_no_truth_value_is_an_error_that_names_it(project, tmp_path):
    (tmp_path / "bad.py").write_text(BAD)
    done = weaklabel("slices", "list", "--slices", str(tmp_path / "bad.py"), folder=project)
    said = " ".join(done.stderr.split())
    assert done.returncode == 1
    assert "the slice 'says_minus_one' fails on 375 records" in said
    assert "it returned -1" in said
    assert "it returned None" in said
    assert "it returned 'yes'" in said
    assert "the slice 'divides' fails on 375 records" in said  # 0.5 is no truth value, and 3 divides by zero
    assert "Traceback" not in said


def test_without_slices_the_error_says_how_to_make_some(tmp_path):
    weaklabel("init", "p", folder=tmp_path)
    done = weaklabel("slices", "list", folder=tmp_path / "p")
    assert done.returncode == 1
    assert "weaklabel slices init" in " ".join(done.stderr.split())
