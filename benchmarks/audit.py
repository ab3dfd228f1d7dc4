"""The audit beside its peers: mislabels are planted among real ones, and whatever ranks cells has to find them.

Of the tags that authors gave, a tenth is dropped, and as many are added that are wrong:

    marginal   a wrong tag is drawn in proportion to its uses
    uniform    every tag that is used is drawn alike
    closed     as marginal, but tags keep their ancestors: a tag is dropped with those below it, added with those above
    leaves     as closed, but a tag is dropped only where none below it is given

Real mislabels count as errors of whatever finds them, for all alike; `limits` says how much that is. `calibration` is
about the example project, where gold tags are known. `choose-marginal` and so on try cleanlab's settings; the best are
BEST below.

    python benchmarks/audit.py [marginal] [uniform] [closed] [leaves] [limits] [calibration] [choose-marginal …]
        [--seeds 0 1 2]

cleanlab is not among the project's dependencies (`pip install cleanlab==2.9.0`); its rows are empty without it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from data import ROOT
from made_with_ml import (
    MODEL,
    Cells,
    Corpus,
    Features,
    Scores,
    Target,
    average_precision,
    draw_folds,
    has_embeddings,
    make_features,
    number,
    precision_at,
    predict_out_of_fold,
    read_corpus,
    report,
    target_table,
)

from weaklabel import Project
from weaklabel.inputs import load_inputs
from weaklabel.terms import GoldRecord

SEEDS, DEVELOPMENT = (0, 1, 2), (10, 11, 12)
SHARE = 0.1
TOP = 100
BINS = 5
SUSPECTED = 0.5
RULE, DEFAULT, EMBEDDED = "alias rule, with graph", "**weaklabel run**", "**weaklabel run**, embeddings"


# ---- noise -----------------------------------------------------------------------------------------------------


class Noise(NamedTuple):
    """A copy of the given tags with planted mislabels."""

    tags: list[list[str]]
    given: Cells
    dropped: Cells
    added: Cells


def plant(corpus: Corpus, variant: str, seed: int) -> Noise:
    """Drop a tenth of the given tags and add as many wrong ones; nothing is added where it was given before."""
    rng = np.random.default_rng(seed)
    before, names = corpus.positive, corpus.names
    dropped, added = np.zeros_like(before), np.zeros_like(before)
    above = corpus.above(np.eye(len(names), dtype=np.bool_))  # [tag, tag above it]
    cells = np.argwhere(before)
    wanted = round(SHARE * len(cells))
    for record, tag in cells[rng.permutation(len(cells))]:
        if dropped.sum() >= wanted:
            break
        below = before[record] & ~dropped[record] & above[:, tag]
        if variant == "leaves" and below.any():
            continue
        dropped[record, tag] = True
        if variant == "closed":
            dropped[record] |= below
    uses = before.sum(axis=0)
    weight = (uses > 0) / (uses > 0).sum() if variant == "uniform" else uses / uses.sum()
    while added.sum() < wanted:
        record, tag = rng.integers(len(before)), rng.choice(len(names), p=weight)
        if not before[record, tag]:
            added[record, tag] = True
            if variant in {"closed", "leaves"}:
                added[record] |= above[tag] & ~before[record]
    tags = [_change(corpus, i, dropped[i], added[i]) for i in range(len(before))]
    return Noise(tags, (before & ~dropped) | added, dropped, added)


def _change(corpus: Corpus, record: int, dropped: npt.NDArray[np.bool_], added: npt.NDArray[np.bool_]) -> list[str]:
    """Return a record's spellings without any that stands for a dropped tag, and with the names of added ones."""
    index, names = corpus.inputs.vocabulary.index, corpus.names
    kept = [tag for tag in corpus.given[record] or () if not (tag.match and dropped[index[tag.match.tag]])]
    return [*(tag.spelling for tag in kept), *(names[tag] for tag in np.flatnonzero(added))]


# ---- what ranks cells ------------------------------------------------------------------------------------------


class Suspicion(NamedTuple):
    """How suspicious each cell is: as one whose tag was left out, and as one whose tag is wrong."""

    missing: Scores
    unsupported: Scores


def suspect_by_rule(noise: Noise, corpus: Corpus, voted: Cells) -> Suspicion:
    """Suspect what the graph or the text calls for, and what neither does."""
    called_for = 1.0 * corpus.above(noise.given) + 0.5 * (voted | corpus.above(voted))
    return Suspicion(called_for, -called_for)


def suspect_by_run(noise: Noise, corpus: Corpus, scratch: Path, embeddings: str | None) -> Suspicion:
    """Suspect what the findings name; who adds a missing tag adds the tags above it."""
    findings = corpus.run(noise.tags, scratch, embeddings=embeddings).findings
    kind = findings["kind"]
    return Suspicion(
        corpus.close(corpus.to_scores(findings[kind.isin(["missing", "missing_parent"])], "score")),
        corpus.to_scores(findings[kind == "unsupported"], "score"),
    )


# ---- cleanlab --------------------------------------------------------------------------------------------------


class Setting(NamedTuple):
    """What cleanlab ranks by."""

    features: Features
    C: float
    score: str


SCORES = {  # cleanlab's third, the normalized margin, orders two classes as self-confidence does
    "self-confidence": {"method": "self_confidence"},
    "self-confidence, adjusted": {"method": "self_confidence", "adjust_pred_probs": True},
    "entropy": {"method": "confidence_weighted_entropy"},
}
ISSUES_FIRST = ", issues first"
TRIED: dict[str, tuple[Features, ...]] = {
    "cleanlab, TF-IDF": ("words", "words and letters"),
    "cleanlab, embeddings": ("embeddings",),
    "cleanlab, TF-IDF and embeddings": ("words and embeddings",),
}
TRIED_C = (0.1, 1.0, 10.0, 100.0, 1000.0)
BEST: dict[str, dict[str, tuple[Setting, Setting]]] = {
    "marginal": {
        "cleanlab, TF-IDF": (
            Setting("words and letters", 10, "self-confidence"),
            Setting("words and letters", 1, "self-confidence, adjusted, issues first"),
        ),
        "cleanlab, embeddings": (
            Setting("embeddings", 10, "self-confidence"),
            Setting("embeddings", 10, "self-confidence, issues first"),
        ),
        "cleanlab, TF-IDF and embeddings": (
            Setting("words and embeddings", 10, "self-confidence, issues first"),
            Setting("words and embeddings", 100, "self-confidence, issues first"),
        ),
    },
    "uniform": {
        "cleanlab, TF-IDF": (
            Setting("words and letters", 10, "self-confidence"),
            Setting("words and letters", 10, "self-confidence"),
        ),
        "cleanlab, embeddings": (
            Setting("embeddings", 10, "self-confidence"),
            Setting("embeddings", 10, "self-confidence"),
        ),
        "cleanlab, TF-IDF and embeddings": (
            Setting("words and embeddings", 10, "self-confidence, issues first"),
            Setting("words and embeddings", 10, "self-confidence"),
        ),
    },
    "closed": {
        "cleanlab, TF-IDF": (
            Setting("words and letters", 10, "self-confidence"),
            Setting("words and letters", 1, "self-confidence, adjusted, issues first"),
        ),
        "cleanlab, embeddings": (
            Setting("embeddings", 10, "self-confidence"),
            Setting("embeddings", 1, "self-confidence, adjusted, issues first"),
        ),
        "cleanlab, TF-IDF and embeddings": (
            Setting("words and embeddings", 10, "self-confidence, issues first"),
            Setting("words and embeddings", 100, "self-confidence, issues first"),
        ),
    },
    "leaves": {
        "cleanlab, TF-IDF": (
            Setting("words and letters", 10, "self-confidence"),
            Setting("words and letters", 1, "self-confidence, adjusted, issues first"),
        ),
        "cleanlab, embeddings": (
            Setting("embeddings", 10, "self-confidence, issues first"),
            Setting("embeddings", 10, "self-confidence, issues first"),
        ),
        "cleanlab, TF-IDF and embeddings": (
            Setting("words and embeddings", 10, "self-confidence, issues first"),
            Setting("words and embeddings", 100, "self-confidence, issues first"),
        ),
    },
}
"""For each kind of noise, of each group of settings the best for missing, and for unsupported: by `choose-…`, on the
development seeds."""


def cleanlab_scores(noise: Noise, P: Scores) -> Iterator[tuple[str, Scores]]:
    """Yield every way in which cleanlab ranks cells, the most suspicious highest.

    Its issues first: what `find_label_issues` returns for each class comes before everything else.
    """
    from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class
    from cleanlab.multilabel_classification.rank import get_label_quality_scores_per_class

    used = np.flatnonzero(noise.given.any(axis=0))
    labels, probabilities = [list(np.flatnonzero(row)) for row in noise.given[:, used]], P[:, used]
    issues = find_multilabel_issues_per_class(labels, probabilities, n_jobs=1)
    for name, options in SCORES.items():
        quality = get_label_quality_scores_per_class(labels, probabilities, **options)
        for suffix, first in (("", 0), (ISSUES_FIRST, issues)):
            scores = np.zeros(P.shape)
            scores[:, used] = 1 - quality + 2 * first
            yield name + suffix, scores


class Peer:
    """cleanlab on logistic regression; features are made once, probabilities once for each copy of the tags."""

    def __init__(self, corpus: Corpus) -> None:
        self._features = cache(lambda kind: make_features(corpus.texts, kind))

    def predictor(self, noise: Noise, seed: int) -> Callable[[Features, float], Scores]:
        fold = draw_folds(len(noise.tags), seed)
        return cache(lambda kind, C: predict_out_of_fold(self._features(kind), noise.given, fold, C))


def suspect_by_cleanlab(
    noise: Noise, settings: tuple[Setting, Setting], predict: Callable[[Features, float], Scores]
) -> Suspicion:
    """Rank by the settings that are best for missing, and for unsupported."""
    return Suspicion(*(dict(cleanlab_scores(noise, predict(s.features, s.C)))[s.score] for s in settings))


def is_installed(group: str) -> bool:
    return find_spec("cleanlab") is not None and ("embeddings" not in group or has_embeddings())


def choose(variant: str, seeds: tuple[int, ...]) -> None:
    """Try every setting of cleanlab on one kind of noise."""
    corpus = read_corpus()
    peer = Peer(corpus)
    found: dict[str, dict[Setting, list[tuple[float, float]]]] = {group: defaultdict(list) for group in TRIED}
    for seed in seeds:
        noise = plant(corpus, variant, seed)
        for group, kinds in TRIED.items():
            for features, C in product(kinds if is_installed(group) else (), TRIED_C):
                P = peer.predictor(noise, seed)(features, C)
                print(f"seed {seed}: {features}, C {C:g}", file=sys.stderr)
                for score, scores in cleanlab_scores(noise, P):
                    missing = average_precision(scores[~noise.given], noise.dropped[~noise.given])
                    unsupported = average_precision(scores[noise.given], noise.added[noise.given])
                    found[group][Setting(features, C, score)].append((missing, unsupported))
    lines = ["| | features | C | score | missing: AP | unsupported: AP |", "|---|---|---|---|---|---|"]
    for group, tried in found.items():
        means = {setting: np.mean(values, axis=0) for setting, values in tried.items()}
        best = [max(means, key=lambda setting: means[setting][what], default=None) for what in (0, 1)]
        for setting, mean in means.items():
            cells = [f"**{number(v)}**" if setting == top else number(v) for v, top in zip(mean, best, strict=True)]
            lines.append(f"| {group} | {setting.features} | {setting.C:g} | {setting.score} | {' | '.join(cells)} |")
    report(
        f"cleanlab's settings, {VARIANTS[variant]}",
        f"Command: `{command(f'choose-{variant}', seeds)}`.\n\n" + "\n".join(lines),
        recorded=False,
    )


# ---- the comparison --------------------------------------------------------------------------------------------


class Quality(NamedTuple):
    """How good a ranking is, in the order of its columns."""

    missing_ap: float
    missing_top: float
    unsupported_ap: float
    unsupported_top: float


def rate(suspicion: Suspicion, noise: Noise) -> Quality:
    left_out, wrong = noise.dropped[~noise.given], noise.added[noise.given]
    missing, unsupported = suspicion.missing[~noise.given], suspicion.unsupported[noise.given]
    return Quality(
        average_precision(missing, left_out),
        precision_at(TOP, missing, left_out),
        average_precision(unsupported, wrong),
        precision_at(TOP, unsupported, wrong),
    )


def compare(variant: str, seeds: tuple[int, ...]) -> None:
    corpus = read_corpus()
    voted, peer = corpus.voted(), Peer(corpus)
    found: dict[str, list[Quality]] = {name: [] for name in (RULE, *TRIED, DEFAULT, EMBEDDED)}
    dropped = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            noise = plant(corpus, variant, seed)
            dropped.append((int(noise.dropped.sum()), int(noise.added.sum())))
            predict = peer.predictor(noise, seed)
            found[RULE].append(rate(suspect_by_rule(noise, corpus, voted), noise))
            for group, settings in BEST[variant].items():
                if is_installed(group):
                    found[group].append(rate(suspect_by_cleanlab(noise, settings, predict), noise))
            found[DEFAULT].append(rate(suspect_by_run(noise, corpus, Path(scratch), None), noise))
            if has_embeddings():
                found[EMBEDDED].append(rate(suspect_by_run(noise, corpus, Path(scratch), MODEL), noise))
    head = ["", "missing: AP", f"P@{TOP}", "unsupported: AP", f"P@{TOP}"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [f"| {name} | {_row(qualities)} |" for name, qualities in found.items()]
    means = {name: Quality(*np.mean(qualities, axis=0)) for name, qualities in found.items() if qualities}
    counts = "; ".join(f"{gone} dropped, {new} added" for gone, new in dict.fromkeys(dropped))
    report(
        f"Audit: planted mislabels, {VARIANTS[variant]}",
        f"Command: `{command(variant, seeds)}` ({len(corpus.rows):,} records, {corpus.positive.sum():,} given tags: "
        f"{counts};\nmean over seeds {', '.join(map(str, seeds))}, and the range of AP; missing is ranked among all "
        "cells not given, unsupported\namong all given; cleanlab has the settings that are best on other seeds of this "
        "noise).\n\n" + "\n".join(lines) + "\n\n" + target_table(list(_targets(variant, means))),
        recorded=seeds == SEEDS,
    )


def _row(qualities: list[Quality]) -> str:
    if not qualities:
        return "not installed | | | "
    cells = []
    for name, values in zip(Quality._fields, np.transpose(qualities), strict=True):
        spread = f" ({number(values.min())} to {number(values.max())})" if name.endswith("ap") else ""
        cells.append(f"{number(values.mean())}{spread}")
    return " | ".join(cells)


def _targets(variant: str, means: dict[str, Quality]) -> Iterator[Target]:
    """Yield what issue 4 asks for, and how much of it there is."""
    run, embedded = means[DEFAULT], means.get(EMBEDDED)
    if variant == "marginal":
        yield Target("missing: AP", run.missing_ap, 0.45)
        yield Target("unsupported: AP", run.unsupported_ap, 0.58)
        yield Target("missing: AP, embeddings", embedded and embedded.missing_ap, 0.47)
        yield Target("unsupported: AP, embeddings", embedded and embedded.unsupported_ap, 0.65)
        best = means.get("cleanlab, TF-IDF")
        yield Target("missing: AP, × cleanlab on TF-IDF", best and run.missing_ap / best.missing_ap, 1.9)
    elif variant == "uniform":
        yield Target("unsupported: AP", run.unsupported_ap, 0.58)
    else:
        yield Target("missing: AP", run.missing_ap, 0.40)
    for group in TRIED:
        own, peer = embedded if "embeddings" in group else run, means.get(group)
        where = f"× {group}" + (", both with embeddings" if "embeddings" in group else "")
        for what in ("missing", "unsupported"):
            ratio = getattr(own, f"{what}_ap") / getattr(peer, f"{what}_ap") if own and peer else None
            yield Target(f"{what}: AP, {where}", ratio, 1.0)


# ---- calibration -----------------------------------------------------------------------------------------------


def calibrate() -> None:
    """Compare scores with the share of findings that gold tags confirm, on the example project."""
    project = Project.load(ROOT)
    gold, findings = load_inputs(project.settings).gold, project.run(cache=None).findings
    ids = load_inputs(project.settings).records.ids
    of_id = {record_id: gold[i] for i, record_id in enumerate(ids) if i in gold}
    findings = findings[findings["record_id"].isin(list(of_id))]
    findings = findings.assign(
        right=[is_right(row, of_id[row.record_id]) for row in findings.itertuples()],
        bin=np.minimum((findings["score"] * BINS).astype(int), BINS - 1),
    )
    edges = [f"{number(i / BINS)[:2] if i else '0'} to {number((i + 1) / BINS)[:2]}" for i in range(BINS)]
    lines = [f"| kind | {' | '.join(edges)} | error |", "|---" * (BINS + 2) + "|"]
    for kind, own in [*findings.groupby("kind"), ("all", findings)]:
        bins = own.groupby("bin").agg(n=("score", "size"), score=("score", "mean"), right=("right", "mean"))
        cells = [
            f"{number(bins.score[i])} → {number(bins.right[i])} ({bins.n[i]:,})" if i in bins.index else ""
            for i in range(BINS)
        ]
        error = float((bins.n * (bins.score - bins.right).abs()).sum() / bins.n.sum())
        lines.append(f"| {kind} | {' | '.join(cells)} | {number(error)} |")
    report(
        "Audit: calibration of scores",
        "Command: `python benchmarks/audit.py calibration` (the example project; findings by score: mean score → the\n"
        "share that gold tags confirm (findings); *error* is the mean difference of the two, weighted by findings).\n\n"
        + "\n".join(lines),
        recorded=True,
    )


# ---- what is in reach ------------------------------------------------------------------------------------------


def measure_limits(seeds: tuple[int, ...]) -> None:
    """Say what holds the AP of missing tags down: tags that are really missing, and noise in what is learnt from.

    A run on the tags as they were, of which nothing was dropped, names tags that it thinks missing; they count as
    errors wherever they are found. And its probabilities, learnt without any planted noise, rank the dropped tags too.
    """
    corpus = read_corpus()
    lines = [
        "| noise | | AP | without what was suspected before | by probabilities learnt without noise |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as scratch:
        for name, model in ((DEFAULT, None), (EMBEDDED, MODEL)) if has_embeddings() else ((DEFAULT, None),):
            before = corpus.run([row["tags"] for row in corpus.rows], Path(scratch), embeddings=model)
            missing = before.findings[before.findings["kind"].isin(["missing", "missing_parent"])]
            real = corpus.to_scores(missing[missing["score"] > SUSPECTED], "score") > 0
            learnt = corpus.to_scores(before.labels, "probability")
            for variant in ("marginal", "closed"):
                found = []
                for seed in seeds:
                    noise = plant(corpus, variant, seed)
                    suspicion = suspect_by_run(noise, corpus, Path(scratch), model)
                    cells = [(suspicion.missing, ~noise.given), (suspicion.missing, ~noise.given & ~real)]
                    cells.append((learnt, ~noise.given))
                    found.append([average_precision(scores[at], noise.dropped[at]) for scores, at in cells])
                lines.append(f"| {variant} | {name} | {' | '.join(map(number, np.mean(found, axis=0)))} |")
    report(
        "Audit: what holds missing tags down",
        f"Command: `{command('limits', seeds)}` (mean over seeds {', '.join(map(str, seeds))}; *without what was "
        f"suspected before*: less the cells\nof which a run on the tags as they were says that they are missing, with "
        f"a score above {SUSPECTED:g}; *learnt without noise*:\nby the probabilities of that run, where each cell's is "
        "learnt from all others as they were).\n\n" + "\n".join(lines),
        recorded=seeds == SEEDS,
    )


def is_right(finding: tuple, gold: GoldRecord) -> bool:
    """Say whether gold tags confirm a finding: by the right tags, or for spellings by what was planted."""
    if finding.kind in {"missing", "missing_parent"}:
        return finding.tag in gold.tags
    if finding.kind == "unsupported":
        return finding.tag not in gold.tags
    own = (finding.kind, finding.tag if isinstance(finding.tag, str) else None, finding.given)
    return own in {(planted.kind, planted.tag, planted.given) for planted in gold.planted}


VARIANTS = {
    "marginal": "tags drawn from the marginal",
    "uniform": "tags drawn uniformly",
    "closed": "noise that respects closure, tags dropped with those below",
    "leaves": "noise that respects closure, only the lowest tags dropped",
}
CHOICES = {f"choose-{variant}": variant for variant in VARIANTS}


def command(measure: str, seeds: tuple[int, ...]) -> str:
    return f"python benchmarks/audit.py {measure}" + (f" --seeds {' '.join(map(str, seeds))}" if seeds != SEEDS else "")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the audit.")
    measures = [*VARIANTS, "limits", "calibration"]
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join([*measures, *CHOICES]))
    parser.add_argument("--seeds", type=int, nargs="+", help="by default 0 1 2; others are only printed")
    given = parser.parse_args()
    warnings.filterwarnings("ignore", module="cleanlab")  # of tags with few uses
    seeds = tuple(given.seeds) if given.seeds else None
    for name in given.measures or measures:
        if name in CHOICES:
            choose(CHOICES[name], seeds or DEVELOPMENT)
        elif name == "calibration":
            calibrate()
        elif name == "limits":
            measure_limits(seeds or SEEDS)
        elif name in VARIANTS:
            compare(name, seeds or SEEDS)
        else:
            parser.error(f"there is no measure {name!r}")


if __name__ == "__main__":
    sys.exit(main())
