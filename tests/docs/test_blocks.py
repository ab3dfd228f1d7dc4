"""The pages' code: commands print what is shown, labeling functions load, Python runs."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from support.markdown import COMMAND, copy_example, is_as_shown, read_blocks, read_commands, run_command
from weaklabel import Project
from weaklabel.inputs import load_inputs
from weaklabel.lf_tests import check_lfs

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
BLOCKS = [block for page in PAGES for block in read_blocks(page)]
PYTHON = [block for block in BLOCKS if block.language == "python"]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return copy_example(tmp_path_factory.mktemp("example"))


def test_tour_prints_what_it_shows(example, monkeypatch):
    monkeypatch.chdir(example)
    first_run = None
    wrong = []
    n_run = 0
    for block in read_blocks("docs/tour.md"):
        if block.mark.startswith("file "):
            (example / block.mark.removeprefix("file ")).write_text(block.text, encoding="utf-8")
        if block.language != "console" or block.mark:
            continue
        for command, shown in read_commands(block):
            if command.startswith(COMMAND):
                printed = run_command(command, monkeypatch)
                first_run = first_run or printed
                n_run += 1
                if not is_as_shown(shown, printed):
                    wrong.append(f"{block}: {command}\n{printed}")
    assert wrong == [], "\n".join(wrong)
    assert n_run >= 10
    [readme] = [block for block in read_blocks("README.md") if block.mark == "output of weaklabel run"]
    assert readme.text in first_run


def test_the_page_on_evaluation_prints_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(copy_example(tmp_path))
    first = next(block for block in read_blocks("docs/evaluation.md") if block.language == "console")
    for command, shown in read_commands(first):
        assert is_as_shown(shown, printed := run_command(command, monkeypatch)), printed


def test_the_page_on_agreement_prints_what_it_shows(monkeypatch):
    pytest.importorskip("krippendorff", reason="the extra review is not installed")
    monkeypatch.chdir(ROOT)
    [block] = [block for block in read_blocks("docs/agreement.md") if block.language == "console"]
    [(command, shown)] = read_commands(block)
    assert is_as_shown(shown, printed := run_command(command, monkeypatch)), printed


@pytest.mark.slow
def test_watch_prints_what_the_tour_shows(tmp_path):
    example = copy_example(tmp_path)
    blocks = read_blocks("docs/tour.md")
    [block] = [block for block in blocks if block.mark == "watch"]
    [(command, shown)] = read_commands(block)
    arguments = [sys.executable, "-m", "weaklabel", *command.removeprefix(COMMAND).split()]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        arguments, cwd=example, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    limit = threading.Timer(60, process.kill)
    limit.start()
    try:
        printed = [process.stdout.readline()]
        time.sleep(1)  # the watch begins after it has said so
        saved = [block.text for block in blocks if block.mark.startswith("file ")][-1]
        (example / "lfs" / "mine.yaml").write_text(saved, encoding="utf-8")
        while not is_as_shown(shown, "".join(printed)) and (line := process.stdout.readline()):
            printed.append(line)
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
    assert is_as_shown(shown, "".join(printed)), "".join(printed)


def starter_project(folder):
    shutil.copytree(ROOT / "src" / "weaklabel" / "cli" / "starter", folder)
    return folder


YAML = [
    block
    for block in BLOCKS
    if block.language == "yaml" and block.mark != "skip" and re.search(r"(?m)^- id:", block.text)
]
LOOKED_UP = [block for block in BLOCKS if block.language == "turtle" and block.mark.startswith("file ")]
FAILING = next(block for block in YAML if block.mark == "file lfs/mine.yaml")  # the tour mends it


@pytest.mark.parametrize("block", YAML, ids=str)
def test_yaml_labeling_functions_load_and_their_examples_pass(block, tmp_path):
    if ".ttl" in block.text:
        pytest.importorskip("rdflib", reason="the extra kb is not installed")
    project = starter_project(tmp_path / "p") if block.mark == "starter" else copy_example(tmp_path)
    shutil.rmtree(project / "lfs")
    (project / "lfs").mkdir()
    for file in LOOKED_UP:
        (project / file.mark.removeprefix("file ")).write_text(file.text, encoding="utf-8")
    (project / "lfs" / "shown.yaml").write_text(block.text, encoding="utf-8")
    settings = Project.load(project).settings
    tested = check_lfs(load_inputs(settings), timeout_s=10)
    assert len(tested.problems) == (block == FAILING), tested.problems
    assert tested.labeling_functions > 0


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_blocks_compile(block):
    compile(block.text, str(block), "exec")


@pytest.mark.parametrize("block", [block for block in PYTHON if block.mark not in {"fragment", "skip"}], ids=str)
def test_python_blocks_run(block, example, monkeypatch):
    monkeypatch.chdir(example)
    exec(compile(block.text, str(block), "exec"), {"__name__": "shown"})
