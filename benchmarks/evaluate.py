"""`weaklabel evaluate` on a million predictions and 50 slices, as a process, beside scikit-learn's F1 in a loop.

Two sets of data are made, from a seed: a million cells (100,000 records, 100 tags, ten probabilities a record) and a
million records of two classes. 50 slices hold 1 to 50 % of the records. The peer resamples records and calls
`f1_score` in every round and slice: it runs in a few of them, and its time is scaled up to all.

    python benchmarks/evaluate.py [--records 1000000]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import csr_array
from sklearn.metrics import f1_score

SLICES, ROUNDS, TAGS, CELLS_A_RECORD = 50, 200, 100, 10
PEER_SLICES, PEER_ROUNDS = 3, 2


class Data(NamedTuple):
    """Gold and predicted tags as the peer takes them, and which records are in which slices."""

    gold: csr_array | np.ndarray
    predicted: csr_array | np.ndarray
    members: np.ndarray


class Usage(NamedTuple):
    """What a command took."""

    wall_s: float
    cpu_s: float
    peak_gib: float
    output: str


def write_slices(folder: Path, n: int, rng: np.random.Generator) -> np.ndarray:
    members = rng.random((n, SLICES)) < rng.uniform(0.01, 0.5, SLICES)
    columns = {f"slice_{i:02}": members[:, i] for i in range(SLICES)}
    pq.write_table(pa.table({"record_id": np.arange(n), **columns}), folder / "slices.parquet")
    return members


def make_cells(folder: Path, n_cells: int, rng: np.random.Generator) -> Data:
    n = n_cells // CELLS_A_RECORD
    record = np.repeat(np.arange(n), CELLS_A_RECORD)
    step = rng.integers(1, TAGS // CELLS_A_RECORD, n)[:, None] * np.arange(CELLS_A_RECORD)
    tag = ((rng.integers(0, TAGS, n)[:, None] + step) % TAGS).ravel()
    probability = rng.beta(0.5, 1, n_cells)
    is_gold = rng.random(n_cells) < probability
    names = np.array([f"tag_{i:02}" for i in range(TAGS)])
    table = {"record_id": record, "tag": names[tag], "probability": probability}
    pq.write_table(pa.table(table), folder / "predictions.parquet")
    offsets = np.searchsorted(record[is_gold], np.arange(n + 1)).astype(np.int32)
    tags = pa.ListArray.from_arrays(offsets, pa.array(names[tag[is_gold]]))
    pq.write_table(pa.table({"record_id": np.arange(n), "tags": tags}), folder / "gold.parquet")
    said = probability > 0.5
    gold, predicted = (
        csr_array((np.ones(kept.sum(), np.int8), (record[kept], tag[kept])), shape=(n, TAGS))
        for kept in (is_gold, said)
    )
    return Data(gold, predicted, write_slices(folder, n, rng))


def make_records(folder: Path, n: int, rng: np.random.Generator) -> Data:
    probability = rng.beta(0.5, 0.5, n)
    gold = rng.random(n) < probability
    table = {"record_id": np.arange(n), "tag": pa.array(["yes"] * n), "probability": probability}
    pq.write_table(pa.table(table), folder / "predictions.parquet")
    pq.write_table(pa.table({"record_id": np.arange(n), "tag": np.where(gold, "yes", "no")}), folder / "gold.parquet")
    return Data(gold, probability > 0.5, write_slices(folder, n, rng))


def run_command(folder: Path) -> Usage:
    """Run the command in an empty folder, and return what it took."""
    arguments = ["--predictions", "predictions.parquet", "--gold", "gold.parquet", "--slices", "slices.parquet"]
    command = [sys.executable, "-m", "weaklabel", "evaluate", *arguments, "--rounds", str(ROUNDS)]
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    wall = time.perf_counter() - begin
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20, output)


def time_peer(data: Data, rng: np.random.Generator) -> float:
    """Return the seconds that micro-F1 alone would take in all slices and rounds."""
    begin = time.perf_counter()
    for slice_ in range(PEER_SLICES):
        rows = np.flatnonzero(data.members[:, slice_])
        for _ in range(PEER_ROUNDS):
            drawn = rng.choice(rows, len(rows))
            f1_score(data.gold[drawn], data.predicted[drawn], average="micro" if data.gold.ndim > 1 else "binary")
    seconds = time.perf_counter() - begin
    share = data.members.sum() / data.members[:, :PEER_SLICES].sum()
    return seconds * share * ROUNDS / PEER_ROUNDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000, help="predictions of either kind")
    n = parser.parse_args().records
    print(
        "| predictions | slices × rounds | weaklabel evaluate, wall | CPU | peak | scikit-learn, F1 alone (scaled up) |"
    )
    print("|---|---|---|---|---|---|")
    for name, make in ((f"{n:,} cells, {TAGS} tags", make_cells), (f"{n:,} records, two classes", make_records)):
        with tempfile.TemporaryDirectory() as folder:
            rng = np.random.default_rng(0)
            data = make(Path(folder), n, rng)
            used = run_command(Path(folder))
            peer = time_peer(data, rng)
        took = f"{used.wall_s:.0f} s | {used.cpu_s:.0f} s | {used.peak_gib:.2f} GiB | {peer:,.0f} s"
        print(f"| {name} | {SLICES} × {ROUNDS} | {took} |", flush=True)


if __name__ == "__main__":
    main()
