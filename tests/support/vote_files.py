"""A project whose records are many files of several formats, and what its votes must be."""

import csv
import io
import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from weaklabel.inputs import load_lfs, load_vocabulary
from weaklabel.records import read_records
from weaklabel.terms import Settings
from weaklabel.vote import apply_lfs

TAGS = [{"tag": "rust", "aliases": ["rustlang"]}, {"tag": "gardening"}, {"tag": "cooking", "aliases": ["recipes"]}]
TEXTS = (
    "Rust on iron gates",
    "Gardening in Rust",
    "recipes and cooking",
    "nothing here",
    "a flat loaf",
    "mends a bug",
    "Ｒｕｓｔ and e\u0301",
)
YAML = r"""
- id: loaves
  tags: cooking
  match: {keywords: [loaf]}
- id: iron_is_no_language
  tags: rust
  polarity: absent
  match: {regex: '\biron\b'}
"""
HELPER = """
from pathlib import Path


def words():
    return (Path(__file__).parent / "words.txt").read_text().split()
"""
PYTHON = """
from _helper import words

from weaklabel import absent, labeling_function

WORDS = words()


@labeling_function(tags="gardening")
def names_a_word(record):
    return "gardening" if any(word in record.text for word in WORDS) else None


@labeling_function(tags="rust", name="stumbles")
def stumbles(record):
    if "nothing" in record.text:
        raise ValueError(f"stuck on {record.text[:7]!r}")
    return absent("rust") if "loaf" in record.text else None
"""
SLOW = """
import time

from weaklabel import labeling_function


@labeling_function(tags="rust")
def takes_its_time(record):
    time.sleep({seconds})
    return "rust" if record.record_id % 10 == 0 else None
"""

# It takes down the process that guards it: where memory runs out, it may be that one, too, that is killed.
POISON = """
import os
import signal

from weaklabel import labeling_function


@labeling_function(tags="rust")
def is_poison(record):
    if record.title == "poison":
        os.kill(os.getppid(), signal.SIGKILL)
"""


def make_rows(first, n):
    return [{"id": first + i, "title": TEXTS[(first + i) % len(TEXTS)], "tags": ["rust"]} for i in range(n)]


def write_records(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    else:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["id", "title", "tags"])
        writer.writerows([row["id"], row["title"], ";".join(row["tags"])] for row in rows)
        path.write_text(text.getvalue(), encoding="utf-8")


def make_project(folder, *, n_files=5, n_records=40, python=PYTHON):
    """Write tags, labeling functions and records: Parquet files (one in a subfolder), a JSON Lines and a CSV file."""
    (folder / "lfs").mkdir(parents=True)
    (folder / "tags.json").write_text(json.dumps(TAGS))
    (folder / "lfs" / "rules.yaml").write_text(YAML)
    if python:
        (folder / "lfs" / "rules.py").write_text(python)
        (folder / "lfs" / "_helper.py").write_text(HELPER)
        (folder / "lfs" / "words.txt").write_text("flat bug\n")
    names = [f"part-{i}.parquet" for i in range(n_files - 1)] + ["more/last.parquet", "lines.jsonl", "cells.csv"]
    for i, name in enumerate(names):
        write_records(folder / "records" / name, make_rows(1 + 1000 * i, n_records))
    return Settings(records=str(folder / "records"), tags=str(folder / "tags.json"), lfs=folder / "lfs")


def target_of(out, source):
    return out / (source if source.endswith(".parquet") else f"{source}.parquet")


def expected_rows(settings, path):
    """The votes and failed calls on a file, by the engine that works in memory."""
    records, _ = read_records(str(path), settings.columns)
    vocabulary, _ = load_vocabulary(settings.tags, {}, [])
    votes = apply_lfs(load_lfs(settings, vocabulary, records.fields), records, vocabulary, n_workers=0)
    table = zip(votes.record.tolist(), votes.lf.tolist(), votes.tag.tolist(), votes.vote.tolist(), strict=True)
    rows = [(records.ids[r], votes.lf_ids[lf], vocabulary.names[tag], vote) for r, lf, tag, vote in table]
    counted = {failure.lf_id: failure.count for failure in votes.failures}
    return sorted(rows, key=lambda row: (records.ids.index(row[0]), row[1], row[2])), counted


def voted_rows(path):
    """The votes in a file, in its order, and the number of failed calls of each labeling function."""
    rows, failed = [], {}
    for row in pq.read_table(path).to_pylist():
        if row["error"] is None:
            rows.append((row["record_id"], row["lf"], row["tag"], row["vote"]))
        else:
            assert (row["tag"], row["vote"]) == (None, 0)
            failed[row["lf"]] = failed.get(row["lf"], 0) + 1
    return rows, failed


def files_below(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def command(*arguments):
    return [sys.executable, "-m", "weaklabel", *map(str, arguments)]


def environment(columns=80):
    return {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1"}


def weaklabel(*arguments, cwd=None, columns=80, **options):
    return subprocess.run(
        command(*arguments), cwd=cwd, capture_output=True, text=True, env=environment(columns), check=False, **options
    )
