"""Splits of the Made With ML data: the whole at once, 20 batches, one record at a time; and near-duplicates in bulk.

Deviation is how far a split's share of a tag's records is from its aim (80, 10, 10 %), over the tags of ten records
or more, closed over the tag graph. Peers: a random split; iterative-stratification 0.1.9 on the whole, which cannot
be told of records that have their split; and Sechidis's own rule (a record goes where its rarest tag lacks most) in
our code, which can. Near-duplicates are looked for in made texts of 25 words drawn from 20,000 by Zipf's law, every
tenth with a near copy; the peer is datasketch's own index with the same bands, queried text by text.

    python benchmarks/splits.py [quality|duplicates]
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from data import record_result
from datasketch import MinHash, MinHashLSH
from iterstrat.ml_stratifiers import IterativeStratification
from made_with_ml import read_corpus
from scipy.sparse import csr_array

from weaklabel.splits import NEW, find_duplicates, measure_balance, stratify
from weaklabel.tags import given_matrix, resolve_given, tag_relations

SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}
SEEDS = range(5)
Split = npt.NDArray[np.intp]


def closed_tags() -> csr_array:
    inputs = read_corpus().inputs
    given = given_matrix(resolve_given(inputs.records, inputs.vocabulary), inputs.vocabulary).tags
    tags = csr_array(given + given @ tag_relations(inputs.graph, inputs.vocabulary).ancestors)
    tags.data[:] = 1.0
    return tags


def split_randomly(tags: csr_array, seed: int) -> Split:
    return np.random.default_rng(seed).choice(3, tags.shape[0], p=list(SHARES.values()))


def split_by_peer(tags: csr_array, seed: int) -> Split:
    shares = np.array(list(SHARES.values()))
    found: Split = IterativeStratification(tags.toarray().astype(bool), shares, np.random.RandomState(seed))
    return found


def grow(parts: int) -> Callable[[csr_array, int], Split]:
    def split(tags: csr_array, seed: int) -> Split:
        n = tags.shape[0]
        kept = np.full(n, NEW)
        order = np.random.default_rng(seed).permutation(n)
        rng = np.random.default_rng(seed)
        for part in np.array_split(np.arange(n), parts):
            seen = np.sort(order[: part[-1] + 1])
            kept[seen] = stratify(tags[seen], np.arange(len(seen)), kept[seen], list(SHARES.values()), rng)
        return kept

    return split


def lacks_most(filled: Any, aims: Any, open_splits: Any, columns: Any, _counts: Any, rng: np.random.Generator) -> int:
    """Sechidis's rule: the split in which the record's rarest tag lacks most, then the smallest."""
    rarest = columns[np.argmin(aims[:, columns].sum(axis=0))]
    lacking = aims - filled
    best = np.flatnonzero(lacking[:, rarest] >= lacking[:, rarest].max() - 1e-9)
    best = best[lacking[best, -1] >= lacking[best, -1].max() - 1e-9]
    return int(open_splits[rng.choice(best)])


def by_sechidis(split: Callable[[csr_array, int], Split]) -> Callable[[csr_array, int], Split]:
    def patched(tags: csr_array, seed: int) -> Split:
        with patch.object(sys.modules["weaklabel.splits.stratify"], "_least_growth", lacks_most):
            return split(tags, seed)

    return patched


def measure_quality() -> None:
    tags = closed_tags()
    names = [str(i) for i in range(tags.shape[1])]
    frequent = int((tags.sum(axis=0) >= 10).sum())
    methods = {
        "random": split_randomly,
        "iterative-stratification, the whole": split_by_peer,
        "**`weaklabel split`**, the whole": grow(1),
        "Sechidis's rule, 20 batches": by_sechidis(grow(20)),
        "**`weaklabel split`**, 20 batches": grow(20),
        "Sechidis's rule, one at a time": by_sechidis(grow(tags.shape[0])),
        "**`weaklabel split`**, one at a time": grow(tags.shape[0]),
    }
    rows = []
    for name, split in methods.items():
        means, worst, empty, sizes = [], [], [], []
        for seed in SEEDS if "one at" not in name else list(SEEDS)[:2]:
            balance = measure_balance(tags, names, split(tags, seed), SHARES)
            shares = np.array([tag.in_split for tag in balance.tags if tag.records >= 10])
            totals = shares.sum(axis=1, keepdims=True)
            means.append(balance.mean_deviation)
            worst.append(np.abs(shares / totals - list(SHARES.values())).max())
            empty.append((shares == 0).sum())
            sizes.append(np.abs(np.array(balance.records) / tags.shape[0] - list(SHARES.values())).max())
        figures = [f"{statistics.mean(column):.1%}" for column in (means, worst, sizes)]
        rows.append(f"| {name} | {figures[0]} | {figures[1]} | {statistics.mean(empty):.1f} | {figures[2]} |")
        print(rows[-1], flush=True)
    record_result(
        "Splits that keep as data grows",
        f"Command: `python benchmarks/splits.py quality` ({tags.shape[0]:,} records, {frequent} tags of ten or more; "
        "means over 5 seeds, 2 for one at a time).\n\n"
        "| | mean deviation | largest | splits without a tag | largest, of sizes |\n|---|---|---|---|---|\n"
        + "\n".join(rows),
    )


def make_texts(n: int, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    words = np.minimum(rng.zipf(1.3, size=(n, 25)), 20_000)
    near = np.arange(0, n - 1, 10)
    words[near] = words[near + 1]
    words[near, rng.integers(0, 25, len(near))] = 20_001
    return [" ".join(map(str, row)) for row in words.tolist()]


def pair_by_peer(texts: list[str], similarity: float = 0.5) -> int:
    """Count the pairs that datasketch's index and an exact comparison find."""
    shingles = [{" ".join(words[i : i + 3]) for i in range(len(words) - 2)} for words in map(str.split, texts)]
    signed = MinHash.bulk([[s.encode() for s in own] for own in shingles], num_perm=128, seed=1)
    index = MinHashLSH(num_perm=128, params=(42, 3))
    found = 0
    for i, signature in enumerate(signed):
        for other in index.query(signature):
            shared = len(shingles[i] & shingles[other])
            found += shared / (len(shingles[i]) + len(shingles[other]) - shared) >= similarity
        index.insert(i, signature)
    return found


def measure_duplicates() -> None:
    rows = []
    for n in (10_000, 100_000):
        texts = make_texts(n)
        begin = time.perf_counter()
        found = find_duplicates(texts)
        seconds = time.perf_counter() - begin
        wanted = {(i, i + 1) for i in range(0, n - 1, 10)}
        copies = {i for i in range(0, n - 1, 10) if found.groups[i] == found.groups[i + 1]}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        begin = time.perf_counter()
        pairs = pair_by_peer(texts)
        peer_s = time.perf_counter() - begin
        rows.append(
            f"| {n:,} | {seconds:.1f} | {peer_s:.1f} | {len(found.near):,} | {pairs:,} "
            f"| {len(copies) / len(wanted):.2%} | {peak:.1f} |"
        )
    record_result(
        "Near-duplicates",
        "Command: `python benchmarks/splits.py duplicates` (one thread, similarity 0.5 or more).\n\n"
        "| records | s | `MinHashLSH`, s | pairs | its pairs | planted copies in one group | GiB so far |\n"
        "|---|---|---|---|---|---|---|\n" + "\n".join(rows),
    )


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["quality", "duplicates"]
    if "quality" in wanted:
        measure_quality()
    if "duplicates" in wanted:
        measure_duplicates()
