"""The loop as a user has it: run, decide, apply, run again; and what is ready at each step."""

import csv
import json
import os
import subprocess
import sys
from contextlib import closing

import pytest

from support.markdown import copy_example

pytest.importorskip("sqlalchemy", reason="the extra review is not installed")

from weaklabel.correcting.status import find_status
from weaklabel.project import Project
from weaklabel.review.serve import load_deck
from weaklabel.review.store import LeaseRules, NewAct, decide, enrol, open_database, open_desk, open_queue
from weaklabel.review.store.adjudications import adjudicate
from weaklabel.review.store.annotators import find_owner

NOT_READY = 3


def weaklabel(*arguments, folder, code=0):
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    environment.pop("WEAKLABEL_DATABASE", None)
    command = [sys.executable, "-m", "weaklabel", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


def status(folder):
    """What `weaklabel status --json` prints, without a process of its own."""
    said = json.loads(find_status(Project.load(folder).settings).as_json())
    return {name: said[name] for name in ("labeling", "qa", "modeling")}


def read_planted(path):
    """The kinds of mislabels that are known to be in each record."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["id"]: [each["kind"] for each in row.get("planted", [])] for row in rows}


def ready(said):
    return [name for name, stage in said.items() if stage["is_ready"]]


def loaded(folder):
    settings = Project.load(folder).settings
    return load_deck(settings, settings.out)


def decide_on(database, name, verdicts, run):
    """Let an annotator decide on the records that the queue offers, until it has none of those wanted."""
    annotator = find_owner(database, enrol(database, name)).id
    rules = LeaseRules(ahead=1)
    while (desk := open_desk(database, annotator, rules)).records and desk.records[0] in verdicts:
        record = desk.records[0]
        decide(database, annotator, NewAct(f"{name}-decides-on-{record}", record, verdicts[record], run), rules)


def test_the_loop(tmp_path):
    project = tmp_path / "project"
    weaklabel("init", project, folder=tmp_path)
    settings = project / "weaklabel.yaml"
    settings.write_text(settings.read_text().replace("label_model: snorkel", "label_model: majority"))  # it is quick
    said = status(project)
    assert ready(said) == []
    assert said["labeling"]["next"] == "weaklabel run"

    weaklabel("run", "-q", folder=project)
    said = status(project)
    assert ready(said) == ["labeling"]
    assert said["labeling"]["counts"] == {"queued": 12, "waiting": 12, "leased": 0, "decided": 0}

    deck = loaded(project)
    offered = {record: {offer.tag: offer.verdict for offer in deck.deck.deal(record).offers} for record in (3, 6, 10)}
    right = {
        3: offered[3] | {"gardening": "no", "vegetables": "no"},
        6: offered[6],
        10: offered[10] | {"gardening": "unsure"},
    }
    with closing(open_database(project / "runs/review.sqlite")) as database:
        open_queue(database, [3, 6, 10, 1], overlap=2)
        decide_on(database, "ana", right, deck.run)
        assert status(project)["qa"]["counts"]["not_yet"] == 1  # bo is still to decide on record 10
        decide_on(database, "bo", right | {6: offered[6] | {"gardening": "no"}}, deck.run)
        said = status(project)
        assert ready(said) == ["labeling", "qa", "modeling"]
        assert said["labeling"]["counts"] == {"queued": 4, "waiting": 1, "leased": 1, "decided": 3}
        assert said["qa"]["counts"] == {
            "records": 2, "disagreements": 1, "unsure": 1, "not_yet": 0, "adjudicated": 0,
        }  # fmt: skip
        assert weaklabel("status", "--for", "qa", folder=project).count("yes") == 3
        eve = find_owner(database, enrol(database, "eve", is_reviewer=True)).id
        adjudicate(database, eve, NewAct("eve-settles-record-6", 6, {"gardening": "yes"}, deck.run))
        adjudicate(database, eve, NewAct("eve-settles-record-10", 10, {"gardening": "no"}, deck.run))
    said = status(project)
    assert ready(said) == ["labeling", "modeling"]
    assert said["qa"]["counts"]["adjudicated"] == 2
    weaklabel("status", "--for", "qa", folder=project, code=NOT_READY)
    assert said["modeling"]["counts"]["changes"] > 0
    assert said["modeling"]["next"] == "weaklabel apply"

    before = (project / "data/records.json").read_bytes()
    printed = weaklabel("apply", folder=project)
    assert max(len(line) for line in printed.splitlines() if not line.startswith("  weaklabel")) <= 80
    assert (project / "data/records.json").read_bytes() == before
    folder = project / "corrected/1"
    rows = list(csv.DictReader((folder / "changes.csv").read_text(encoding="utf-8").splitlines()))
    assert {(row["record_id"], row["tag"], row["change"], row["annotators"]) for row in rows} >= {
        ("3", "gardening", "removed", "ana; bo"), ("3", "vegetables", "removed", "ana; bo"),
    }  # fmt: skip
    assert {json.loads(line)["id"] for line in (folder / "gold.jsonl").read_text().splitlines()} == {3, 6, 10}
    assert "corrected/1 has all of this already" in weaklabel("apply", folder=project)
    assert "corrected/1 has them" in status(project)["modeling"]["why"]

    text = (project / "weaklabel.yaml").read_text().replace("data/records.json", "corrected/1/records.json")
    (project / "weaklabel.yaml").write_text(f"{text}gold: corrected/1/gold.jsonl\ndecisions: runs/review.sqlite\n")
    said = status(project)
    assert said["modeling"]["next"] == "weaklabel run"
    assert "Nothing to apply" in weaklabel("apply", folder=project)
    weaklabel("run", "-q", folder=project)
    assert ready(status(project)) == ["labeling"]
    report = json.loads((project / "runs/latest/report.json").read_text())["corrections"]
    assert (report["records"], report["applied"], report["made_on"]) == (3, report["cells"], report["cells"])
    assert report["before"]["cells"] == report["after"]["cells"] == report["cells"]
    assert report["after"]["right_findings"] == 0
    assert "What people decided</h2>" in (project / "runs/latest/report.html").read_text(encoding="utf-8")
    lines = (project / "runs/latest/lf_corrections.csv").read_text().splitlines()
    assert lines[0].startswith("lf,tag,votes,confirmed,contradicted,precision")
    weaklabel("run", "-q", folder=project)  # a run that is repeated says what the one before it said
    assert json.loads((project / "runs/latest/report.json").read_text())["corrections"] == report


def test_decisions_of_files_and_what_is_wrong_with_them(tmp_path):
    project = tmp_path / "project"
    weaklabel("init", project, folder=tmp_path)
    (project / "d.csv").write_text(
        "record_id,tag,verdict,annotator\n5,diy,yes,ana\n7,baking,yes,ana\n7,gardening,no,ana\n99,bread,no,ana\n"
    )
    printed = weaklabel("apply", "--decisions", "d.csv", "--spellings", folder=project)
    assert " ".join(printed.split("\n\n")[0].split()) == (
        "4 decisions by 1 annotator on 4 tags of 3 records (1 of no record, 1 of no known tag): 2 yes, 2 no, 0 open."
    )
    assert "Of no record: 1 decided tag (99)." in printed
    assert "Neither in the vocabulary nor given: 1 decided tag (diy)." in printed
    assert "7       baking  respelt  Baking        one annotator (ana)" in printed
    said = json.loads(weaklabel("apply", "--decisions", "d.csv", "--json", "--out", "o", folder=project))
    assert said["folder"] is None
    assert said["no_record"] == [{"record_id": "99", "tag": "bread"}]
    weaklabel("apply", "--decisions", "gone.csv", folder=project, code=1)
    weaklabel("apply", "--decisions", "d.csv", "--database", "x.sqlite", folder=project, code=2)


@pytest.mark.slow
def test_correcting_the_example_makes_its_mislabels_vanish(tmp_path):
    project = copy_example(tmp_path)
    weaklabel("run", "-q", folder=project)
    gold = {
        row["id"]: set(row["tags"]) for row in map(json.loads, (project / "data/gold.jsonl").read_text().splitlines())
    }
    deck = loaded(project)
    with closing(open_database(project / "runs/review.sqlite")) as database:
        order = list(gold)[:120]
        open_queue(database, order)
        verdicts = {
            record: {o.tag: "yes" if o.tag in gold[record] else "no" for o in deck.deck.deal(record).offers}
            for record in order
        }
        decide_on(database, "ana", verdicts, deck.run)
    weaklabel("apply", "--spellings", folder=project)
    options = ["--records", "corrected/1/projects.json", "--gold", "corrected/1/gold.jsonl"]
    weaklabel("run", "-q", *options, "--decisions", "runs/review.sqlite", folder=project)
    report = json.loads((project / "runs/latest/report.json").read_text())
    said = report["corrections"]
    assert said["before"]["right_findings"] > 30
    assert said["after"]["right_findings"] == 0
    assert said["after"]["wrong"] < said["before"]["wrong"]
    before, after = (read_planted(project / path) for path in ("data/gold.jsonl", "corrected/1/gold.jsonl"))
    assert sum(len(before[record]) for record in order) > 60
    assert sum(len(after[record]) for record in order) < 5
    assert all(after[record] == before[record] for record in before if record not in verdicts)
