"""`pytest --weaklabel`: a team's suite collects labeling functions."""

import json
import subprocess
import sys

import pytest

GOOD = "- {id: good, tags: fox, match: {keywords: fox}, examples: {match: [a fox]}, expect: {coverage: [0.5, 1]}}\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "records.json").write_text(json.dumps([{"id": 1, "title": "fox", "tags": ["fox"]}]))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "fox"}]))
    (tmp_path / "weaklabel.yaml").write_text("records: records.json\ntags: tags.json\nlfs: lfs\n")
    (tmp_path / "lfs").mkdir()
    (tmp_path / "lfs" / "a.yaml").write_text(GOOD)
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    return tmp_path


def run(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "weaklabel.pytest_plugin", "-p", "no:cacheprovider", *arguments]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def test_labeling_functions_are_tests_beside_the_suites_own(project):
    done = run(project, "--weaklabel", "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert "weaklabel::good PASSED" in done.stdout
    assert "1 passed" in run(project).stdout  # without the option, none


def test_the_folder_of_labeling_functions_alone_runs_them_alone(project):
    assert "1 passed" in run(project, "--weaklabel=.", "lfs").stdout


@pytest.mark.parametrize("word", ["test_own.py", "lfs"])
def test_what_is_meant_as_a_test_is_not_taken_for_a_project(project, word):
    done = run(project, "--weaklabel", word)
    assert done.returncode == 4
    assert f"If {word} is something to test, write --weaklabel=. {word}" in done.stderr


def test_a_folder_without_a_project_and_one_without_labeling_functions_are_told_so(project):
    (project / "lfs" / "a.yaml").unlink()
    done = run(project, "--weaklabel=.")
    assert "weaklabel: there is nothing to test: no labeling function is written by hand." in done.stdout
    (project / "weaklabel.yaml").unlink()
    done = run(project, "--weaklabel")
    assert (done.returncode, done.stdout) == (4, "")
    assert f"there is no weaklabel.yaml in {project}. Name a project: --weaklabel=PROJECT." in done.stderr


def test_one_that_fails_says_where_and_why_without_a_traceback(project):
    (project / "lfs" / "b.yaml").write_text(
        "- {id: bad, tags: fox, match: {keywords: fox}, examples: {no_match: [fox]}, expect: {coverage: [0, 0.5]}}\n"
    )
    done = run(project, "--weaklabel", ".")
    assert done.returncode == 1
    assert "2 passed" in done.stdout
    assert "1 failed" in done.stdout
    assert "b.yaml:1:3: 'bad' matches 'fox', which its examples exclude." in done.stdout
    assert "'bad' has a coverage of 100.0% (1 record). It is expected to have 0.0% to 50.0%." in done.stdout
    assert "Traceback" not in done.stdout


def test_a_project_that_cannot_be_read_is_a_test_that_fails(project):
    (project / "lfs" / "a.yaml").write_text("- {id: a, tags: foxx, match: {keywords: x}}\n")
    done = run(project, "--weaklabel")
    assert done.returncode == 1
    assert "'foxx' is no tag. Did you mean 'fox'?" in done.stdout
