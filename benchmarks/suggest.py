"""Suggested labeling functions on the Made With ML data: learnt on four folds, scored on the fifth.

A fold's tags are null while labeling functions are suggested. All suggestions above the bound are written into an lfs
folder, and the label model (`end_model: none`, `given_tags: ignore`) runs on all texts: what it says of the fold is
scored at 0.5 against the authors' tags, over the tags with five or more uses. The naive peer takes every phrase whose
share of right records among those not covered yet reaches the bound, without shrinkage and without merging.

    python benchmarks/suggest.py [--seeds 0 1 2]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from made_with_ml import FOLDS, MIN_USES, Cells, Corpus, Target, draw_folds, read_corpus, report, target_table

from weaklabel import Project
from weaklabel.inputs import load_inputs
from weaklabel.lf_additions import write_suggestions
from weaklabel.lf_suggestions import Query, SuggestedLF, Suggestions
from weaklabel.pipeline import suggest
from weaklabel.resolution import Observed, resolve
from weaklabel.suggest import Entry, Evidence, list_phrases
from weaklabel.terms import PRESENT
from weaklabel.vote import PhraseMatcher, apply_lfs

SEEDS = (0, 1, 2)  # settings were chosen on others: 10, 11, 12
BOUNDS = (0.5, 0.7)
DEFAULT = 0.7
LEAST_GAIN = 0.03
LEAST_USES = (3, 5)  # of the naive peer's phrases


class Figures(NamedTuple):
    """Of one fold, or of the mean over folds and seeds."""

    tp: float
    predicted: float
    gold: float
    lfs: float
    stated: float
    right_new: float
    new: float


class Method(NamedTuple):
    """Which labeling functions are accepted."""

    name: str
    bound: float
    accept: Callable[[Fold, float], tuple[list[Entry], float]]


class Fold(NamedTuple):
    """One fold held out: the project with its tags null, and what is known of the rest."""

    corpus: Corpus
    project: Project
    hidden: npt.NDArray[np.bool_]
    covered: Cells


def measure(seeds: Sequence[int]) -> None:
    corpus = read_corpus()
    scored = np.flatnonzero(corpus.written.sum(axis=0) >= MIN_USES)
    voted = corpus.voted()
    covered = voted | corpus.above(voted)
    methods = list(_methods())
    found: dict[tuple[str, float], list[Figures]] = {}
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            folds = draw_folds(len(corpus.rows), seed)
            for number in range(FOLDS):
                fold = _hide(corpus, folds == number, covered, Path(scratch))
                for method in methods:
                    begin = time.perf_counter()
                    entries, stated = method.accept(fold, method.bound)
                    if method.name == OURS:
                        seconds.append(time.perf_counter() - begin)
                    figures = _score(fold, entries, stated, scored, Path(scratch))
                    found.setdefault((method.name, method.bound), []).append(figures)
            print(f"seed {seed}", file=sys.stderr)
    _report(found, seeds, len(corpus.rows), len(scored), statistics.median(seconds))


def _hide(corpus: Corpus, hidden: npt.NDArray[np.bool_], covered: Cells, scratch: Path) -> Fold:
    rows = [{**row, "tags": None if out else row["tags"]} for row, out in zip(corpus.rows, hidden, strict=True)]
    (scratch / "records.json").write_text(json.dumps(rows), encoding="utf-8")
    return Fold(corpus, Project.of(str(scratch / "records.json"), str(corpus.tags)), hidden, covered)


# ---- what is accepted ------------------------------------------------------------------------------------------

NONE = "generated labeling functions alone"
OURS = "**suggestions**"
BEGINNINGS = "suggestions, `--beginnings`"


def _methods() -> list[Method]:
    return [
        Method(NONE, 0.0, lambda _fold, _bound: ([], float("nan"))),
        *(Method(OURS, bound, _suggester(Query())) for bound in BOUNDS),
        Method(BEGINNINGS, DEFAULT, _suggester(Query(with_beginnings=True))),
        *(Method(f"naive, {uses} uses or more", DEFAULT, _naive(uses)) for uses in LEAST_USES),
    ]


def _suggester(query: Query) -> Callable[[Fold, float], tuple[list[Entry], float]]:
    def accept(fold: Fold, bound: float) -> tuple[list[Entry], float]:
        found, _ = suggest(fold.project.settings, replace(query, least_precision=bound))
        return [lf.entry for lf in found.lfs], _stated(found)

    return accept


def _stated(found: Suggestions) -> float:
    """Return the precision that suggestions "present" claim, each weighed by the records that it newly reaches."""
    present: list[SuggestedLF] = [lf for lf in found.lfs if lf.suggestion.polarity == PRESENT]
    weights = [len(lf.suggestion.changed) for lf in present]
    return float(np.average([lf.suggestion.precision for lf in present], weights=weights)) if present else float("nan")


def _naive(least_uses: int) -> Callable[[Fold, float], tuple[list[Entry], float]]:
    def accept(fold: Fold, bound: float) -> tuple[list[Entry], float]:
        records = fold.corpus.inputs.records
        texts = [records.texts[name] for name in records.fields]
        phrases = list_phrases([text for field in texts for text in field])
        fires = sum(PhraseMatcher(phrases).matches(field) for field in texts).astype(bool)[~fold.hidden]
        still_open = ~fold.covered[~fold.hidden]
        fired = fires.T.astype(float) @ still_open.astype(float)
        right = fires.T.astype(float) @ (still_open & fold.corpus.positive[~fold.hidden]).astype(float)
        taken = (right >= least_uses) & (right >= bound * fired)
        names = fold.corpus.names
        entries = [
            Entry(f"naive:{i}", "", names[tag], PRESENT, Evidence("keywords", phrases[phrase]))
            for i, (phrase, tag) in enumerate(np.argwhere(taken))
        ]
        return entries, float(right[taken].sum() / max(1, fired[taken].sum()))

    return accept


# ---- what they are worth ---------------------------------------------------------------------------------------


def _score(fold: Fold, entries: list[Entry], stated: float, scored: npt.NDArray[np.intp], scratch: Path) -> Figures:
    corpus = fold.corpus
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        write_suggestions(Path(folder) / "suggested.yaml", entries, corpus.inputs)
        said = _resolve(corpus, Path(folder))[fold.hidden]
    predicted, gold = said[:, scored], corpus.written[np.ix_(fold.hidden, scored)]
    new = predicted & ~fold.covered[np.ix_(fold.hidden, scored)]
    counts = ((predicted & gold).sum(), predicted.sum(), gold.sum(), len(entries))
    return Figures(*counts, stated, (new & gold).sum(), new.sum())


def _resolve(corpus: Corpus, lfs: Path) -> Cells:
    """Return which cells the label model says are present, closed over the tag graph; no given tag is known to it."""
    settings = Project.of(
        str(corpus.tags.with_name("projects.json")), str(corpus.tags), lfs=lfs, end_model="none", given_tags="ignore"
    ).settings
    inputs = load_inputs(settings)
    cast = apply_lfs(inputs.lfs, inputs.records, inputs.vocabulary)
    observed = Observed.of(settings, inputs, cast, [None] * len(inputs.records))
    cells = resolve(settings, observed).cells
    likely = cells.probability >= 0.5
    said = np.zeros(corpus.positive.shape, dtype=np.bool_)
    said[cells.record[likely], cells.tag[likely]] = True
    return said


def _report(
    found: dict[tuple[str, float], list[Figures]], seeds: Sequence[int], n_records: int, n_tags: int, seconds: float
) -> None:
    baseline = _micro(found[NONE, 0.0])
    head = ["", "bound", "LFs", "micro-F1", "gain", "precision", "recall", "new cells: stated", "held out"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for (name, bound), folds in found.items():
        tp, predicted, gold, right_new, new = (sum(getattr(f, key) for f in folds) for key in _SUMMED)
        stated = np.nanmean([f.stated for f in folds]) if name != NONE else np.nan
        cells = [name, f"{bound:g}" if bound else "", f"{np.mean([f.lfs for f in folds]):.0f}", f"{_micro(folds):.4f}"]
        cells += [f"{_micro(folds) - baseline:+.4f}", f"{tp / predicted:.3f}", f"{tp / gold:.3f}"]
        cells += [f"{stated:.3f}" if new else "", f"{right_new / new:.3f}" if new else ""]
        lines.append(f"| {' | '.join(cells)} |")
    gain = _micro(found[OURS, DEFAULT]) - baseline
    target = Target(f"gain in micro-F1, suggestions above {DEFAULT:g}", gain, at_least=LEAST_GAIN)
    listed = " ".join(map(str, seeds))
    option = "" if tuple(seeds) == SEEDS else f" --seeds {listed}"
    body = f"""Command: `python benchmarks/suggest.py{option}` ({n_records:,} records, {FOLDS} folds, seeds {listed}; \
learnt on four folds,
all suggestions above the bound accepted; the label model alone, from texts alone, at 0.5; {n_tags} tags with \
{MIN_USES} or more uses;
*new cells*: said present, and by no generated labeling function: the precision that is stated, and that in the fold
held out). One call of `suggest` takes {seconds:.1f} s (median).

{chr(10).join(lines)}

{target_table([target])}"""
    report("Suggested labeling functions", body, recorded=tuple(seeds) == SEEDS)


_SUMMED = ("tp", "predicted", "gold", "right_new", "new")


def _micro(folds: Sequence[Figures]) -> float:
    tp, predicted, gold = (sum(getattr(f, key) for f in folds) for key in ("tp", "predicted", "gold"))
    return 2 * tp / (predicted + gold)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    measure(parser.parse_args().seeds)


if __name__ == "__main__":
    main()
