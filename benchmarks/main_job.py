"""The main job on the Made With ML data: quality of text-only cells, time and memory of `weaklabel run`.

Quality is micro-F1 at 0.5 against the authors' tags over the tags with five or more uses, where what authors gave plays
no part in the probabilities (`given_tags: ignore`; benchmarks/models.py has the default, on hidden tags). Peers: any
vote (without and with closure), and the label model `majority`.

    python benchmarks/main_job.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from data import find_data, record_result
from scipy.sparse import csr_matrix
from sklearn.metrics import f1_score

from weaklabel import Project
from weaklabel.inputs import load_inputs
from weaklabel.label_models import resolve_cells
from weaklabel.tags import close_given, close_probabilities
from weaklabel.vote import apply_lfs

MIN_USES = 5
RUNS = 5


def main() -> None:
    folder = find_data("madewithml")
    records, tags = folder / "projects.json", folder / "tags.json"
    with tempfile.TemporaryDirectory() as scratch:
        lfs = Path(scratch) / "lfs"
        lfs.mkdir()
        command = ["weaklabel", "run", "--records", str(records), "--tags", str(tags), "--lfs", str(lfs), "--quiet"]
        seconds, peaks = zip(*(measure([*command, "--out", f"{scratch}/{i}"]) for i in range(RUNS)), strict=True)
        manifest = json.loads((Path(scratch) / "0" / "run.json").read_text())
        rows = quality(records, tags, lfs)
    lines = [
        "Command: `python benchmarks/main_job.py` (2,032 records, 400 tags, empty lfs folder; "
        f"whole process, {RUNS} runs).",
        "",
        f"Wall time: median {statistics.median(seconds):.1f} s, {min(seconds):.1f} to {max(seconds):.1f} s. "
        f"Peak memory: {max(peaks) / 2**20:.2f} GiB. "
        f"Stages of one run: {', '.join(f'{k} {v:.1f} s' for k, v in manifest['times']['seconds'].items())}.",
        "",
        f"| text-only cells, {rows.attrs['tags']} tags with {MIN_USES} or more uses | micro-F1 | precision | recall |",
        "|---|---|---|---|",
        *(f"| {r.name} | {r.f1:.4f} | {r.precision:.3f} | {r.recall:.3f} |" for r in rows.itertuples()),
    ]
    lines += [
        "",
        "At 0.5 the label models change nothing here: generated labeling functions only ever say present, and no label "
        "model may contradict unanimous votes. The end model adds cells on which nothing votes.",
    ]
    record_result("Main job: quality, time and memory", "\n".join(lines))


def measure(command: list[str]) -> tuple[float, int]:
    """Run a command; return its wall seconds and its peak resident memory in KiB."""
    begin = time.perf_counter()
    launcher = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, "
        "stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    binary = [str(Path(sys.executable).parent / command[0]), *command[1:]]
    done = subprocess.run([sys.executable, "-c", launcher, *binary], capture_output=True, text=True, check=True)
    return time.perf_counter() - begin, int(done.stdout)


def quality(records: Path, tags: Path, lfs: Path) -> pd.DataFrame:
    """Return micro-F1, precision and recall of the run and its peers."""
    project = Project.of(str(records), str(tags), lfs=lfs, given_tags="ignore")
    inputs = load_inputs(project.settings)
    position = {record_id: i for i, record_id in enumerate(inputs.records.ids)}
    uses = Counter(tag for given in inputs.records.given for tag in set(given or ()))
    names = [name for name in inputs.vocabulary.names if uses[name] >= MIN_USES]
    column = {name: i for i, name in enumerate(names)}

    def matrix(cells: set[tuple[int, str]]) -> csr_matrix:
        kept = [(row, column[tag]) for row, tag in cells if tag in column]
        rows, columns = np.array(kept).T
        return csr_matrix((np.ones(len(kept), dtype=int), (rows, columns)), shape=(len(position), len(names)))

    votes = apply_lfs(inputs.lfs, inputs.records, inputs.vocabulary)
    voted = {(r, inputs.vocabulary.names[t]) for r, t in zip(votes.record.tolist(), votes.tag.tolist(), strict=True)}
    closed = {(r, parent) for r, tag in voted for parent in close_given([tag], inputs.graph)}
    majority = close_probabilities(
        resolve_cells(votes, len(inputs.vocabulary), "majority"), inputs.vocabulary, inputs.graph
    )
    likely = majority.probability >= 0.5
    methods = {
        "any vote": voted,
        "any vote, with closure": closed,
        "label model majority, with closure": {
            (r, inputs.vocabulary.names[t])
            for r, t in zip(majority.record[likely].tolist(), majority.tag[likely].tolist(), strict=True)
        },
        "`weaklabel run`, `end_model: none` (snorkel, with closure)": above_half(
            project.run(end_model="none").labels, position
        ),
        "**`weaklabel run`**, learning from votes alone": above_half(project.run().labels, position),
    }
    gold = matrix({(i, tag) for i, given in enumerate(inputs.records.given) for tag in given or ()})
    table = [score(name, gold, matrix(cells)) for name, cells in methods.items()]
    frame = pd.DataFrame(table, columns=["name", "f1", "precision", "recall"])
    frame.attrs["tags"] = len(names)
    return frame


def above_half(labels: pd.DataFrame, position: dict[object, int]) -> set[tuple[int, str]]:
    likely = labels[labels["probability"] >= 0.5]
    return {(position[record], tag) for record, tag in zip(likely["record_id"], likely["tag"], strict=True)}


def score(name: str, gold: csr_matrix, predicted: csr_matrix) -> tuple[str, float, float, float]:
    right = gold.multiply(predicted).sum()
    return name, f1_score(gold, predicted, average="micro"), right / predicted.sum(), right / gold.sum()


if __name__ == "__main__":
    main()
