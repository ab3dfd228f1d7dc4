"""The whole path on a project so small that every number of it can be worked out by hand."""

import hashlib
import json
import math
import time
from importlib.metadata import version

import networkx as nx
import pandas as pd
import pytest

from support.run_files import read_without_times
from weaklabel import Project
from weaklabel.report import parse_report
from weaklabel.report.render import render_report

RECORDS = [
    {"id": 1, "title": "A BERT model", "tags": ["cnn"]},
    {"id": 2, "title": "A convnet", "tags": ["convnet"]},
    {"id": 3, "title": "Transformer reading", "tags": ["transfomers"]},
    {"id": 4, "title": "BERT again", "tags": None},
    {"id": 5, "title": "Something", "tags": ["quantum", "xyzzy-thing"]},
    {"id": 6, "title": "BERT power station", "tags": []},
    {"id": 7, "title": "Cnn with power", "tags": ["transformers", "nlp"]},
]
TAGS = [
    {"tag": "nlp"},
    {"tag": "transformers", "aliases": ["bert"], "parents": ["nlp"]},
    {"tag": "cnn", "aliases": ["convnet"]},
    {"tag": "quantum"},
]
YAML = """\
- id: power-not-transformers
  tags: transformers
  polarity: absent
  match: {keywords: [power]}
"""
PYTHON = '''\
from weaklabel import labeling_function


@labeling_function(tags="quantum")
def fails_on_something(record):
    """Breaks."""
    if record.title == "Something":
        raise ValueError("cannot read it")
'''
SETTINGS = """\
records: {path: records.json, id: id, fields: [title], tags: tags}
tags: tags.json
lfs: lfs/
label_model: majority
end_model: none
seed: 3
out: out
"""
FILES = [
    "findings.csv", "findings.parquet", "labels.csv", "labels.parquet", "lf_pairs.csv", "lf_summary.csv", "report.html",
    "report.json", "run.json", "tag_summary.csv", "votes.parquet",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return write_project(tmp_path / "project")


@pytest.fixture
def run(folder):
    return Project.load(folder).run()


def write_project(folder):
    (folder / "lfs").mkdir(parents=True)
    (folder / "records.json").write_text(json.dumps(RECORDS))
    (folder / "tags.json").write_text(json.dumps(TAGS))
    (folder / "lfs" / "power.yaml").write_text(YAML)
    (folder / "lfs" / "broken.py").write_text(PYTHON)
    (folder / "weaklabel.yaml").write_text(SETTINGS)
    return folder


def cells(labels):
    return {(row.record_id, row.tag): (row.probability, row.source) for row in labels.itertuples()}


def mistaken(probability, rate, mean=2 / 7):
    """P(wrong | given) by Bayes' rule; a tag is given wrongly with 0.1 √(mean · rate) of the shares of records."""
    wrong = (1 - probability) * 0.1 * (mean * rate) ** 0.5
    return round(wrong / (wrong + probability * 0.9), 6)


def listed(findings, kind):
    rows = findings[findings["kind"] == kind]
    return {(r.record_id, None if pd.isna(r.tag) else r.tag, round(r.score, 6)) for r in rows.itertuples()}


def test_probabilities_and_sources_by_majority(run):
    found = cells(run.labels)
    assert found.pop((5, "quantum"))[1] == "given"
    assert found.pop((7, "nlp"))[1] == "given"
    assert found == {
        (1, "cnn"): (0.5, "given"),  # no vote: the prior
        (1, "nlp"): (1.0, "inferred"),
        (1, "transformers"): (1.0, "voted"),
        (2, "cnn"): (1.0, "given"),  # its author wrote an alias of it
        (3, "nlp"): (1.0, "inferred"),
        (3, "transformers"): (1.0, "given"),  # its author misspelt it
        (4, "nlp"): (1.0, "inferred"),
        (4, "transformers"): (1.0, "voted"),
        (6, "transformers"): (0.0, "voted"),  # denied; the labeling function from its alias is withdrawn there
        (7, "cnn"): (1.0, "voted"),
        (7, "transformers"): (0.0, "given"),  # its only vote is against it
    }


def test_a_given_tag_on_which_nothing_ever_votes_has_no_probability(run):
    assert math.isnan(cells(run.labels)[5, "quantum"][0])


def test_findings_of_every_kind(run):
    """Of six labelled records 1, 2, 2 and 1 have nlp, transformers, cnn and quantum; a half is added on either side."""
    found = run.findings
    assert listed(found, "missing") == {(1, "transformers", 1.0), (7, "cnn", 1.0)}  # P = 1, so it was left out
    assert listed(found, "unsupported") == {
        (1, "cnn", mistaken(0.5, 2.5 / 7)),
        (7, "transformers", 1.0),
        (7, "nlp", 1.0),
    }
    assert listed(found, "alias") == {(2, "cnn", 0.99)}
    assert listed(found, "unknown") == {(5, None, 1.0)}
    [(record, tag, score)] = listed(found, "misspelt")
    assert (record, tag) == (3, "transformers")
    assert 0.5 < score < 0.99  # a typing error is less certain than an alias
    assert listed(found, "missing_parent") == {(3, "nlp", score)}
    assert len(found) == 9


def test_findings_are_best_first_and_ranked_within_their_kind(run):
    for _, rows in run.findings.groupby("kind"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows["score"].is_monotonic_decreasing
    assert run.findings["rank"].is_monotonic_increasing


def test_a_finding_has_its_spelling_and_its_evidence_with_spans(run):
    rows = {(r.record_id, r.kind): r for r in run.findings.itertuples()}
    assert rows[3, "misspelt"].given == "transfomers"
    assert rows[5, "unknown"].given == "xyzzy-thing"
    assert rows[2, "alias"].given == "convnet"
    assert json.loads(rows[1, "missing"].evidence) == [
        {"lf": "alias:bert@title", "vote": "present", "field": "title", "start": 2, "end": 6, "text": "BERT"}
    ]
    assert json.loads(rows[7, "unsupported"].evidence) == [
        {"lf": "power-not-transformers", "vote": "absent", "field": "title", "start": 9, "end": 14, "text": "power"}
    ]


def test_an_unlabelled_record_has_predictions_and_no_findings(run):
    assert 4 not in set(run.findings["record_id"])
    assert (4, "transformers") in cells(run.labels)


def test_an_unlabelled_record_is_no_negative_evidence_in_agreement(run):
    rows = {(r.lf, r.tag): r for r in run.lf_summary.itertuples()}
    bert = rows["alias:bert@title", "transformers"]
    assert (bert.coverage, bert.n, bert.agreement) == (pytest.approx(3 / 7), 2, 0)  # records 1 and 6, not 4
    assert rows["name:transformers@title", "transformers"].agreement == 1
    power = rows["power-not-transformers", "transformers"]
    assert (power.polarity, power.n, power.agreement, power.conflict) == ("absent", 2, 0.5, pytest.approx(1 / 7))


def test_labeling_functions_are_measured_against_given_tags_where_there_is_no_gold(run):
    rows = {(r.lf, r.tag): r for r in run.lf_summary.itertuples()}
    assert set(run.lf_summary["reference"]) == {"given"}
    name = rows["name:transformers@title", "transformers"]
    assert (name.precision, name.reference_n, name.sole, name.redundant) == (1, 1, 1, False)
    power = rows["power-not-transformers", "transformers"]
    assert (power.precision, json.loads(power.wrong)) == (0.5, [7])
    [pair] = run.lf_pairs.itertuples()
    assert (pair.lf, pair.other, pair.tag, pair.both, pair.conflicts) == (
        "alias:bert@title", "power-not-transformers", "transformers", 1, 1,
    )  # fmt: skip


def test_gold_tags_are_the_reference_where_there_are_some(folder):
    (folder / "gold.jsonl").write_text('{"id": 6, "tags": ["transformers", "nlp"]}\n', encoding="utf-8")
    run = Project.load(folder).run(gold=str(folder / "gold.jsonl"))
    rows = {(r.lf, r.tag): r for r in run.lf_summary.itertuples()}
    assert set(run.lf_summary["reference"]) == {"gold"}
    bert, power = rows["alias:bert@title", "transformers"], rows["power-not-transformers", "transformers"]
    assert (bert.precision, bert.reference_n, bert.agreement, bert.n) == (1, 1, 0, 2)
    assert (power.precision, power.reference_n, json.loads(power.wrong)) == (0, 1, [6])


def test_a_failing_labeling_function_is_counted_and_shown(run):
    [failure] = run.failures
    assert (failure.lf_id, failure.count, failure.error) == ("fails_on_something", 1, "ValueError: cannot read it")
    assert run.manifest["votes"]["failures"] == {"fails_on_something": 1}
    [failed] = run.report.health.failures
    assert (failed.lf, failed.error) == ("fails_on_something", "ValueError: cannot read it")
    rows = {r.lf: r.failures for r in run.lf_summary.itertuples()}
    assert rows["fails_on_something"] == 1
    assert rows["power-not-transformers"] == 0


@pytest.mark.parametrize("label_model", ["majority", "snorkel"])
@pytest.mark.parametrize("class_balance", ["uniform", "given"])
def test_a_parent_is_at_least_as_probable_as_its_most_probable_child(folder, label_model, class_balance):
    labels = Project.load(folder).run(label_model=label_model, class_balance=class_balance).labels
    probability = {key: p for key, (p, _) in cells(labels).items()}
    graph = nx.DiGraph([(tag["tag"], parent) for tag in TAGS for parent in tag.get("parents", ())])
    checked = 0
    for record, child in list(probability):
        for parent in graph.successors(child) if child in graph and probability[record, child] >= 0.01 else ():
            assert probability[record, parent] >= probability[record, child]
            checked += 1
    assert checked >= 3


@pytest.mark.parametrize("label_model", ["majority", "snorkel"])
def test_a_given_parent_is_at_least_as_probable_as_a_given_child_on_which_the_record_is_silent(folder, label_model):
    silent = {"id": 8, "title": "Plain words", "tags": ["transformers", "nlp"]}
    (folder / "records.json").write_text(json.dumps([*RECORDS, silent]))
    found = cells(Project.load(folder).run(label_model=label_model).labels)
    assert found[8, "nlp"][0] >= found[8, "transformers"][0]


def test_the_given_balance_is_each_tags_share_of_the_labelled_records(folder):
    labels = Project.load(folder).run(class_balance="given").labels
    # Six records are labelled and two of them have cnn; half a record is added on either side.
    assert cells(labels)[1, "cnn"][0] == pytest.approx((2 + 0.5) / (6 + 1))


def test_two_runs_write_the_same_bytes_but_for_the_times(folder, tmp_path):
    project = Project.load(folder)
    first = project.run(label_model="snorkel").write(tmp_path / "first")
    time.sleep(1)  # the times that the report states differ
    second = project.run(label_model="snorkel").write(tmp_path / "second")
    assert sorted(path.name for path in first.iterdir()) == FILES
    one, two = read_without_times(first), read_without_times(second)
    for name in FILES:
        assert one[name] == two[name], name


def test_the_order_of_records_changes_no_result(folder):
    first = Project.load(folder).run(label_model="snorkel")
    (folder / "records.json").write_text(json.dumps(RECORDS[::-1]))
    again = Project.load(folder).run(label_model="snorkel")
    ours, theirs = cells(first.labels), cells(again.labels)
    assert ours.keys() == theirs.keys()
    for key, (probability, source) in ours.items():
        assert theirs[key][1] == source
        assert theirs[key][0] == pytest.approx(probability, abs=1e-6, nan_ok=True)


def test_the_written_files_hold_the_result(run, folder):
    out = run.write()
    assert out == folder / "out"
    pd.testing.assert_frame_equal(pd.read_parquet(out / "labels.parquet"), run.labels)
    likely = run.labels[run.labels["probability"] > 0.5]
    assert 0 < len(likely) < len(run.labels)
    written = pd.read_csv(out / "labels.csv")
    assert written[["record_id", "tag"]].to_numpy().tolist() == likely[["record_id", "tag"]].to_numpy().tolist()
    pd.testing.assert_frame_equal(pd.read_parquet(out / "findings.parquet"), pd.DataFrame(run.findings))
    assert list(pd.read_csv(out / "findings.csv")["record_id"]) == run.findings["record_id"].tolist()
    assert parse_report((out / "report.json").read_bytes(), "") == run.report
    assert (out / "report.html").read_text(encoding="utf-8") == render_report(run.report)
    assert json.loads((out / "run.json").read_text(encoding="utf-8")) == json.loads(json.dumps(run.manifest))


def test_record_ids_keep_their_type(folder):
    assert Project.load(folder).run().labels["record_id"].dtype == "int64"
    (folder / "records.json").write_text(json.dumps([{**record, "id": f"r{record['id']}"} for record in RECORDS]))
    run = Project.load(folder).run()
    assert set(run.labels["record_id"]) == {"r1", "r2", "r3", "r4", "r5", "r6", "r7"}
    assert "r7" in set(run.findings["record_id"])


def test_run_json_says_what_was_read_used_and_found(run, folder):
    manifest = run.manifest
    assert list(manifest)[-1] == "times"
    assert manifest["weaklabel"] == version("weaklabel")
    assert manifest["seed"] == 3
    assert manifest["packages"]["snorkel"] == version("snorkel")
    for name, count in {"records": 7, "tags": 4}.items():
        path = folder / f"{name}.json"
        expected = {"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), name: count}
        assert manifest["inputs"][name] == expected
    assert manifest["settings"]["label_model"] == "majority"
    assert manifest["models"]["label_model"] == "majority"
    assert all(key.isidentifier() and key.islower() for key in manifest["models"])
    own = f"weaklabel {version('weaklabel')}"
    assert manifest["model_versions"] == {"label_model": f"{own} (weaklabel.label_models.majority:fit_majority)"}
    assert manifest["settings"]["class_balance"] == "uniform"
    assert manifest["findings"] == {
        "missing": 2, "unsupported": 3, "misspelt": 1, "alias": 1, "missing_parent": 1, "unknown": 1,
    }  # fmt: skip
    votes = manifest["votes"]
    # bert in 1, 4 and 6; transformer in 3; convnet in 2; cnn in 7; power in 6 and 7.
    assert votes["votes"] == 8
    assert votes["records_with_votes"] == 6
    assert manifest["labels"] == {"predicted": 0, **run.labels["source"].value_counts().to_dict()}
    assert set(manifest["times"]["seconds"]) == {"reading", "voting", "resolving", "advising", "auditing", "reporting"}


def test_run_json_names_every_labeling_function_with_a_hash_that_its_definition_decides(folder):
    first = Project.load(folder).run().manifest["labeling_functions"]
    assert sorted(first) == [
        "alias:bert@title", "alias:convnet@title", "fails_on_something", "name:cnn@title", "name:nlp@title",
        "name:quantum@title", "name:transformers@title", "power-not-transformers",
    ]  # fmt: skip
    (folder / "lfs" / "power.yaml").write_text(YAML.replace("[power]", "[power, grid]"))
    again = Project.load(folder).run().manifest["labeling_functions"]
    assert {lf for lf in first if first[lf] != again[lf]} == {"power-not-transformers"}


def test_gold_measures_the_findings(folder):
    gold = [
        {"id": 1, "tags": ["transformers", "nlp"], "planted": [{"kind": "missing", "tag": "transformers"}]},
        {"id": 7, "tags": ["transformers", "nlp"]},
    ]
    (folder / "gold.json").write_text(json.dumps(gold))
    run = Project.load(folder).run(gold=str(folder / "gold.json"))
    quality = {row.kind: row for row in run.quality}
    assert (quality["missing"].found, quality["missing"].right) == (2, 1)
    assert (quality["missing"].known, quality["missing"].recalled) == (1, 1)
    assert (quality["unsupported"].found, quality["unsupported"].right) == (2, 0)
    assert run.manifest["gold"]["missing"]["precision"] == 0.5
    assert run.manifest["inputs"]["gold"]["records"] == 2


def test_stages_are_watched_in_order(folder):
    from contextlib import contextmanager

    seen = []

    @contextmanager
    def watch(stage):
        seen.append(stage)
        yield lambda done, total: None

    Project.load(folder).run(watch)
    assert seen == ["reading", "voting", "resolving", "advising", "auditing", "reporting"]
