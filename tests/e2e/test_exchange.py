"""`weaklabel export` and `weaklabel import` as a user meets them."""

import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from support.packages import answer
from weaklabel.exchange import FORMATS


def weaklabel(*arguments, cwd=None, columns=100):
    command = [sys.executable, "-m", "weaklabel", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange") / "project"
    assert weaklabel("init", folder).returncode == 0
    done = weaklabel("run", "-q", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_label_studio_there_and_back(project):
    done = weaklabel("export", "label-studio", "--out", "ls", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ls/tasks.json\nls/config.xml\n", "")
    files = answer(
        "label-studio", {name: (project / "ls" / name).read_bytes() for name in ("tasks.json", "config.xml")}
    )
    (project / "export.json").write_bytes(files["export.json"])
    done = weaklabel("import", "label-studio", "export.json", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("decisions-label-studio.jsonl\n")
    decisions = [json.loads(line) for line in (project / "decisions-label-studio.jsonl").read_text().splitlines()]
    suggested = {
        (task["data"]["record_id"], tag)
        for task in json.loads((project / "ls/tasks.json").read_text(encoding="utf-8"))
        for tag in task["data"]["suggested"]
    }
    assert {(each["record_id"], each["tag"]) for each in decisions if each["verdict"] == "yes"} == suggested
    assert f"{len(decisions)} decisions on 12 records by 1 annotator: {len(suggested)} yes" in done.stdout


def test_an_import_replaces_no_file(project, tmp_path):
    answered = tmp_path / "answers.jsonl"
    answered.write_text('{"record_id": 1, "label": "bread", "answer": "accept"}\n')
    for options, name in (((), "decisions-prodigy.jsonl"), (("--out", "mine.jsonl"), "mine.jsonl")):
        assert weaklabel("import", "prodigy", answered, *options, cwd=project).returncode == 0
        (project / name).write_text("kept\n")
        done = weaklabel("import", "prodigy", answered, *options, cwd=project)
        assert (done.returncode, (project / name).read_text()) == (1, "kept\n")
        assert "File exists" in done.stderr
        assert "with --out" in done.stderr


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("label-studio", {"record_id": 1, "suggested": ["bread"], "answer": "accept"}, "it has no `annotations`."),
        ("label-studio", {"record_id": 1, "tag": "bread", "annotator": "ann"}, "it has no `annotations`."),
        ("prodigy", {"record_id": 1, "tag": "bread", "verdict": "yes"}, "it has no `answer`."),
        ("jsonl", {"record_id": 1, "tags": ["bread"], "suggested": ["bread"]}, "nothing is decided in it"),
    ],
)
def test_where_nothing_is_decided_no_file_is_written(project, tmp_path, name, row, message):
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps(row)}\n")
    target = tmp_path / "out.jsonl"
    done = weaklabel("import", name, tmp_path / "rows.jsonl", "--out", target, cwd=project, columns=200)
    assert (done.returncode, target.exists(), done.stdout) == (1, False, "")
    assert message in done.stderr


def test_the_run_of_a_project_elsewhere_goes_out(project, tmp_path):
    """Its manifest has the paths as they were written in the project's folder."""
    here = weaklabel("export", "jsonl", "--limit", "3", "--out", tmp_path / "here.jsonl", cwd=project)
    assert here.returncode == 0, here.stderr
    for run in ((), (project / "runs/latest",)):
        options = ("--project", project, "--limit", "3", "--out", "there.jsonl")
        there = weaklabel("export", "jsonl", *run, *options, cwd=tmp_path)
        assert (there.returncode, there.stderr) == (0, "")
        assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()
        (tmp_path / "there.jsonl").unlink()


def test_the_run_that_the_project_file_names_goes_out(project, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    (copy / "runs/latest").rename(copy / "runs/other")
    file = copy / "weaklabel.yaml"
    file.write_text(file.read_text().replace("out: runs/latest", "out: runs/other"))
    done = weaklabel("export", "jsonl", "--out", "rows.jsonl", cwd=copy)
    assert done.returncode == 0, done.stderr
    assert len((copy / "rows.jsonl").read_text().splitlines()) == 12


def test_every_format_is_listed_with_the_layouts_that_it_has(project):
    done = weaklabel("export", cwd=project, columns=80)
    assert done.returncode == 0, done.stderr
    listed = [line.split()[0] for line in done.stdout.splitlines()[1:] if not line.startswith(" ")]
    assert listed == list(FORMATS)
    assert "all, candidates, taxonomy" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_and_read_again(project, name, tmp_path):
    options = ["--tag", "bread"] if name == "wrench" else []
    done = weaklabel("export", name, "--out", tmp_path / "out", *options, cwd=project)
    assert done.returncode == 0, done.stderr
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    for file, data in answer(name, files).items():
        (tmp_path / "back").mkdir(exist_ok=True)
        (tmp_path / "back" / file).write_bytes(data)
    target = tmp_path / ("lfs.yaml" if name == "patterns" else "decisions.jsonl")
    options = [] if name == "patterns" else ["--unchanged-too"]
    done = weaklabel("import", name, tmp_path / "back", "--out", target, *options, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if name == "patterns":
        assert "fermentation" in target.read_text()
        return
    decisions = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    said = {(each["record_id"], each["tag"]) for each in decisions if each["verdict"] == "yes"}
    assert said == expected(project, name, tmp_path / "out")


def expected(project, name, out):
    """Which tags each record comes back with, as the run's tables and the records say."""
    if name in {"cleanlab", "wrench"}:
        records = json.loads((project / "data/records.json").read_text(encoding="utf-8"))
        tags = json.loads((project / "data/tags.json").read_text(encoding="utf-8"))
        names = {name.lower(): each["tag"] for each in tags for name in (each["tag"], *each["aliases"])}
        names["vegetabels"] = "vegetables"  # as it is misspelt in the records
        written = {(record["id"], tag.lower()) for record in records for tag in record["tags"] or ()}
        given = {(record_id, names[tag]) for record_id, tag in written if tag in names}
        return {(i, tag) for i, tag in given if tag == "bread"} if name == "wrench" else given
    labels = pd.read_parquet(project / "runs/latest/labels.parquet")
    decided = labels[~(labels.probability <= 0.5)]
    cells = set(zip(decided.record_id, decided.tag, strict=True))
    if name != "brat":
        return cells
    marked = {path.stem: path.read_text() for path in out.glob("*.ann")}
    found = {(i, tag) for i, tag in cells if f"\t{tag} " in marked[str(i)]}
    assert 0 < len(found) < len(cells)  # some tags have no evidence in the text
    return found


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["export", "labelstudio"], 2, "Did you mean 'label-studio'?"),
        (["export", "csv", "runs/newest"], 1, "there is no such folder."),
        (["export", "prodigy", "--layout", "taxonomy"], 2, "prodigy cannot show tags as 'taxonomy'."),
        (["import", "jsonl", "nowhere.jsonl"], 1, "there is no such file."),
        (["import", "cvs", "x.csv"], 2, "Did you mean 'csv'?"),
        (["import", "label-studio", "cut.json"], 1, "cut.json:2:1"),
    ],
)
def test_what_cannot_be_is_told_without_a_traceback(project, arguments, code, message):
    (project / "cut.json").write_text('[{"data":\n')
    done = weaklabel(*arguments, cwd=project, columns=200)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
