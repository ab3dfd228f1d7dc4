"""Label models beside their peers: accuracy without labels, and what a fit costs.

    python benchmarks/label_models.py [accuracy] [cost] [wide]

Peers that are not installed (hyperlm, crowd-kit) leave their rows empty: `pip install hyperlm==0.0.5 crowd-kit==1.4.2`,
with torch==2.13.0, into an environment of its own beside weaklabel.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from data import find_data, record_result
from label_matrices import ABSTAIN, VoteMatrix, Votes, made_matrices
from sklearn.metrics import f1_score

from weaklabel.label_models import fit_label_model

WRENCH = {"youtube": "accuracy", "sms": "F1", "yelp": "accuracy", "trec": "accuracy", "tennis": "F1", "census": "F1"}
OWN = ("auto", "pooled", "dawid-skene", "snorkel", "majority")
SEEDS = tuple(range(20, 25))  # settings were chosen on others
Probabilities = npt.NDArray[np.float64]
Predict = Callable[[VoteMatrix], Probabilities]
"""Fits a vote matrix without labels and returns P(class) of the rows to predict, all of which have votes."""


# ---- accuracy --------------------------------------------------------------------------------------------------


def wrench_matrices() -> Iterator[VoteMatrix]:
    folder = find_data("wrench")
    for name, metric in WRENCH.items():
        with np.load(folder / f"{name}.npz") as data:
            classes, cardinality = data["y_test"].astype(np.int64), int(data["n_class"])
            yield VoteMatrix(name, data["L_train"], data["L_test"], classes, cardinality, metric)


def own(method: str, class_balance: str = "uniform") -> Predict:
    def predict(matrix: VoteMatrix) -> Probabilities:
        model = fit_label_model(matrix.train, matrix.cardinality, method, class_balance=class_balance)
        return model.predict_proba(matrix.test)

    return predict


def snorkels_own(matrix: VoteMatrix) -> Probabilities:
    from snorkel.labeling.model import LabelModel

    model = LabelModel(cardinality=matrix.cardinality, verbose=False)
    model.fit(matrix.train.astype(np.int64), seed=0, progress_bar=False)
    return np.nan_to_num(model.predict_proba(matrix.test.astype(np.int64)))


def hyperlm(matrix: VoteMatrix) -> Probabilities:
    """Ask hyperlm about the rows to predict, which are all that it sees: it has no fit that could use others."""
    import torch
    from numpy._core.multiarray import scalar

    trusted = [(scalar, "numpy.core.multiarray.scalar"), np.dtype, np.dtypes.Float64DType, np.dtypes.Int64DType]
    with torch.serialization.safe_globals(trusted):  # what its checkpoint of weights holds beside them
        from hyperlm import HyperLabelModel

        model = HyperLabelModel()
    answers = np.asarray(model.infer(matrix.test.astype(np.int64)))
    return np.eye(matrix.cardinality)[answers]


def hyperlm_with_train(matrix: VoteMatrix) -> Probabilities:
    """Ask hyperlm about the rows to predict, among those that the others are fitted to."""
    train = matrix.train[(matrix.train != ABSTAIN).any(axis=1)]
    return hyperlm(matrix._replace(test=np.concatenate([train, matrix.test])))[len(train) :]


def crowd_kit(matrix: VoteMatrix) -> Probabilities:
    """Fit crowd-kit's Dawid-Skene to all rows with votes, those to predict too: it answers for no others."""
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    both = np.concatenate([matrix.train, matrix.test])
    task, worker = np.nonzero(both != ABSTAIN)
    votes = pd.DataFrame({"task": task, "worker": worker, "label": both[task, worker]})
    found = DawidSkene(n_iter=100).fit_predict_proba(votes)
    table = found.reindex(index=np.arange(len(matrix.train), len(both)), columns=range(matrix.cardinality))
    return table.fillna(0.0).to_numpy()


def predictors() -> dict[str, Predict | None]:
    """Return every method and peer by name; None for one that is not installed."""
    return {
        **{f"`{name}`": own(name) for name in OWN},
        "`pooled`, balance estimated": own("pooled", "estimated"),
        "Snorkel's `LabelModel.fit`": snorkels_own,
        "hyperlm 0.0.5": hyperlm if find_spec("hyperlm") else None,
        "the same, shown the rows to fit too": hyperlm_with_train if find_spec("hyperlm") else None,
        "crowd-kit's Dawid-Skene": crowd_kit if find_spec("crowdkit") else None,
    }


def score(predict: Predict, matrix: VoteMatrix) -> float:
    """Score the rows with votes, in percent."""
    covered = (matrix.test != ABSTAIN).any(axis=1)
    asked = matrix._replace(test=matrix.test[covered], classes=matrix.classes[covered])
    answers = predict(asked).argmax(axis=1)
    if matrix.metric == "F1":
        return 100 * float(f1_score(asked.classes == 1, answers == 1, zero_division=0))
    return 100 * float((answers == asked.classes).mean())


def measure_accuracy() -> None:
    warnings.simplefilter("ignore")  # what peers warn of
    wrench, made = list(wrench_matrices()), list(made_matrices(SEEDS))
    scores: dict[str, dict[str, list[float]]] = {}
    for name, predict in predictors().items():
        scores[name] = defaultdict(list)
        for i, matrix in enumerate([*wrench, *made] if predict else []):
            group = matrix.name if i < len(wrench) else matrix.name.partition(":")[0]
            scores[name][group].append(score(predict, matrix))
    groups = list(dict.fromkeys(matrix.name.partition(":")[0] for matrix in made))
    kinds = ", ".join(f"{len(scores['`auto`'][group])} {group}" for group in groups)
    record_result(
        "Label models without labels: WRENCH",
        "Command: `python benchmarks/label_models.py accuracy` (fitted on `L_train` without labels and with the even\n"
        "class balance, scored on the rows of `L_test` with votes: F1 of class 1 for sms, tennis and census, else\n"
        f"accuracy).\n\n{_table(scores, list(WRENCH), lambda name: [scores[name][group] for group in WRENCH])}",
    )
    record_result(
        "Label models without labels: other matrices",
        f"Command: `python benchmarks/label_models.py accuracy` ({len(made)} matrices made by\n"
        f"`benchmarks/label_matrices.py`, {len(SEEDS)} seeds: {kinds}; accuracy, or F1 where class 1 is rare;\n"
        "*won* is the share of matrices on which `auto` is better, a draw counting half).\n\n"
        + _table(scores, groups, lambda name: [scores[name][group] for group in groups], wins=True),
    )


def _table(
    scores: dict[str, dict[str, list[float]]],
    columns: list[str],
    of: Callable[[str], list[list[float]]],
    *,
    wins: bool = False,
) -> str:
    head = ["", *columns, "mean", *(["won by `auto`"] if wins else [])]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    auto = np.concatenate(of("`auto`"))
    for name in scores:
        if not any(of(name)):
            lines.append(f"| {name} | {'not installed |' + ' |' * (len(head) - 2)}")
            continue
        cells = [f"{statistics.mean(values):.1f}" for values in of(name)]
        each = np.concatenate(of(name))
        cells.append(f"**{each.mean():.2f}**")
        if wins:
            won = ((auto > each + 1e-9) + 0.5 * (np.abs(auto - each) <= 1e-9)).mean()
            cells.append("" if name == "`auto`" else f"{won:.0%}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


# ---- cost ------------------------------------------------------------------------------------------------------


def drawn_votes(n: int, m: int, k: int, coverage: float) -> Votes:
    rng = np.random.default_rng(0)
    L = np.empty((n, m), dtype=np.int8)
    for start in range(0, n, 20_000):
        classes = rng.integers(0, k, (min(20_000, n - start), 1), dtype=np.int8)
        shape = (len(classes), m)
        votes = np.where(rng.random(shape, dtype=np.float32) < 0.7, classes, rng.integers(0, k, shape, dtype=np.int8))
        L[start : start + len(classes)] = np.where(rng.random(shape, dtype=np.float32) < coverage, votes, ABSTAIN)
    return L


def fit_in_child(method: str, shape: tuple[int, int, int], coverage: float, limit_s: float) -> dict[str, float] | None:
    """Fit in a process of its own; return seconds and peak MiB over what it held before, None if it takes longer."""
    arguments = [method, *map(str, shape), str(coverage)]
    command = [sys.executable, str(Path(__file__)), "--child", *arguments]
    try:
        run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return None
    result: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return result


def child(method: str, shape: tuple[int, int, int], coverage: float) -> None:
    """Fit once and print seconds and memory; imports, and the votes, are there before the clock and the meter start."""
    from weaklabel.label_models.methods import find_method

    n, m, k = shape
    L = drawn_votes(n, m, k, coverage)
    if method == "peer":
        from snorkel.labeling.model import LabelModel

        L = L.astype(np.int64)  # as Snorkel's applier gives them; it takes no int8

        def fit() -> object:
            return LabelModel(cardinality=k, verbose=False).fit(L, seed=0, progress_bar=False)
    else:
        find_method(method)

        def fit() -> object:
            return fit_label_model(L, k, method)

    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew, at what is held now
    begin = time.perf_counter()
    fit()
    print(json.dumps({"seconds": time.perf_counter() - begin, "mib": _memory("VmHWM") - before}))


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def measure_cost() -> None:
    shape, rounds = (1_000_000, 100, 2), 3
    sections = []
    for coverage in (0.05, 0.5):
        found: dict[str, list[dict[str, float]]] = defaultdict(list)
        for _ in range(rounds):
            for method in ("peer", *OWN):
                result = fit_in_child(method, shape, coverage, limit_s=900)
                assert result
                found[method].append(result)
        lines = ["| | seconds | × faster | peak MiB | × less memory |", "|---|---|---|---|---|"]
        for method, results in found.items():
            name = "Snorkel's `LabelModel.fit`" if method == "peer" else f"`{method}`"
            seconds, mib = (statistics.median(r[what] for r in results) for what in ("seconds", "mib"))
            ratios = [
                statistics.median(
                    peer[what] / max(r[what], 1e-9) for peer, r in zip(found["peer"], results, strict=True)
                )
                for what in ("seconds", "mib")
            ]
            lines.append(f"| {name} | {seconds:.2f} | {ratios[0]:.1f} | {mib:,.0f} | {ratios[1]:.1f} |")
        sections.append(f"Each labeling function votes on {coverage:.0%} of the records:\n\n" + "\n".join(lines))
    record_result(
        "Label models: a million records, 100 labeling functions",
        f"Command: `python benchmarks/label_models.py cost` (two classes, each fit in a process of its own, {rounds}\n"
        "rounds, interleaved; memory is the peak over what was held before the fit: the votes and the imports.\n"
        "Snorkel gets its votes in the int64 that its applier makes).\n\n" + "\n\n".join(sections),
    )


def measure_wide() -> None:
    shape, limit_s = (10_000, 500, 10), 120.0
    lines = ["| | 2 % coverage: seconds | peak MiB | 20 %: seconds | peak MiB |", "|---|---|---|---|---|"]
    for method in ("peer", *OWN):
        cells = []
        for coverage in (0.02, 0.2):
            result = fit_in_child(method, shape, coverage, limit_s)
            cells += [f"{result['seconds']:.1f}", f"{result['mib']:,.0f}"] if result else [f"none in {limit_s:.0f}", ""]
        lines.append(f"| {'Snorkel’s `LabelModel.fit`' if method == 'peer' else f'`{method}`'} | {' | '.join(cells)} |")
    record_result(
        "Label models: 10,000 records, 500 labeling functions, 10 classes",
        "Command: `python benchmarks/label_models.py wide` (each fit in a process of its own).\n\n" + "\n".join(lines),
    )


MEASURES = {"accuracy": measure_accuracy, "cost": measure_cost, "wide": measure_wide}


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        method, n, m, k, coverage = sys.argv[2:]
        child(method, (int(n), int(m), int(k)), float(coverage))
        return
    parser = argparse.ArgumentParser(description="Measure the label models.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    for name in parser.parse_args().measures or MEASURES:
        MEASURES[name]()


if __name__ == "__main__":
    sys.exit(main())
