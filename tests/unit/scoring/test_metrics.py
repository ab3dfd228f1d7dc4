"""Every metric against scikit-learn's on the same matrices, and slices against Snorkel's Scorer."""

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn
from snorkel.analysis import Scorer

from support.answers import multiclass, multilabel, no_slices, slices_of
from weaklabel.evaluate import score_cells, score_classes
from weaklabel.scoring import METRICS, score

EXACT = {"abs": 1e-12, "rel": 1e-12, "nan_ok": True}
AVERAGES = {"micro": "", "macro": "macro_", "weighted": "weighted_", "samples": "samples_"}
pytestmark = pytest.mark.filterwarnings("ignore:No positive class found:UserWarning")


def values(scored):
    return {name: estimate.value for name, estimate in scored.metrics.items()}


def expect_cells(gold, probability, averages=AVERAGES):
    """All metrics of cells by scikit-learn. What is undefined is nan, which its means leave out."""
    y, p, said = gold.astype(int), probability, (probability > 0.5).astype(int)
    expected = {}
    for average, prefix in averages.items():
        figures = sklearn.precision_recall_fscore_support(y, said, average=average, zero_division=np.nan)
        expected |= {f"{prefix}{name}": f for name, f in zip(("precision", "recall", "f1"), figures[:3], strict=True)}
    used = gold.any(axis=0)
    clipped = np.clip(p, 1e-3, 1 - 1e-3).ravel()
    expected |= {
        "accuracy": sklearn.accuracy_score(y, said),
        "hamming_loss": sklearn.hamming_loss(y, said),
        "ap": sklearn.average_precision_score(y.ravel(), p.ravel()) if used.any() else np.nan,
        "macro_ap": sklearn.average_precision_score(y[:, used], p[:, used], average="macro") if used.any() else np.nan,
        "coverage": 1.0,
        "coverage_error": sklearn.coverage_error(y, p) if y.shape[1] > 1 else y.mean(),
        "log_loss": sklearn.log_loss(y.ravel(), clipped, labels=[0, 1]),
        "brier": sklearn.brier_score_loss(y.ravel(), p.ravel(), pos_label=1, labels=[0, 1]),
        "ece": score_cells(p, gold).ece,
    }
    return expected


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@pytest.mark.parametrize("seed", range(12))
def test_cells_are_scored_as_scikit_learn_scores_them(seed):
    answers, gold, probability = multilabel(seed)
    members = np.random.default_rng(seed).random((len(gold), 4)) < [0.5, 0.1, 0.02, 0.9]
    scored = score(answers, slices_of(members), rounds=20)
    assert set(values(scored.whole)) == set(METRICS)
    assert values(scored.whole) == pytest.approx(expect_cells(gold, probability), **EXACT)
    for row, rows in zip(scored.slices, members.T, strict=True):
        if rows.any():
            assert values(row) == pytest.approx(expect_cells(gold[rows], probability[rows]), **EXACT), row.name
        else:
            assert all(math.isnan(value) for value in values(row).values())
    for tag, row in enumerate(scored.tags):
        one = expect_cells(gold[:, [tag]], probability[:, [tag]], {"binary": ""})
        own = values(row)
        assert set(own) == {"f1", "precision", "recall", "accuracy", "ap", "ece", "log_loss", "brier"}
        assert own == pytest.approx({name: one[name] for name in own}, **EXACT), row.name


@pytest.mark.parametrize("seed", range(6))
def test_classes_are_scored_as_scikit_learn_scores_them(seed):
    answers, label, probability = multiclass(seed)
    own = values(score(answers, no_slices(len(label)), rounds=20).whole)
    top, k = probability.argmax(axis=1), probability.shape[1]
    y = np.eye(k, dtype=int)[label]
    expected = {
        "accuracy": sklearn.accuracy_score(label, top),
        "coverage": 1.0,
        "coverage_error": sklearn.coverage_error(y, probability),
    }
    for average in ("micro", "macro", "weighted"):
        figures = sklearn.precision_recall_fscore_support(
            label, top, average=average, labels=range(k), zero_division=np.nan
        )
        prefix = AVERAGES[average]
        expected |= {f"{prefix}{name}": f for name, f in zip(("precision", "recall", "f1"), figures[:3], strict=True)}
    expected["ap"] = sklearn.average_precision_score(y.ravel(), probability.ravel())
    expected["log_loss"] = -np.log(np.clip(probability[np.arange(len(label)), label], 1e-3, 1 - 1e-3)).mean()
    expected["brier"] = sklearn.brier_score_loss(label, probability, labels=list(range(k)), scale_by_half=False)
    expected["ece"] = score_classes(probability, y.astype(bool)).ece
    assert {name: own[name] for name in expected} == pytest.approx(expected, **EXACT)
    assert expected["brier"] == pytest.approx(((probability - y) ** 2).sum(axis=1).mean())


def test_log_loss_of_classes_that_sum_to_one_is_scikit_learns():
    answers, label, probability = multiclass(1, least=0.01)
    own = values(score(answers, no_slices(len(label)), rounds=20).whole)
    assert own["log_loss"] == pytest.approx(sklearn.log_loss(label, probability, labels=range(4)), **EXACT)


@pytest.mark.parametrize("seed", range(4))
def test_two_classes_in_slices_are_scored_as_snorkel_scores_them(seed):
    answers, label, probability = multiclass(seed, n=300, k=2)
    members = np.random.default_rng(seed).random((300, 3)) < [0.5, 0.1, 1]
    scored = score(answers, slices_of(members), rounds=20)
    S = np.rec.fromarrays(list(members.T.astype(int)), names=["s0", "s1", "s2"])
    scorer = Scorer(metrics=["accuracy", "coverage", "f1", "precision", "recall"])
    expected = scorer.score_slices(S, label, probability.argmax(axis=1), probability)
    assert scored.task == "binary"
    for row in (scored.whole, *scored.slices):
        name = "overall" if row.name == "all" else row.name
        assert {metric: row.metrics[metric].value for metric in expected[name]} == pytest.approx(
            expected[name], **EXACT
        )
    clipped = np.clip(probability[:, 1], 1e-3, 1 - 1e-3)
    own = values(scored.whole)
    assert own["log_loss"] == pytest.approx(sklearn.log_loss(label, clipped), **EXACT)
    assert own["brier"] == pytest.approx(sklearn.brier_score_loss(label, probability[:, 1]), **EXACT)
    assert own["ap"] == pytest.approx(sklearn.average_precision_score(label, probability[:, 1]), **EXACT)
    assert own["hamming_loss"] == pytest.approx(1 - own["accuracy"], **EXACT)
