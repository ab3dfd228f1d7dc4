"""Label models and end models on the Made With ML data: tags of hidden records, and what a run costs.

`hidden` has five folds: a fold's tags are set to null, and what the run says of its cells is held against them. `cost`
is the time and memory of a run, on the data and on 100,000 records made of it.

    python benchmarks/models.py [hidden] [cost] [--seeds 0]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from data import find_data
from made_with_ml import (
    FOLDS,
    MIN_USES,
    MODEL,
    Cells,
    Corpus,
    Scores,
    Target,
    average_precision,
    draw_folds,
    has_embeddings,
    make_features,
    memory_mib,
    number,
    predict_out_of_fold,
    read_corpus,
    report,
    target_table,
)
from main_job import measure as measure_process
from sklearn.metrics import f1_score, log_loss

SEEDS = (0,)  # settings were chosen on others: 10, 11
THRESHOLDS = np.arange(0.05, 0.601, 0.01)
TRIED_C = (1.0, 10.0, 100.0, 1000.0)
SHOWN = 0.05  # cells that are less probable say nothing about calibration: there are too many
ECE_BINS = 10
CLIP = 1e-4
RUNS = 3
COPIES = 100_000

ANY_VOTE, SNORKEL, REGRESSION, DEFAULT, LINEAR, EMBEDDED, IGNORED = METHODS = (
    "any vote, with closure",
    "Snorkel, one model a tag (`end_model: none`)",
    "TF-IDF, logistic regression",
    "**weaklabel run**",
    "**weaklabel run**, `end_model: linear`",
    "**weaklabel run**, `embeddings`",
    "**weaklabel run**, `given_tags: ignore` (all records)",
)
SETTINGS: dict[str, dict[str, str]] = {
    SNORKEL: {"label_model": "snorkel", "end_model": "none"},
    DEFAULT: {},
    LINEAR: {"end_model": "linear"},
    EMBEDDED: {"embeddings": MODEL},
}


# ---- tags of hidden records ------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """What is reported of a method, in the order of its columns; nan where it makes no sense."""

    micro: float
    macro: float
    tuned_micro: float
    tuned_macro: float
    ap: float
    ece: float
    log_loss: float


def measure_hidden(seeds: tuple[int, ...]) -> None:
    corpus = read_corpus()
    written = corpus.written
    scored = np.flatnonzero(written.sum(axis=0) >= MIN_USES)
    gold = written[:, scored]
    found: dict[str, list[Figures]] = {name: [] for name in METHODS}
    with tempfile.TemporaryDirectory() as scratch:
        alike = unhidden_scores(corpus, Path(scratch))  # in all folds
        words = make_features(corpus.texts, "words")
        for seed in seeds:
            fold = draw_folds(len(corpus.rows), seed)
            of_seed = dict(alike)
            for name, settings in SETTINGS.items():
                if name != EMBEDDED or has_embeddings():
                    of_seed[name] = run_hidden(corpus, fold, Path(scratch), settings)
                    print(f"seed {seed}: {name}", file=sys.stderr)
            regressions = [predict_out_of_fold(words, gold, fold, C) for C in TRIED_C]
            found[REGRESSION].append(summarise(regressions, gold, fold))
            for name, scores in of_seed.items():
                found[name].append(summarise([scores[:, scored]], gold, fold))
    found[ANY_VOTE] = [figures._replace(ece=np.nan, log_loss=np.nan) for figures in found[ANY_VOTE]]
    means = {name: Figures(*np.mean(figures, axis=0)) for name, figures in found.items() if figures}
    head = ["", "micro-F1", "macro-F1", "tuned: micro-F1", "macro-F1", "AP", "ECE", "log-loss"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name in METHODS:
        cells = [*map(number, means[name][:-1]), _four(means[name].log_loss)] if name in means else ["not installed"]
        lines.append(f"| {' | '.join([name, *cells])} |")
    report(
        "End models: tags of hidden records",
        f"""Command: `{command("hidden", seeds)}` ({len(corpus.rows):,} records, {FOLDS} folds, seed \
{", ".join(map(str, seeds))}; the run that is
scored on a fold reads null for its tags; {len(scored)} tags with {MIN_USES} or more uses, against tags as authors \
wrote them; at .5, and
*tuned*: at the threshold of {THRESHOLDS[0]:.2f} to {THRESHOLDS[-1]:.2f} with the best micro-F1 on the other folds; \
ECE: {ECE_BINS} bins, cells with
p > {SHOWN}; the regression's C, one of {", ".join(f"{C:g}" for C in TRIED_C)}, is chosen as the threshold is).

"""
        + "\n".join(lines)
        + "\n\n"
        + target_table(list(_targets(means))),
        recorded=seeds == SEEDS,
    )


def unhidden_scores(corpus: Corpus, scratch: Path) -> dict[str, Scores]:
    """Return the scores of methods that learn nothing from given tags, so that none need be hidden."""
    voted = corpus.voted()
    labels = corpus.run([row["tags"] for row in corpus.rows], scratch, given_tags="ignore").labels
    closed = (voted | corpus.above(voted)).astype(np.float64)
    return {ANY_VOTE: closed, IGNORED: corpus.to_scores(labels, "probability")}


def run_hidden(corpus: Corpus, fold: npt.NDArray[np.int64], scratch: Path, settings: dict[str, str]) -> Scores:
    """Return the probability of every cell, from the run in which the tags of its record were null."""
    scores = np.zeros(corpus.positive.shape)
    for hidden in range(FOLDS):
        tags = [None if own == hidden else row["tags"] for own, row in zip(fold, corpus.rows, strict=True)]
        labels = corpus.run(tags, scratch, **settings).labels
        scores[fold == hidden] = corpus.to_scores(labels, "probability")[fold == hidden]
    return scores


def summarise(tried: Sequence[Scores], gold: Cells, fold: npt.NDArray[np.int64]) -> Figures:
    """Return all figures of a method; of several settings each fold takes the one that is best on the other folds."""
    counts = np.array([[_count(scores[fold == k], gold[fold == k]) for k in range(FOLDS)] for scores in tried])
    p, tuned = np.empty(gold.shape), np.empty(gold.shape, dtype=np.bool_)
    for k in range(FOLDS):
        others = counts[:, np.arange(FOLDS) != k].sum(axis=1)  # of shape (settings, thresholds, 3)
        f1 = 2 * others[..., 0] / np.maximum(others[..., 1] + others[..., 2], 1)
        setting, threshold = np.unravel_index(f1.argmax(), f1.shape)
        p[fold == k] = tried[setting][fold == k]
        tuned[fold == k] = p[fold == k] >= THRESHOLDS[threshold]
    at_half = p >= 0.5
    return Figures(
        f1_score(gold, at_half, average="micro"),
        f1_score(gold, at_half, average="macro", zero_division=0),
        f1_score(gold, tuned, average="micro"),
        f1_score(gold, tuned, average="macro", zero_division=0),
        average_precision(p.ravel(), gold.ravel()),
        calibration_error(p[p > SHOWN], gold[p > SHOWN]),
        log_loss(gold.ravel(), np.clip(p.ravel(), CLIP, 1 - CLIP)),
    )


def _count(scores: Scores, gold: Cells) -> npt.NDArray[np.int64]:
    """Return, at each threshold, how many cells are right, said, and given."""
    said = [scores >= threshold for threshold in THRESHOLDS]
    return np.array([[(gold & cells).sum(), cells.sum(), gold.sum()] for cells in said])


def calibration_error(p: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error (Naeini et al., AAAI 2015), in bins of equal width."""
    bins = np.minimum((p * ECE_BINS).astype(int), ECE_BINS - 1)
    gaps = np.bincount(bins, p - right, ECE_BINS)
    return float(np.abs(gaps).sum() / len(p))


def _targets(means: dict[str, Figures]) -> Iterator[Target]:
    """Yield what issue 4 asks for, and how much of it there is."""

    def best(name: str, what: str) -> float | None:
        return max(getattr(means[name], what), getattr(means[name], f"tuned_{what}")) if name in means else None

    yield Target("micro-F1, at either threshold", best(DEFAULT, "micro"), 0.64)
    yield Target("macro-F1, at either threshold", best(DEFAULT, "macro"), 0.53)
    yield Target("ECE", means[DEFAULT].ece, at_most=0.02)
    yield Target("micro-F1, embeddings", best(EMBEDDED, "micro"), 0.665)
    yield Target("macro-F1, embeddings", best(EMBEDDED, "macro"), 0.56)
    yield Target("ECE, embeddings", means[EMBEDDED].ece if EMBEDDED in means else None, at_most=0.02)
    lag = max(means[DEFAULT].micro - means[LINEAR].micro, means[DEFAULT].tuned_micro - means[LINEAR].tuned_micro)
    yield Target("micro-F1 that linear lacks to kernel, at the worse threshold", lag, at_most=0.02)


def _four(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.4f}".removeprefix("0")


# ---- cost ------------------------------------------------------------------------------------------------------


def measure_cost(_seeds: tuple[int, ...]) -> None:
    folder = find_data("madewithml")
    records, tags = folder / "projects.json", folder / "tags.json"
    with tempfile.TemporaryDirectory() as scratch:
        many = Path(scratch) / "many.jsonl"
        write_varied(many, COPIES)
        small = [run_process(records, tags, Path(scratch)) for _ in range(RUNS)]
        beyond = max(run_in_child(records, tags) for _ in range(RUNS))
        large = run_process(many, tags, Path(scratch))
    rows = [
        f"| {n:,} | {run.seconds:.1f} | {run.mib:,.0f} | {', '.join(f'{k} {v:.1f}' for k, v in run.stages.items())} |"
        for n, run in ((2032, sorted(small)[RUNS // 2]), (COPIES, large))
    ]
    models = statistics.median(run.stages["resolving"] + run.stages["auditing"] for run in small)
    targets = [
        Target("2,032 records: seconds of resolving and auditing (median)", models, at_most=6),
        Target("2,032 records: MiB beyond imports (maximum)", beyond, at_most=1024),
        Target(f"{COPIES:,} records: seconds", large.seconds, at_most=300),
        Target(f"{COPIES:,} records: MiB", large.mib, at_most=4096),
    ]
    report(
        "End models: time and memory of a run",
        f"""Command: `{command("cost", SEEDS)}` (the whole process `weaklabel run` with generated labeling
functions, nothing kept of other runs: {RUNS} runs, the median of which is shown, and one on {COPIES:,} records made \
of the data:
words dropped and swapped, a sentence of another record, tags dropped; memory beyond imports is that of a process that
has imported the pipeline and the label model).

| records | seconds | peak MiB | seconds of stages |
|---|---|---|---|
"""
        + "\n".join(rows)
        + "\n\n"
        + target_table(targets),
        recorded=True,
    )


class Cost(NamedTuple):
    """What one process took."""

    seconds: float
    mib: float
    stages: dict[str, float]


def run_process(records: Path, tags: Path, scratch: Path) -> Cost:
    out = scratch / "out"
    command = ["weaklabel", "run", "--records", str(records), "--tags", str(tags), "--out", str(out), "--no-cache"]
    seconds, kib = measure_process([*command, "--quiet"])
    stages = json.loads((out / "run.json").read_text(encoding="utf-8"))["times"]["seconds"]
    return Cost(seconds, kib / 1024, stages)


def run_in_child(records: Path, tags: Path) -> float:
    """Run in a process of its own; return its peak MiB over what it held before."""
    command = [sys.executable, str(Path(__file__)), "--child", str(records), str(tags)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def child(records: str, tags: str) -> None:
    """Run once and print how much memory it took; imports are there before the meter starts."""
    from weaklabel import Project
    from weaklabel.label_models.methods import find_method
    from weaklabel.pipeline import run_pipeline

    settings = Project.of(records, tags).settings
    find_method(settings.label_model)
    before = memory_mib("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew, at what is held now
    run_pipeline(settings)
    print(memory_mib("VmHWM") - before)


def write_varied(path: Path, n: int) -> None:
    """Write n records, each a record of the data with a tenth of its words dropped, two swapped, a sentence of another
    record after them, and four of five of its tags.
    """
    rows = json.loads((find_data("madewithml") / "projects.json").read_text(encoding="utf-8"))
    sentences = [sentence for row in rows for sentence in (row["description"] or "").split(". ") if sentence]
    rng = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        for i in range(n):
            row = rows[rng.integers(len(rows))]
            words = [word for word in (row["description"] or row["title"]).split() if rng.random() > 0.1] or ["nothing"]
            one, other = rng.integers(len(words), size=2)
            words[one], words[other] = words[other], words[one]
            copy = {
                "id": i,
                "title": row["title"],
                "description": f"{' '.join(words)} {sentences[rng.integers(len(sentences))]}",
                "tags": [tag for tag in row["tags"] if rng.random() < 0.8],
            }
            file.write(json.dumps(copy) + "\n")


MEASURES = {"hidden": measure_hidden, "cost": measure_cost}


def command(measure: str, seeds: tuple[int, ...]) -> str:
    shown = f" --seeds {' '.join(map(str, seeds))}" if seeds != SEEDS else ""
    return f"python benchmarks/models.py {measure}{shown}"


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description="Measure label models and end models.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="by default 0; others are only printed")
    given = parser.parse_args()
    for name in given.measures or MEASURES:
        MEASURES[name](tuple(given.seeds))


if __name__ == "__main__":
    sys.exit(main())
