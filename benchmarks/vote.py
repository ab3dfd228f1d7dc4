"""The vote engine beside its peers: time per record, growth, cores, cache, and memory out of core.

Everything that is compared runs in this process, turn by turn, on the same texts; the figures are medians of the
rounds, and the ratios medians of the rounds' ratios. Texts are titles and descriptions of Made With ML, about 140
bytes a record.

    python benchmarks/vote.py [matcher] [growth] [engine] [cache] [memory]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from data import find_data, record_result
from scipy.sparse import csr_matrix

from weaklabel import PhraseMatcher
from weaklabel.folding import fold
from weaklabel.terms import PatternLF, PhraseLF, PythonLF, Records, Tag, Vocabulary
from weaklabel.vote import VoteCache, apply_lfs
from weaklabel.vote.cache.digests import RecordDigests
from weaklabel.vote.phrases.automaton import Automaton, is_bounded
from weaklabel.vote.phrases.matcher import takes_plural
from weaklabel.vote.phrases.texts import buffers_of

N_RECORDS, N_PHRASES, ROUNDS = 20_000, 900, 7
SNORKEL_RECORDS = 100
RECORD_BYTES = 140
TEN_MILLION = 10_000_000
FULL = "full vote, nothing in the cache"
SEPARATOR = r"[\s_-]+"


def read_texts(n: int) -> list[str]:
    """Return n texts of about 140 bytes: windows of the projects' titles and descriptions."""
    projects = json.loads((find_data("madewithml") / "projects.json").read_text())
    texts = [f"{project['title']} {project['description'] or ''}" for project in projects]
    rng = random.Random(0)
    windows = []
    while len(windows) < n:
        text = rng.choice(texts)
        start = rng.randrange(max(1, len(text) - RECORD_BYTES + 1))
        windows.append(text[start : start + RECORD_BYTES])
    return windows


def read_phrases(n: int) -> list[str]:
    """Return n different phrases: the vocabulary's surfaces first, then pairs and triples of words of the texts."""
    tags = json.loads((find_data("madewithml") / "tags.json").read_text())
    phrases = dict.fromkeys(fold(surface).strip() for tag in tags for surface in (tag["tag"], *tag["aliases"]))
    rng = random.Random(1)
    texts = read_texts(4 * n)
    while len(phrases) < n:
        words = fold(rng.choice(texts)).split()
        start = rng.randrange(len(words))
        phrase = " ".join(words[start : start + rng.choice((1, 2, 2, 3))]).strip(".,;:!?()'\"")
        if len(phrase) > 4:
            phrases[phrase] = None
    return list(phrases)[:n]


def seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def interleaved(calls: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Time every call once a round, so that whatever else the machine does hits all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(seconds(call))
    return times


def median_ratio(slow: list[float], fast: list[float]) -> float:
    return statistics.median(s / f for s, f in zip(slow, fast, strict=True))


def ms(times: list[float]) -> str:
    value = 1e3 * statistics.median(times)
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


# ---- the matcher and its peers ---------------------------------------------------------------------------------


def forms_of(phrases: list[str]) -> Iterator[tuple[str, int]]:
    for i, phrase in enumerate(phrases):
        yield phrase, i
        if takes_plural(phrase):
            yield f"{phrase}s", i


def match_per_record(automaton: Automaton, texts: list[str], n_phrases: int) -> csr_matrix:
    """Call pyahocorasick for every record, as one would."""
    indices: list[int] = []
    indptr = [0]
    for text in texts:
        indices.extend(sorted({match.phrase for match in automaton.find(fold(text))}))
        indptr.append(len(indices))
    return csr_matrix((np.ones(len(indices), dtype=np.int8), indices, indptr), shape=(len(texts), n_phrases))


def snorkel_lfs(phrases: list[str]) -> list[object]:
    """One Snorkel labeling function a phrase, which finds it in a text that is folded already."""
    from snorkel.labeling import LabelingFunction

    def mentions(x: object, forms: tuple[str, ...]) -> int:
        text = x.folded  # type: ignore[attr-defined]
        for form in forms:
            start = text.find(form)
            while start >= 0:
                if is_bounded(text, start, start + len(form)):
                    return 1
                start = text.find(form, start + 1)
        return -1

    forms = [(p, f"{p}s") if takes_plural(p) else (p,) for p in phrases]
    return [LabelingFunction(f"lf{i}", mentions, resources={"forms": own}) for i, own in enumerate(forms)]


def measure_matcher() -> None:
    from snorkel.labeling import PandasLFApplier

    texts, phrases = read_texts(N_RECORDS), read_phrases(N_PHRASES)
    array = pa.array(texts)
    matcher, automaton = PhraseMatcher(phrases), Automaton(forms_of(phrases))
    applier = PandasLFApplier(snorkel_lfs(phrases))
    frame = pd.DataFrame({"folded": [fold(text) for text in texts[:SNORKEL_RECORDS]]})
    trie, buffers = matcher._trie, buffers_of(array)
    results = {
        "native": matcher.matches(array),
        "automaton": match_per_record(automaton, texts, N_PHRASES),
        "snorkel": csr_matrix(applier.apply(frame, progress_bar=False) + 1).sign(),
    }
    assert (results["native"] != results["automaton"]).nnz == 0
    assert (results["native"][:SNORKEL_RECORDS] != results["snorkel"]).nnz == 0
    times = interleaved(
        {
            "native": lambda: matcher.matches(array),
            "floor": lambda: trie.tokenize(buffers.data, buffers.offsets),
            "list": lambda: matcher.matches(texts),
            "automaton": lambda: match_per_record(automaton, texts, N_PHRASES),
            "snorkel": lambda: applier.apply(frame, progress_bar=False),
        }
    )
    times["snorkel"] = [t * N_RECORDS / SNORKEL_RECORDS for t in times["snorkel"]]
    native = times["native"]
    rate = N_RECORDS / statistics.median(native) / 1e6
    record_result(
        "Phrase matcher",
        f"""Command: `python benchmarks/vote.py matcher` ({N_RECORDS:,} records of about {RECORD_BYTES} bytes,
{N_PHRASES} phrases, {results["native"].nnz:,} votes, one thread, {ROUNDS} rounds; the votes of all are identical).

| | ms | × the compiled matcher |
|---|---|---|
| **`PhraseMatcher.matches`**, an Arrow array | {ms(native)} | 1 |
| the same, a list of str | {ms(times["list"])} | {median_ratio(times["list"], native):.1f} |
| compiled folding, cutting and hashing of the same bytes alone | {ms(times["floor"])} | \
{1 / median_ratio(native, times["floor"]):.2f} |
| pyahocorasick, a call a record | {ms(times["automaton"])} | {median_ratio(times["automaton"], native):.0f} |
| Snorkel's `PandasLFApplier`, a Python LF a phrase (from {SNORKEL_RECORDS} records, folded beforehand) | \
{ms(times["snorkel"])} | {median_ratio(times["snorkel"], native):,.0f} |

{rate:.2f} million records a second. Matching takes {median_ratio(native, times["floor"]):.1f} times what folding, \
cutting and hashing take.""",
    )


def measure_growth() -> None:
    phrases = read_phrases(10_000)
    texts = read_texts(4 * N_RECORDS)
    array = pa.array(texts)
    sizes = (100, 900, 10_000)
    matchers = {size: PhraseMatcher(phrases[:size]) for size in sizes}
    part = array[:N_RECORDS]
    calls = {f"{size:,} phrases": lambda m=m: m.matches(part) for size, m in matchers.items()}
    calls["records"] = lambda: matchers[900].matches(array)
    times = interleaved(calls)
    votes = {size: m.matches(part).nnz for size, m in matchers.items()}
    base = times["100 phrases"]
    rows = "\n".join(
        f"| {size:,} | {N_RECORDS:,} | {votes[size]:,} | {ms(times[f'{size:,} phrases'])} | "
        f"{median_ratio(times[f'{size:,} phrases'], base):.2f} |"
        for size in sizes
    )
    growth = median_ratio(times["records"], times["900 phrases"])
    record_result(
        "Phrase matcher: growth",
        f"""Command: `python benchmarks/vote.py growth` (one thread, {ROUNDS} rounds, interleaved).

| phrases | records | votes | ms | × 100 phrases |
|---|---|---|---|---|
{rows}

Four times the records take {growth:.2f} times as long.""",
    )


# ---- the engine ------------------------------------------------------------------------------------------------


def make_records(texts: list[str]) -> Records:
    ids = tuple(range(len(texts)))
    return Records(ids, {"text": tuple(texts)}, (None,) * len(ids), pd.DataFrame({"id": ids, "text": texts}))


def make_lfs(phrases: list[str], kinds: tuple[int, int, int]) -> list[PhraseLF | PatternLF | PythonLF]:
    """Return so many phrase, regex and Python labeling functions, each of a phrase of its own."""
    lfs: list[PhraseLF | PatternLF | PythonLF] = []
    common = {"tags": ("tag",), "origin": "yaml"}
    n_phrases, n_patterns, _ = kinds
    for i, phrase in enumerate(phrases[: sum(kinds)]):
        own = {"id": f"lf{i}", "definition": phrase, **common}
        if i < n_phrases:
            lfs.append(PhraseLF(family="keyword", phrases=(phrase,), fields=("text",), **own))
        elif i < n_phrases + n_patterns:
            pattern = rf"\b{SEPARATOR.join(map(re.escape, phrase.split()))}s?\b"
            lfs.append(PatternLF(family="regex", pattern=pattern, fields=("text",), **own))
        else:
            call = lambda record, word=phrase: [("tag", 1)] if word in record.text.lower() else []  # noqa: E731
            lfs.append(PythonLF(family="python", call=call, **own))
    return lfs


def measure_engine() -> None:
    vocabulary = Vocabulary.of([Tag("tag")])
    phrases, records = read_phrases(1000), make_records(read_texts(100_000))
    lfs = make_lfs(phrases, (900, 50, 50))
    slow = [lf for lf in lfs if not isinstance(lf, PhraseLF)]
    array = pa.array(records.texts["text"])
    matcher = PhraseMatcher(phrases[:900])
    halves = [array[:50_000], array[50_000:]]

    def in_two_threads() -> None:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(matcher.matches, halves))

    calls = {
        "phrases, 1 thread": lambda: [matcher.matches(half) for half in halves],
        "phrases, 2 threads": in_two_threads,
        "slow, 1": lambda: apply_lfs(slow, records, vocabulary, n_workers=1),
        "slow, 2": lambda: apply_lfs(slow, records, vocabulary, n_workers=2),
        "all, 2": lambda: apply_lfs(lfs, records, vocabulary, n_workers=2),
    }
    times = interleaved(calls, rounds=5)
    one, two = times["phrases, 1 thread"], times["phrases, 2 threads"]
    record_result(
        "Engine on one and two cores",
        f"""Command: `python benchmarks/vote.py engine` (100,000 records in memory, 5 rounds, interleaved, two cores).

| | ms, one core | ms, two cores | speed-up |
|---|---|---|---|
| 900 phrases (`PhraseMatcher`, threads) | {ms(one)} | {ms(two)} | {median_ratio(one, two):.2f} |
| 50 regexes and 50 Python LFs (`apply_lfs`, worker processes) | {ms(times["slow, 1"])} | {ms(times["slow, 2"])} | \
{median_ratio(times["slow, 1"], times["slow, 2"]):.2f} |

All 1,000 labeling functions together: {ms(times["all, 2"])} ms, \
{100_000 / statistics.median(times["all, 2"]):,.0f} records/s.""",
    )


def measure_cache() -> None:
    vocabulary = Vocabulary.of([Tag("tag")])
    phrases, texts = read_phrases(1002), read_texts(N_RECORDS)
    records = make_records(texts)
    lfs = make_lfs(phrases, (600, 200, 200))
    other_regex, other_python = make_lfs(phrases[1000:], (0, 1, 1))
    spread = set(range(0, N_RECORDS, N_RECORDS // 10))
    edited = make_records([f"anew {i}" if i in spread else text for i, text in enumerate(texts)])
    plain = make_lfs(phrases, (1000, 0, 0))
    times: dict[str, list[float]] = {}
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:

            def vote(lfs: list, records: Records, folder: str = folder) -> object:
                return apply_lfs(lfs, records, vocabulary, cache=VoteCache(Path(folder), "1"))

            for name, call in {
                FULL: lambda: vote(lfs, records),
                "nothing changed": lambda: vote(lfs, records),
                "one regex LF changed": lambda: vote([*lfs[:700], other_regex, *lfs[701:]], records),
                "one Python LF changed": lambda: vote([*lfs[:-1], other_python], records),
                "ten records changed": lambda: vote(lfs, edited),
                "hashes": lambda: RecordDigests(records, VoteCache(Path(folder), "1")).of(lfs[-1]),
                "plain": lambda: apply_lfs(plain, records, vocabulary),
            }.items():
                times.setdefault(name, []).append(seconds(call))
    hashes, alone = times.pop("hashes"), times.pop("plain")
    rows = [f"| {name} | {ms(t)} | {100 / median_ratio(times[FULL], t):.1f} % |" for name, t in times.items()]
    record_result(
        "Cache",
        f"""Command: `python benchmarks/vote.py cache` ({N_RECORDS:,} records, 600 phrase, 200 regex and 200 Python LFs,
5 rounds; each begins with an empty folder).

| | ms | of the full vote |
|---|---|---|
{chr(10).join(rows)}

Phrases alone are not cached: 1,000 phrase LFs on the same records take {ms(alone)} ms in all. Hashing the records
takes {ms(hashes)} ms before any vote is read.""",
    )


# ---- out of core -----------------------------------------------------------------------------------------------


def write_ten_million(path: Path) -> int:
    """Write ten million records, two texts each, cut, with a number of their own; return the bytes of text."""
    texts = read_texts(200_000)
    pairs = [f"{one} {other}"[:132] for one, other in pairwise(texts)]
    rng = np.random.default_rng(2)
    schema = pa.schema([("id", pa.int64()), ("title", pa.string())])
    size = 0
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, TEN_MILLION, 100_000):
            picked = rng.integers(0, len(pairs), 100_000)
            marks = rng.integers(0, 10**6, 100_000)
            titles = [f"{pairs[i]} {mark:06d}" for i, mark in zip(picked.tolist(), marks.tolist(), strict=True)]
            size += sum(len(title.encode()) for title in titles)
            writer.write_table(pa.table({"id": np.arange(first, first + 100_000), "title": titles}, schema=schema))
    return size


def measure_memory() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "in").mkdir()
        size = write_ten_million(folder / "in" / "records.parquet")
        phrases = read_phrases(N_PHRASES)
        tags = [{"tag": phrase, "aliases": []} for phrase in phrases]
        (folder / "tags.json").write_text(json.dumps(tags))
        command = [
            sys.executable, "-m", "weaklabel", "vote", "--records", str(folder / "in"),
            "--tags", str(folder / "tags.json"), "--out", str(folder / "out"), "--quiet",
        ]  # fmt: skip
        begin = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed, peak = time.perf_counter() - begin, usage.ru_maxrss / 2**20
        assert status == 0
        (result,) = (folder / "out").rglob("*.parquet")
        votes = pq.read_metadata(result).num_rows
    record_result(
        "Ten million records",
        f"""Command: `python benchmarks/vote.py memory` ({size / 1e9:.2f} GB of text, {N_PHRASES} phrases, two cores;
the whole process `weaklabel vote`, from one Parquet file to one).

{elapsed:.0f} s, {TEN_MILLION / elapsed:,.0f} records/s, {votes:,} votes, peak memory {peak:.2f} GiB.""",
    )


MEASURES = {
    "matcher": measure_matcher,
    "growth": measure_growth,
    "engine": measure_engine,
    "cache": measure_cache,
    "memory": measure_memory,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the vote engine.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    for name in parser.parse_args().measures or MEASURES:
        MEASURES[name]()


if __name__ == "__main__":
    sys.exit(main())
