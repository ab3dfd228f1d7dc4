"""The queue's strategies beside `random` and modAL: mislabels found, and F1 reached, for the labels they cost.

    correction   mislabels are planted in the Made With ML data (a tenth of the tags dropped, as many added), or known
                 by gold tags (the example); a verdict on a tag of a record costs a label
    bound        what a perfect order of records would find there
    learning     all tags are hidden but those of 50 records; a record that is asked for costs a label. The classifier
                 is the end model `kernel` on texts alone, fitted anew after each batch: the same for all
    run          the same with the whole run in its place, which has votes too
    choose       how the scores of a record's cells are best pooled, for `learning`: on development seeds

    python benchmarks/sampling.py [correction] [bound] [learning] [run] [choose] [--seeds 0 1 2 3 4]

It is not called queue.py: a script's folder comes first on the path, and the standard library has a module `queue`.
modAL is not among the project's dependencies (`pip install --no-deps modAL-python==0.4.2.1`, which works with the
locked scikit-learn); its rows are left out without it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
from data import ROOT, find_data
from made_with_ml import report
from scipy.sparse import csr_array
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from weaklabel import Project
from weaklabel.end_models import MIN_LABELLED as START
from weaklabel.end_models.kernel import KernelRidge
from weaklabel.end_models.texts import frequent_words, read_texts, text_kernel
from weaklabel.evaluate.metrics import f1_scores
from weaklabel.pipeline import vote_project
from weaklabel.queueing.copies import plant_mislabels
from weaklabel.queueing.correction import find_mislabelled
from weaklabel.queueing.curves import Chart, Curve, spread_points
from weaklabel.queueing.defaults import DEFAULTS
from weaklabel.queueing.gather import MEMBERS, WORDS, draw_half
from weaklabel.queueing.learning import TEST_SHARE, draw_parts
from weaklabel.queueing.simulate import simulate_project
from weaklabel.queueing.task import Task, find_truth
from weaklabel.sampling import POOLS, Evidence, Pool, Ranking, parse_mixture
from weaklabel.terms import Settings

SEEDS, DEVELOPMENT = (0, 1, 2, 3, 4), (10, 11, 12)
BATCHES = 6
MIN_CHANCE = 1e-3
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Choose = Callable[[Evidence, int], npt.NDArray[np.intp]]
COMPARED = (
    "random",
    "entropy",
    "least_confidence",
    "margin",
    "ensemble_disagreement",
    "long_tail",
    "diversity",
    "representative",
    "representative:.7,entropy:.3",
)


def data_sets() -> dict[str, Settings]:
    folder = find_data("madewithml")
    return {
        "Made With ML": Project.of(str(folder / "projects.json"), str(folder / "tags.json")).settings,
        "example": Project.load(ROOT).settings,
    }


# ---- the classifier ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class TextClassifier:
    """The end model `kernel` on texts alone: leave-one-out scores, and one logistic regression for all tags."""

    kernel: Floats
    truth: Mask

    def fit_predict(self, labelled: Mask) -> Floats:
        """Return P(tag) of every cell, float64 of shape (records, tags), of labelled records each without itself."""
        Y = np.where(labelled[:, None], self.truth, False).astype(np.float64)
        scores = KernelRidge(self.kernel).score(csr_array(Y), labelled).astype(np.float64)
        base = (Y.sum(axis=0) + 0.5) / (labelled.sum() + 1)
        used = np.flatnonzero(Y.any(axis=0))
        chances = np.clip(scores[:, used], MIN_CHANCE, 1 - MIN_CHANCE)
        features = np.stack(
            [scores[:, used], logit(chances), np.broadcast_to(logit(base[used]), chances.shape)], axis=2
        )
        model = LogisticRegression(C=10, solver="newton-cholesky")
        model.fit(features[labelled].reshape(-1, 3), Y[labelled][:, used].ravel())
        probability = np.zeros(Y.shape)
        probability[:, used] = model.predict_proba(features.reshape(-1, 3))[:, 1].reshape(chances.shape)
        return probability

    def committee(self, labelled: Mask, ids: Sequence[str], seed: int) -> tuple[Floats, ...]:
        """Return what classifiers say that know half of the labelled records each."""
        halves = [draw_half(ids, member, seed) & labelled for member in range(MEMBERS)]
        Y = csr_array(np.where(labelled[:, None], self.truth, False).astype(np.float64))
        scores = [KernelRidge(self.kernel).score(Y, half) for half in halves]
        return tuple(np.clip(each, MIN_CHANCE, 1 - MIN_CHANCE).astype(np.float64) for each in scores)


# ---- what chooses records ----------------------------------------------------------------------------------------


def choose_by(strategy: str, pool: Pool | None, evidence: Evidence, size: int) -> npt.NDArray[np.intp]:
    return Ranking(evidence, parse_mixture(strategy), pool).order[:size]


def choose_by_modal(name: str, evidence: Evidence, size: int) -> npt.NDArray[np.intp]:
    """Let modAL's ActiveLearner ask, with a classifier that says what ours says."""
    from modAL import multilabel, uncertainty
    from modAL.models import ActiveLearner
    from sklearn.base import BaseEstimator

    class Said(BaseEstimator):
        def predict_proba(self, positions: npt.NDArray[np.intp]) -> Floats:
            return evidence.probability[positions[:, 0]]

    strategy = getattr(uncertainty, name, None) or getattr(multilabel, name)
    waiting = np.flatnonzero(evidence.waiting)
    chosen = ActiveLearner(estimator=Said(), query_strategy=strategy).query(waiting[:, None], n_instances=size)[0]
    return waiting[chosen]


MODAL = ("uncertainty_sampling", "margin_sampling", "entropy_sampling", "avg_confidence")


def choosers() -> dict[str, Choose]:
    ours: dict[str, Choose] = {name: partial(choose_by, name, None) for name in COMPARED}
    if find_spec("modAL") is None:
        return ours
    return ours | {f"modAL `{name}`": partial(choose_by_modal, name) for name in MODAL}


# ---- learning ----------------------------------------------------------------------------------------------------


def learn(settings: Settings, choices: dict[str, Choose], seeds: Sequence[int]) -> Chart:
    """Return what each way to choose reaches: micro-F1 on records whose tags are never shown."""
    voted = vote_project(settings)
    observed = voted.observed
    task = Task(settings, voted, find_truth(observed), ())
    texts = read_texts(observed.inputs.records)
    classifier, vectors = TextClassifier(text_kernel(texts), task.truth.tags), frequent_words(texts, WORDS)
    ids = tuple(map(str, observed.inputs.records.ids))
    nothing = np.zeros(task.truth.tags.shape)
    values: dict[str, list[list[float]]] = {name: [] for name in choices}
    for seed in seeds:
        parts = draw_parts(task, seed)
        spent = spread_points(int(parts.pool.sum()) // 2, BATCHES)
        first = classifier.fit_predict(parts.start)
        for name, choose in choices.items():
            labelled, scores = parts.start.copy(), []
            for size in [*np.diff(spent, prepend=0), 0]:
                P = classifier.fit_predict(labelled) if scores else first
                scores.append(f1_scores(P[parts.test] > 0.5, task.truth.tags[parts.test])[0])
                if size:
                    needed = "ensemble" in name
                    evidence = Evidence(
                        ids=ids,
                        tags=observed.inputs.vocabulary.names,
                        probability=P,
                        given=task.truth.tags & labelled[:, None],
                        labelled=labelled,
                        suspicion=nothing,
                        present=nothing,
                        absent=nothing,
                        waiting=parts.pool & ~labelled,
                        decided=labelled,
                        opinions={"ensemble": classifier.committee(labelled, ids, seed)} if needed else {},
                        vectors=vectors,
                        seed=seed,
                    )
                    labelled[choose(evidence, int(size))] = True
            values[name].append(scores)
        print(f"seed {seed} done", file=sys.stderr)
    curves = tuple(Curve(name, np.array(rows)) for name, rows in values.items())
    return Chart("records", "micro-F1", np.concatenate([[0], spent]), curves)


def learning_rows(chart: Chart) -> Iterator[str]:
    points = [len(chart.spent) // 4, len(chart.spent) // 2, len(chart.spent) - 1]
    head = [f"F1 after {chart.spent[p]} records" for p in points]
    yield f"| | {' | '.join(head)} | records for random's last F1 | of random's |"
    yield "|---" * (len(points) + 3) + "|"
    for curve in sorted(chart.curves, key=lambda curve: -curve.mean[-1]):
        cells = " | ".join(f"{curve.mean[p]:.3f} ± {curve.error[p]:.3f}" for p in points)
        needed = chart.labels_to_match(curve.strategy)
        matched = "not reached | –" if np.isnan(needed) else f"{needed:.0f} | {needed / chart.spent[-1]:.0%}"
        yield f"| {_mark(curve.strategy)} | {cells} | {matched} |"


def half_way(chart: Chart, strategy: str) -> str:
    """Say how many records a strategy needs for what random reaches with half of its labels."""
    middle = len(chart.spent) // 2
    first = Chart(
        chart.unit,
        chart.measure,
        chart.spent[: middle + 1],
        tuple(Curve(curve.strategy, curve.values[:, : middle + 1]) for curve in chart.curves),
    )
    needed = first.labels_to_match(strategy)
    return f"{needed:.0f} of {chart.spent[middle]} ({needed / chart.spent[middle]:.0%})"


def _mark(name: str) -> str:
    shown = name if name.startswith("modAL") else f"`{name}`"
    return f"**{shown}**" if name in DEFAULTS.values() else shown


def choose_pools(seeds: Sequence[int]) -> None:
    pooled = ("entropy", "least_confidence", "ensemble_disagreement", "long_tail")
    choices = {f"{name} by {pool}": partial(choose_by, name, pool) for name in pooled for pool in POOLS}
    others = {name: choose for name, choose in choosers().items() if name not in pooled}
    for data, settings in data_sets().items():
        chart = learn(settings, others | choices, seeds)
        report(f"Queue: pools, {data}", "\n".join(learning_rows(chart)), recorded=False)


def compare_learning(seeds: Sequence[int]) -> None:
    for data, settings in data_sets().items():
        chart = learn(settings, choosers(), seeds)
        best = DEFAULTS["learning"]
        lead = (
            f"Command: `{command('learning', seeds)}` (end model `kernel` on texts\n"
            f"alone, {START} records labelled at first, {TEST_SHARE:.0%} to test on, six batches;\n"
            f"{mean_over(seeds, 'micro-F1 at .5')})."
        )
        end = f"What random reaches with half of these labels, `{best}` reaches with {half_way(chart, best)} records."
        report(
            f"Queue: F1 for records that are labelled, {data}",
            _join(lead, learning_rows(chart), end),
            recorded=is_recorded(seeds),
        )


def compare_runs(seeds: Sequence[int]) -> None:
    names = ["entropy", "margin", "label_model_disagreement", "lf_conflict", "diversity", "representative"]
    for data, settings in data_sets().items():
        (chart,) = simulate_project(settings, "learning", names, seeds=seeds).charts
        lead = (
            f"Command: `{command('run', seeds)}` (as `weaklabel queue simulate --goal learning`:\n"
            f"the whole run, with votes, in six batches; {mean_over(seeds, 'micro-F1 at .5')})."
        )
        title = f"Queue: F1 of the whole run, {data}"
        report(title, _join(lead, learning_rows(chart)), recorded=is_recorded(seeds))


# ---- correction --------------------------------------------------------------------------------------------------


def compare_correction(seeds: Sequence[int]) -> None:
    for data, settings in data_sets().items():
        simulation = simulate_project(settings, "correction", seeds=seeds)
        for chart in simulation.charts:
            lead = (
                f"Command: `{command('correction', seeds)}` ({simulation.says.removesuffix('.')};\n"
                f"{mean_over(seeds, 'mislabels found')}; × is by how much that is more than random's)."
            )
            rows = correction_rows(chart)
            title = f"Queue: mislabels found by {chart.unit}, {data}"
            report(title, _join(lead, rows), recorded=is_recorded(seeds))


def correction_rows(chart: Chart) -> Iterator[str]:
    points = [len(chart.spent) // 4 - 1, len(chart.spent) // 2 - 1, len(chart.spent) - 1]
    yield f"| | {' | '.join(f'{chart.spent[p]:,} {chart.unit} | ×' for p in points)} |"
    yield "|---" * (2 * len(points) + 1) + "|"
    for curve in sorted(chart.curves, key=lambda curve: -curve.mean[points[0]]):
        cells = (f"{curve.mean[p]:.1f} ± {curve.error[p]:.1f} | {chart.ratio(curve.strategy, p):.1f}" for p in points)
        yield f"| {_mark(curve.strategy)} | {' | '.join(cells)} |"


def bound_records(seeds: Sequence[int]) -> None:
    """Say what the best of all orders finds, looking at records: those with most mislabels first."""
    lines = ["| | 5 % of records: × random | 10 % | 20 % |", "|---|---|---|---|"]
    for data, settings in data_sets().items():
        observed = vote_project(settings).observed
        truth = find_truth(observed)
        is_real = find_mislabelled(observed, truth).any()
        ratios = []
        for seed in seeds:
            noisy = plant_mislabels(truth.tags, is_exclusive=False, seed=seed)
            wrong = find_mislabelled(observed, truth) if is_real else noisy != truth.tags
            most = np.sort(wrong.sum(axis=1))[::-1]
            ratios.append([most[: round(share * len(most))].mean() / most.mean() for share in (0.05, 0.1, 0.2)])
        lines.append(f"| {data} | {' | '.join(f'{ratio:.1f}' for ratio in np.mean(ratios, axis=0))} |")
    lead = f"Command: `{command('bound', seeds)}` (the same mislabels; records with most of them first)."
    report("Queue: the most that any order of records finds", _join(lead, iter(lines)), recorded=is_recorded(seeds))


# ---- the command -------------------------------------------------------------------------------------------------


def is_recorded(seeds: Sequence[int]) -> bool:
    return not set(seeds) & set(DEVELOPMENT)


def command(part: str, seeds: Sequence[int]) -> str:
    return f"python benchmarks/sampling.py {part} --seeds {' '.join(map(str, seeds))}"


def mean_over(seeds: Sequence[int], measure: str) -> str:
    return f"{measure}, mean over seeds {', '.join(map(str, seeds))} ± half of its 95 % interval"


def _join(lead: str, rows: Iterator[str], end: str = "") -> str:
    table = "\n".join(rows)
    return f"{lead}\n\n{table}\n\n{end}".rstrip()


PARTS = {
    "correction": compare_correction,
    "bound": bound_records,
    "learning": compare_learning,
    "run": compare_runs,
    "choose": choose_pools,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--seeds", nargs="+", type=int)
    options = parser.parse_args()
    for part in options.parts or ("correction", "bound", "learning", "run"):
        if part not in PARTS:
            parser.error(f"there is no part {part!r}; there are {', '.join(PARTS)}")
        PARTS[part](tuple(options.seeds or (DEVELOPMENT if part == "choose" else SEEDS)))


if __name__ == "__main__":
    main()
