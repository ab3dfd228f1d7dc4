"""`weaklabel evaluate` as a user runs it, on the example project and without any project."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


def evaluate(*arguments, cwd=ROOT):
    command = [sys.executable, "-m", "weaklabel", "evaluate", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Predictions made of the given tags, others that are worse, and slices."""
    folder = tmp_path_factory.mktemp("evaluate")
    records = pd.read_json(ROOT / "data" / "projects.json")
    gold = pd.read_json(ROOT / "data" / "gold.jsonl", lines=True).set_index("id")["tags"]
    predicted = pd.DataFrame({"record_id": records["id"], "tags": records["id"].map(gold)})
    predicted.to_parquet(folder / "right.parquet")
    predicted["tags"] = predicted["tags"].map(lambda tags: tags[:-1])
    predicted.to_parquet(folder / "shorter.parquet")
    short = records["description"].str.len() < 200
    slices = pd.DataFrame({"record_id": records["id"], "short_text": short, "nothing": False, "everything": True})
    slices.to_parquet(folder / "slices.parquet")
    return folder


@pytest.fixture(scope="module")
def done(files):
    arguments = ["--predictions", files / "shorter.parquet", "--slices", files / "slices.parquet"]
    return evaluate(*arguments, "--compare", files / "right.parquet")


def test_the_tables_fit_80_columns_and_say_what_is_measured(done):
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines == [line.rstrip() for line in lines]
    text = " ".join(done.stdout.split())
    assert "Scored against the gold tags of 375 records (data/gold.jsonl). 107 tags." in text
    assert "There are no probabilities: what is listed is predicted." in text
    slices = lines[next(i for i, line in enumerate(lines) if line.startswith("Slice")) :]
    assert [line.split()[0] for line in slices[1:5]] == ["all", "short_text", "nothing", "everything"]
    assert slices[3].split()[1:5] == ["0", "–", "–", "empty"]
    assert "over cells (micro) 1.000 [1.000, 1.000] .840 [.835, .846] .913" in text
    assert "95 % intervals (200 rounds of a bootstrap over records)" in text
    assert "Against the other: Δ is the figure of --predictions less that of --compare" in text


def test_json_has_everything(files):
    arguments = ["--predictions", files / "shorter.parquet", "--slices", files / "slices.parquet", "--rounds", "50"]
    done = evaluate(*arguments, "--compare", files / "right.parquet", "--json")
    found = json.loads(done.stdout)
    assert (found["reference"], found["reference_location"]) == ("gold", "data/gold.jsonl")
    evaluation = found["evaluation"]
    assert [row["name"] for row in evaluation["slices"]] == ["short_text", "nothing", "everything"]
    assert len(evaluation["tags"]) == 107
    assert evaluation["whole"]["metrics"]["precision"] == {"value": 1, "low": 1, "high": 1}
    assert evaluation["slices"][1]["metrics"]["f1"]["value"] is None
    assert evaluation["rounds"] == 50
    less = found["comparison"]["whole"]["differences"]["recall"]
    assert less["value"] == pytest.approx(evaluation["whole"]["metrics"]["recall"]["value"] - 1)
    assert less["high"] < 0
    assert less["p"] < 1e-6
    assert evaluate(*arguments, "--compare", files / "right.parquet", "--json").stdout == done.stdout


def test_the_worst_tags_of_a_slice_that_is_worse_are_shown(tmp_path):
    """In the slice `odd` tag b is never predicted; elsewhere all is right."""
    rows = [(i, ["a", "b", "c"][: 1 + i % 3]) for i in range(300)]
    gold = pd.DataFrame(rows, columns=["id", "tags"])
    predicted = gold.assign(tags=[[tag for tag in tags if tag != "b" or i % 2 == 0] for i, tags in rows])
    gold.to_json(tmp_path / "g.json", orient="records")
    predicted.to_json(tmp_path / "p.json", orient="records")
    odd = pd.DataFrame({"record_id": gold["id"], "odd": gold["id"] % 2 == 1, "even": gold["id"] % 2 == 0})
    odd.to_parquet(tmp_path / "s.parquet")
    arguments = ["--predictions", "p.json", "--gold", "g.json", "--slices", "s.parquet", "--rounds", "50"]
    lines = evaluate(*arguments, cwd=tmp_path).stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("In the slice"))
    assert [lines[start + 1].split(), lines[start + 2]] == [["odd", "b", "100", "100", ".000", "–", ".000"], ""]
    table = json.loads(evaluate(*arguments, "--json", cwd=tmp_path).stdout)["evaluation"]["slice_tags"]
    assert table[1] == {
        "slice": "odd", "tag": "b", "gold": 100, "said": 0, "precision": None, "recall": 0, "f1": 0
    }  # fmt: skip


def test_without_a_project_in_a_folder_of_its_own(tmp_path):
    (tmp_path / "p.csv").write_text("id,tag,probability\nx,a,.9\ny,b,.8\n", encoding="utf-8")
    (tmp_path / "g.csv").write_text('id,tags\nx,a\ny,"a,b"\n', encoding="utf-8")
    done = evaluate("--predictions", "p.csv", "--gold", "g.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Scored against the gold tags of 2 records (g.csv). 2 tags." in " ".join(done.stdout.split())


def test_figures_of_1_are_not_cut_at_80_columns(tmp_path):
    (tmp_path / "g.csv").write_text('id,tags\nx,a\ny,"a,b"\n', encoding="utf-8")
    done = evaluate("--predictions", "g.csv", "--gold", "g.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    means = done.stdout.split("Accuracy")[0]
    assert means.count("1.000 [1.000, 1.000]") == 12
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_two_classes_are_told_by_the_positive_one(tmp_path):
    (tmp_path / "p.csv").write_text("id,tag,probability\nx,spam,.9\ny,ham,.8\n", encoding="utf-8")
    (tmp_path / "g.csv").write_text("id,tag\nx,spam\ny,ham\n", encoding="utf-8")
    done = evaluate("--predictions", "p.csv", "--gold", "g.csv", "--positive", "ham", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "precision, recall and F1 are those of 'ham'" in " ".join(done.stdout.split())
    assert "exclusive" in done.stderr


def test_expectations_that_do_not_hold_exit_with_1(files):
    arguments = ["--predictions", files / "shorter.parquet", "--slices", files / "slices.parquet", "--rounds", "20"]
    done = evaluate(*arguments, "--expect", "short_text: recall >= .99", "--expect", "precision >= 1")
    assert done.returncode == 1
    assert "recall of the slice 'short_text'" in " ".join(done.stdout.split())
    assert "precision of" not in done.stdout
    assert evaluate(*arguments, "--expect", "precision>=1", "--expect", "tag:pytorch: precision >= 1").returncode == 0
    both = [["--expect", "recall >= .99"], ["--expect", "recall >= .5"]]
    assert [evaluate(*arguments, *first, *then).returncode for first, then in (both, both[::-1])] == [1, 1]


def test_what_slices_print_is_not_in_the_json(tmp_path, files):
    code = "from weaklabel import slicing_function\nprint('loaded')\n\n\n@slicing_function\n"
    code += "def short(record):\n    print('called')\n    return len(record.text) < 200\n"
    (tmp_path / "slices.py").write_text(code, encoding="utf-8")
    done = evaluate("--predictions", files / "right.parquet", "--slices", tmp_path / "slices.py", "--json")
    assert [row["name"] for row in json.loads(done.stdout)["evaluation"]["slices"]] == ["short"]
    assert "loaded" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--predictions", "no.parquet"], 1, "there is no such file"),
        (["--predictions", "README.md"], 1, "the format of .md is not known"),
        (["--predictions", "data/gold.jsonl", "--slices", "slice.yaml"], 1, "Did you mean 'slices.yaml'?"),
        (["--predictions", "data/gold.jsonl", "--threshold", ".4"], 2, "the predictions have no probabilities"),
        (["--predictions", "data/gold.jsonl", "--expect", "f1"], 2, "has no limit"),
        (["--predictions", "data/gold.jsonl", "--expect", "f1\n>=\nhigh"], 2, "is no limit"),
        (["--predictions", "data/gold.jsonl", "--expect", "f1 => .7"], 2, "is no limit"),
        (["--predictions", "data/gold.jsonl", "--gold", "data/gold.json"], 1, "Did you mean 'gold.jsonl'?"),
    ],
)
def test_what_is_wrong_is_a_table_without_traceback(arguments, code, message):
    done = evaluate(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert message in " ".join(done.stderr.split())
