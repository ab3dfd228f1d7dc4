"""Discovery of slices: planted weak slices, errors that have nothing to do with features, and time.

    python benchmarks/slices.py planted [--seeds 0 1 …] [--least .005 .01] [--peers]
    python benchmarks/slices.py null [--runs 200]
    python benchmarks/slices.py time

Planted: each record has an error, drawn without regard to its features. On the records of one slice, which holds 1 to
5 % of them, each error becomes 1 with the probability that raises their mean by 30 points; errors are drawn anew until
the slice's mean lies 28 to 32 points above that of the other records. The slice is one tag; or what two conditions of
different kinds have in common, each of which alone holds on twice as many records or more; or a range of a column or of
lengths whose bounds are drawn from all values (they need not be those that the search tries), or a cluster of texts. It
is found where one of the first three slices has a Jaccard index of .5 or more with it.
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
from data import find_data, record_result
from scipy.sparse import csc_array
from scipy.stats import ttest_ind
from sklearn.tree import DecisionTreeRegressor

from weaklabel import Project
from weaklabel.discovery import (
    Column,
    Literal,
    Literals,
    Options,
    cluster_literals,
    discover_slices,
    metadata_literals,
    tag_literals,
    vote_literals,
    word_literals,
)
from weaklabel.discovery.discover import jaccard
from weaklabel.pipeline import explain
from weaklabel.slice_discovery import describe_records, errors_of_run

SEEDS = tuple(range(10))  # settings were chosen on others: 10 to 19
KINDS = ("a tag", "two conditions", "a range or cluster")
RAISE, TOLERANCE = 0.3, 0.02
LEAST, GREATEST = 0.01, 0.05
FIRST = 3
SAME = 0.5
SYNTHETIC = 10_000
SLICELINE_COLUMNS = 33  # 3 ** 34 > 2 ** 53: its numbers of conjunctions are no longer exact

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Records to plant slices in.

    Attributes
    ----------
    literals
        What the search may use.
    numbers
        Columns of numbers, by name, that ranges are drawn from.
    errors
        What errors are drawn from.
    """

    name: str
    literals: Literals
    numbers: dict[str, Floats]
    errors: Floats


@cache
def synthetic() -> Base:
    """Records of 20 topics with 200 tags, labeling functions that read them imperfectly, and four columns."""
    rng, n, n_topics, n_tags = np.random.default_rng(2024), SYNTHETIC, 20, 200
    topic = rng.choice(n_topics, n, p=_falling(n_topics))
    likely = rng.permuted(np.tile(_falling(n_tags), (n_topics, 1)), axis=1) * 2.5 + _falling(n_tags) * 2.5
    tags = csc_array(rng.random((n, n_tags)) < np.minimum(likely[topic], 0.9), dtype=float)
    reads = (tags.toarray() * (rng.random((n, n_tags)) < 0.6)) + (rng.random((n, n_tags)) < 0.002)
    names = [f"t{i}" for i in range(n_tags)]
    everywhere = np.ones(n, dtype=bool)
    words = np.floor(rng.lognormal(3.2, 0.6, n))
    stars = np.round(rng.lognormal(4, 1.5, n), 1)
    days = np.floor(rng.beta(2, 1.2, n) * 1_500)
    source = rng.choice(8, n, p=_falling(8))
    dates = (np.datetime64("2019-01-01") + days.astype("timedelta64[D]")).tolist()
    columns = [
        *tag_literals("given", tags, names, everywhere),
        *vote_literals(csc_array(reads), [f"lf {name}" for name in names], rng.random(n) < 0.04),
        *metadata_literals("stars", stars.tolist()),
        *metadata_literals("created", dates),
        *metadata_literals("source", [f"source {i}" for i in source]),
        *word_literals(words),
        *cluster_literals(topic, [f"topic {i}" for i in range(n_topics)], n_topics),
    ]
    errors = rng.choice([0, 0.2, 1 / 3, 0.5, 2 / 3, 1], n, p=[0.45, 0.15, 0.15, 0.12, 0.08, 0.05])
    return Base("synthetic", Literals.of(columns, n), {"stars": stars, "created": days, "words": words}, errors)


def _falling(n: int) -> Floats:
    weights = 1 / np.arange(1, n + 1) ** 0.8
    return weights / weights.sum()


@cache
def made_with_ml() -> Base:
    """The features of a run, and the errors of its own models."""
    folder = find_data("madewithml")
    run = explain(Project.of(str(folder / "projects.json"), str(folder / "tags.json")).settings)
    records = run.inputs.records
    moments = records.frame["created_on"].astype("datetime64[s]").to_numpy().astype(np.int64)
    texts = ["\n".join(parts) for parts in zip(*records.texts.values(), strict=True)]
    numbers = {"created_on": moments.astype(float), "words": np.array([len(text.split()) for text in texts], float)}
    return Base("Made With ML", describe_records(run), numbers, errors_of_run(run))


# ---- planting ----------------------------------------------------------------------------------------------------


def plant(base: Base, kind: str, seed: int) -> tuple[Flags, Floats]:
    """Return the members of a planted slice, and all errors."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    members = _PLANTS[kind](base, rng, rng.uniform(LEAST, GREATEST))
    while True:
        errors = rng.permutation(base.errors)
        fails = rng.random(len(errors)) < RAISE / (1 - base.errors.mean())
        errors[members & fails] = 1.0
        if abs(errors[members].mean() - errors[~members].mean() - RAISE) < TOLERANCE:
            return members, errors


def _tag(base: Base, rng: np.random.Generator, share: float) -> Flags:
    tags = [i for i, literal in enumerate(base.literals.items) if literal.kind == "given" and "given" in literal.where]
    sizes = np.asarray(base.literals.held.sum(axis=0)).ravel()[tags] / base.literals.held.shape[0]
    near = np.argsort(np.abs(sizes - share))[:3]
    return base.literals.members([tags[rng.choice(near)]])


def _conjunction(base: Base, rng: np.random.Generator, share: float) -> Flags:
    sizes = np.asarray(base.literals.held.sum(axis=0)).ravel() / base.literals.held.shape[0]
    wide = np.flatnonzero((sizes >= 2 * share) & (sizes < 0.7))
    while True:
        pair = rng.choice(wide, 2, replace=False).tolist()
        members = base.literals.members(pair)
        kinds = {base.literals.items[i].kind for i in pair}
        if len(kinds) == 2 and abs(members.mean() - share) < 0.2 * share and all(sizes[pair] >= 2 * members.mean()):
            return members


def _range(base: Base, rng: np.random.Generator, share: float) -> Flags:
    name = rng.choice([*base.numbers, "cluster"])
    if name == "cluster":
        clusters = [i for i, literal in enumerate(base.literals.items) if literal.kind == "cluster"]
        sizes = np.asarray(base.literals.held.sum(axis=0)).ravel()[clusters] / base.literals.held.shape[0]
        fitting = [i for i, size in zip(clusters, sizes, strict=True) if LEAST <= size <= GREATEST]
        return base.literals.members([rng.choice(fitting)])
    values, members = base.numbers[name], np.zeros(len(base.errors), dtype=bool)
    while not LEAST <= members.mean() <= GREATEST:
        low = rng.uniform(0, 1 - share)
        first, last = np.quantile(values, [low, low + share])
        members = (values >= first) & (values <= last)
    return members


_PLANTS: dict[str, Callable[[Base, np.random.Generator, float], Flags]] = dict(
    zip(KINDS, (_tag, _conjunction, _range), strict=True)
)


# ---- methods -----------------------------------------------------------------------------------------------------

Method = Callable[[Base, Floats], list[Flags]]


def ours(options: Options) -> Method:
    def find(base: Base, errors: Floats) -> list[Flags]:
        return [weak.members for weak in discover_slices(base.literals, errors, options).slices]

    return find


def ours_from(least_share: float, options: Options) -> Method:
    def find(base: Base, errors: Floats) -> list[Flags]:
        return ours(replace(options, least_records=math.ceil(least_share * len(errors))))(base, errors)

    return find


def decision_tree(depth: int, least: float = 0.01) -> Method:
    """The leaves of a regression tree on sets as they are and numbers as they are, the worst (by Welch's t) first."""

    def find(base: Base, errors: Floats) -> list[Flags]:
        sets = [i for i, item in enumerate(base.literals.items) if item.kind not in {"words", "metadata"}]
        X = np.column_stack([base.literals.held[:, sets].toarray(), *base.numbers.values()])
        tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=math.ceil(least * len(errors)), random_state=0)
        leaf = tree.fit(X, errors).apply(X)
        leaves = [leaf == i for i in np.unique(leaf)]
        return sorted(leaves, key=lambda inside: -ttest_ind(errors[inside], errors[~inside], equal_var=False)[0])

    return find


def sliceline(alpha: float) -> Method:
    """The package, with the literals that it ranks best alone, and as many as its numbers of conjunctions allow."""
    from sliceline.slicefinder import Slicefinder

    def find(base: Base, errors: Floats) -> list[Flags]:
        least = math.ceil(0.01 * len(errors))
        held = base.literals.held
        sizes, sums = np.asarray(held.sum(axis=0)).ravel(), errors @ held
        worse = sums / np.maximum(sizes, 1) - errors.mean()
        z = np.where((sizes >= least) & (sizes <= len(errors) / 2), worse * np.sqrt(sizes), -np.inf)
        columns = np.argsort(-z, kind="stable")[:SLICELINE_COLUMNS]
        X = held[:, columns].toarray().astype(int)
        finder = Slicefinder(alpha=alpha, k=FIRST, max_l=2, min_sup=least, verbose=False).fit(X, errors)
        rows = [{i: v for i, v in enumerate(row) if v is not None} for row in finder.top_slices_]
        return [np.all([X[:, i] == v for i, v in row.items()], axis=0) for row in rows]

    return find


def is_found(found: Sequence[Flags], members: Flags) -> bool:
    return any(jaccard(each, members) >= SAME for each in found[:FIRST])


# ---- what is measured --------------------------------------------------------------------------------------------


def count_found(methods: dict[str, Method], seeds: Sequence[int]) -> str:
    lines = ["| records | planted | " + " | ".join(methods) + " |", "|---|---|" + "---|" * len(methods)]
    for base, kind in product((synthetic(), made_with_ml()), KINDS):
        cells = []
        for method in methods.values():
            begin = time.process_time()
            found = []
            for seed in seeds:
                members, errors = plant(base, kind, seed)
                found.append(is_found(method(base, errors), members))
            seconds = (time.process_time() - begin) / len(seeds)
            cells.append(f"{sum(found)}/{len(found)} ({seconds:.1f} s)")
            print(base.name, kind, cells[-1], [s for s, f in zip(seeds, found, strict=True) if not f], flush=True)
        lines.append(f"| {base.name} | {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def planted(seeds: Sequence[int], *, choosing: bool) -> None:
    significant, ranked = Options(limit=FIRST), Options(limit=FIRST, significance=1.0)
    if choosing:
        methods: dict[str, Method] = {
            "p ≤ .05": ours(significant),
            "any p": ours(ranked),
            "2 conditions": ours(replace(ranked, most_conditions=2)),
            **{f"least {share}": ours_from(share, ranked) for share in (0.0075, 0.01)},
            **{f"tree {depth}": decision_tree(depth) for depth in (2, 4)},
            **{f"sliceline {alpha}": sliceline(alpha) for alpha in (0.95, 0.99, 0.999)},
        }
        print(count_found(methods, seeds))
        return
    methods = {
        "**`slices discover --significance 1`**": ours(ranked),
        "**`slices discover`** (p ≤ .05)": ours(significant),
        "decision tree": decision_tree(TREE_DEPTH),
        "sliceline 0.3": sliceline(ALPHA),
    }
    table = count_found(methods, seeds)
    sizes = {base.name: len(base.errors) for base in (synthetic(), made_with_ml())}
    listed = ", ".join(
        f"{name} {n:,} records × {len(b.literals):,} literals"
        for (name, n), b in zip(sizes.items(), (synthetic(), made_with_ml()), strict=True)
    )
    record_result(
        "Slice discovery: planted weak slices",
        f"Command: `python benchmarks/slices.py planted` (seeds {seeds[0]} to {seeds[-1]}; {listed}). Each cell: in how"
        f" many of {len(seeds)} seeds a slice with a Jaccard index of {SAME} or more is among the first {FIRST}, and"
        f" processor seconds a run.\n\n{table}\n\n{PLANTED_NOTE}",
    )


TREE_DEPTH = 2
ALPHA = 0.99
PLANTED_NOTE = """
Errors: on the synthetic records six values with a mean of .24; on Made With ML those of the run's own models (1 − F1,
mean .41, standard deviation .37), permuted, so that nothing but the planted slice is weak. There 1 % is 20 records:
the smallest slices are no clearer than the best of thousands of others by chance. The tree (depth 2, leaves of 1 % or
more, ranked by Welch's t) and sliceline (α = .99, two conditions, 1 % or more) had their settings chosen on seeds 10
to 19. Sliceline is given the 33 literals that are best alone: beyond 33 binary columns its numbers of conjunctions
are no longer exact, and with 400 columns on 2,000 records it took 131 s and 8 GB.
""".strip()


def null(runs: int) -> None:
    lines = ["| records | errors | runs | with a significant slice |", "|---|---|---|---|"]
    for base in (synthetic(), made_with_ml()):
        rare = (np.random.default_rng(0).random(len(base.errors)) < 0.03).astype(float)
        for name, errors in (("as planted slices have them", base.errors), ("0 and 1, 3 % wrong", rare)):
            rng = np.random.default_rng(1)
            alarms = sum(
                bool(discover_slices(base.literals, rng.permutation(errors), Options(limit=1)).slices)
                for _ in range(runs)
            )
            lines.append(f"| {base.name} | {name} | {runs} | {alarms} ({alarms / runs:.1%}) |")
            print(lines[-1], flush=True)
    record_result(
        "Slice discovery: errors that have nothing to do with features",
        f"Command: `python benchmarks/slices.py null --runs {runs}` (errors permuted; p ≤ .05).\n\n" + "\n".join(lines),
    )


def measure_time() -> None:
    n, n_literals = 100_000, 1_000
    rng = np.random.default_rng(0)
    shares = rng.beta(0.6, 15, n_literals)
    columns = [
        Column(Literal("given", {"given": f"t{i}"}, f"given t{i}", f"t{i}"), np.flatnonzero(rng.random(n) < share))
        for i, share in enumerate(shares)
    ]
    literals = Literals.of(columns, n)
    errors = rng.choice(synthetic().errors, n)
    wide = np.argsort(-shares)
    for definition in ([int(wide[100])], [int(wide[1]), int(wide[4])]):
        members = literals.members(definition)
        errors[members & (rng.random(n) < RAISE / (1 - errors.mean()))] = 1.0
    lines = ["| conditions | slices found | processor s | wall s |", "|---|---|---|---|"]
    for most in (1, 2, 3):
        begin, wall = time.process_time(), time.perf_counter()
        found = discover_slices(literals, errors, Options(most_conditions=most))
        seconds = time.process_time() - begin, time.perf_counter() - wall
        lines.append(f"| up to {most} | {len(found.slices)} | {seconds[0]:.1f} | {seconds[1]:.1f} |")
        print(lines[-1], found.searched, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    record_result(
        "Slice discovery: 100,000 records × 1,000 literals",
        f"Command: `python benchmarks/slices.py time` ({literals.held.nnz / n:.0f} literals a record, two"
        f" planted slices; one thread; peak memory {peak:.1f} GiB).\n\n" + "\n".join(lines),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["planted", "choose", "null", "time"])
    parser.add_argument("--seeds", type=int, nargs="+", default=None)
    parser.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    if arguments.what in {"planted", "choose"}:
        choosing = arguments.what == "choose"
        planted(arguments.seeds or (tuple(range(10, 20)) if choosing else SEEDS), choosing=choosing)
    elif arguments.what == "null":
        null(arguments.runs)
    else:
        measure_time()
