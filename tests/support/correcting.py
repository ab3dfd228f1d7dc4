"""Small projects, decisions on their records, and runs that are made by hand: nothing learns in them."""

import json

import pandas as pd

from weaklabel.project import Project
from weaklabel.terms.decisions import Decision

TAGS = [
    {"tag": "machine-learning", "aliases": ["ml"]},
    {"tag": "deep-learning", "aliases": ["dl"], "parents": ["machine-learning"]},
    {"tag": "pytorch", "aliases": ["torch"], "parents": ["deep-learning"]},
    {"tag": "cooking", "aliases": ["recipes"]},
]
RECORDS = [
    {"id": 1, "title": "PyTorch in the kitchen", "tags": ["recipes"]},
    {"id": 2, "title": "Six layers", "tags": ["dl", "machine-learning"]},
    {"id": 3, "title": "Soup", "tags": None},
]
PROJECT = "records: records.json\ntags: tags.json\nend_model: none\n"


def write_project(folder, *, records=RECORDS, tags=TAGS, more=""):
    """Write a project without labeling functions by hand; return its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "records.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    (folder / "tags.json").write_text(json.dumps(tags), encoding="utf-8")
    (folder / "weaklabel.yaml").write_text(PROJECT + more, encoding="utf-8")
    return settings_of(folder)


def settings_of(folder):
    return Project.load(folder).settings


def write_decisions(path, *decisions):
    """Write decisions of (record, tag, verdict) and optionally an annotator."""
    rows = [Decision(*row[:3], *(row[3:] or ("ana",))) for row in decisions]
    from weaklabel.corrections import decisions_file

    path.write_bytes(decisions_file(rows))
    return str(path)


def write_run(folder, labels=(), *, missing_parents=(), inputs=None):
    """Write what a run's folder needs to be looked at: labels of (record, tag, probability)."""
    run = folder / "runs/latest"
    run.mkdir(parents=True)
    table = pd.DataFrame(labels, columns=["record_id", "tag", "probability"]).assign(source="voted")
    table.to_parquet(run / "labels.parquet")
    found = pd.DataFrame(missing_parents, columns=["record_id", "tag"]).assign(kind="missing_parent", score=0.9)
    found.to_parquet(run / "findings.parquet")
    pd.DataFrame(columns=["record_id", "tag", "lf", "vote"]).to_parquet(run / "votes.parquet")
    (run / "run.json").write_text(json.dumps({"inputs": inputs or {}, "times": {}}))
    return run
