"""`weaklabel models compare` as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LABEL_MODELS = ["auto", "dawid-skene", "majority", "pooled", "snorkel"]
METRICS = ["micro_f1", "macro_f1", "average_precision", "ece", "log_loss"]


def compare(*arguments, cwd=ROOT):
    command = [sys.executable, "-m", "weaklabel", "models", "compare", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def rows():
    done = compare("--json", "--end-model", "linear")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_json_has_a_row_for_each_label_model_and_one_with_the_end_model(rows):
    assert [(row["name"], row["end_model"]) for row in rows] == [
        *((name, "none") for name in LABEL_MODELS), ("snorkel", "linear"),
    ]  # fmt: skip
    assert list(rows[0]) == ["name", "end_model", *METRICS, "seconds", "covered_cells", "problem"]
    assert all(row["problem"] == "" and row["seconds"] >= 0 for row in rows)
    assert all(0 < row[metric] < 1 for row in rows for metric in METRICS)


def test_on_the_example_project_pooled_is_best_calibrated_and_the_end_model_ranks_best(rows):
    label_models = {row["name"]: row for row in rows[:-1]}
    assert min(label_models, key=lambda name: label_models[name]["ece"]) == "pooled"
    assert min(label_models, key=lambda name: label_models[name]["log_loss"]) == "pooled"
    assert label_models["snorkel"]["micro_f1"] == pytest.approx(0.877, abs=0.005)
    assert label_models["snorkel"]["average_precision"] == pytest.approx(0.799, abs=0.005)
    assert rows[-1]["average_precision"] > max(row["average_precision"] for row in rows[:-1]) + 0.05
    assert rows[-1]["covered_cells"] > label_models["snorkel"]["covered_cells"]


def test_the_table_is_80_columns_wide_and_says_what_its_figures_mean():
    done = compare("--end-model", "none")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines == [line.rstrip() for line in lines]
    assert lines[0].split() == ["Label", "model", "Micro-F1", "Macro-F1", "AP", "ECE", "Log-loss", "Seconds", "Cells"]
    assert [line.split()[0] for line in lines[1:6]] == LABEL_MODELS
    assert lines[5].split()[1:4] == ["*0.877", "*0.843", "0.799"]  # pooled ranks better
    text = " ".join(done.stdout.split())
    assert "Scored against the given tags of 375 labelled records, 107 tags;" in text
    assert "The project's models are snorkel and no end model." in text
    assert text.endswith("No label model does clearly better than `snorkel`.")


def test_a_label_model_that_would_do_better_is_named():
    done = compare("--end-model", "none", "--label-model", "majority")
    last = " ".join(done.stdout.split())
    better = "label model `pooled` does better than `majority`: average precision .800, against .781."
    assert last.endswith(f"Against the given tags, {better}")


def test_exclusive_classes_have_an_accuracy():
    done = compare("--project", "examples/spam", "--end-model", "none")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[2] == "Accuracy"
    assert "203 labelled records, 2 classes" in " ".join(done.stdout.split())


def test_with_few_labelled_records_it_gives_no_verdict(tmp_path):
    made = subprocess.run([sys.executable, "-m", "weaklabel", "init", tmp_path / "p"], check=False, capture_output=True)
    assert made.returncode == 0
    done = compare("--project", tmp_path / "p")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "snorkel + kernel: the end model has too little to learn from (11 labelled records, 12 records with" in said
    assert said.endswith("Which label model does better cannot be told from 11 labelled records: it takes 50.")


def test_without_given_tags_it_says_that_there_is_nothing_to_compare_with(tmp_path):
    records = [{"id": i, "title": title} for i, title in enumerate(["A cat", "A dog", "Both"])]
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "tags.json").write_text(json.dumps([{"tag": "cat"}, {"tag": "dog"}]))
    for form in ((), ("--json",)):
        done = compare("--records", "records.json", "--tags", "tags.json", *form, cwd=tmp_path)
        assert done.returncode == 1
        assert done.stdout == ""
        said = " ".join(done.stderr.split())
        assert "no record has given" in said
        assert "nothing to compare" in said
        assert "Traceback" not in said


def test_an_unknown_label_model_is_an_error_with_the_nearest_name():
    done = compare("--label-model", "snorkl")
    assert done.returncode == 2
    assert "\n--label-model  label_model is 'snorkl'" in done.stderr
    assert "snorkel" in done.stderr
    assert "Traceback" not in done.stderr
