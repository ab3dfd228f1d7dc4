"""The example project and the Made With ML data, measured as the README and RESULTS.md say."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from weaklabel import Project

ROOT = Path(__file__).resolve().parents[2]
MADE_WITH_ML = ROOT.parent / "shared" / "data" / "madewithml"
RULES = {"misspelt", "alias", "missing_parent", "unknown"}


@pytest.fixture(scope="module")
def example():
    return Project.load(ROOT).run()


def test_rule_based_findings_reach_precision_0_8_and_recall_0_9_on_the_planted_mislabels(example):
    quality = {row.kind: row for row in example.quality}
    assert set(quality) == RULES | {"missing", "unsupported"}
    for kind in RULES:
        assert quality[kind].known >= 40
        assert quality[kind].precision >= 0.8
        assert quality[kind].recall >= 0.9


@pytest.mark.parametrize(("end_model", "gain"), [("kernel", 0.1), ("none", 0.2)])
def test_hand_written_labeling_functions_earn_their_place(end_model, gain):
    project = Project.load(ROOT)
    missing, generated_only = (
        next(row for row in run.quality if row.kind == "missing")
        for run in (project.run(end_model=end_model), project.run(end_model=end_model, lfs=None))
    )
    assert missing.precision > generated_only.precision + gain
    assert missing.recall >= generated_only.recall


def test_scores_of_missing_tags_mean_what_they_say(example):
    """Of the findings above 0.5 more are right than the end model's absence leaves; their mean score is no boast."""
    missing = next(row for row in example.quality if row.kind == "missing")
    unsupported = next(row for row in example.quality if row.kind == "unsupported")
    assert missing.precision >= 0.9
    assert missing.recall >= 0.7
    assert unsupported.precision >= 0.6
    likely = example.findings[(example.findings["kind"] == "missing") & (example.findings["score"] > 0.5)]
    assert likely["score"].mean() <= missing.precision + 0.05


def test_every_hand_written_labeling_function_votes(example):
    summary = example.lf_summary
    written = summary[summary["origin"] != "generated"]
    assert written["lf"].nunique() >= 10
    assert set(written[written["polarity"] != ""]["lf"]) == set(written["lf"])


def test_the_readme_shows_what_make_run_prints(tmp_path):
    block = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-m", "weaklabel", "run", "--no-cache", "--out", str(tmp_path / "out")],
        cwd=ROOT, capture_output=True, text=True, check=True, env={"COLUMNS": "80", "PATH": ""},
    )  # fmt: skip
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert block is not None
    assert [line.rstrip() for line in block.group(1).splitlines()] == printed[: len(block.group(1).splitlines())]


@pytest.mark.skipif(not MADE_WITH_ML.is_dir(), reason=f"{MADE_WITH_ML} is not there")
def test_text_only_cells_reach_micro_f1_0_53_on_made_with_ml(tmp_path):
    lfs = tmp_path / "lfs"
    lfs.mkdir()
    project = Project.of(str(MADE_WITH_ML / "projects.json"), str(MADE_WITH_ML / "tags.json"), lfs=lfs)
    labels = project.run(end_model="none", given_tags="ignore").labels
    from weaklabel.inputs import load_inputs

    inputs = load_inputs(project.settings)
    uses = Counter(tag for given in inputs.records.given for tag in set(given or ()))
    counted = {tag for tag in inputs.vocabulary.names if uses[tag] >= 5}
    assert len(counted) == 172
    gold = {
        (record, tag)
        for record, given in zip(inputs.records.ids, inputs.records.given, strict=True)
        for tag in given or ()
        if tag in counted
    }
    likely = labels[(labels["probability"] >= 0.5) & labels["tag"].isin(counted)]
    found = set(zip(likely["record_id"], likely["tag"], strict=True))
    assert 2 * len(gold & found) / (len(gold) + len(found)) >= 0.53
