"""Each metric against scikit-learn's, on random matrices with ties and with tags nobody was given."""

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn

from weaklabel.evaluate import average_precision, calibration_error, score_cells, score_classes
from weaklabel.evaluate.metrics import ROWS, f1_scores, log_loss


def cells(seed, n=60, k=7):
    rng = np.random.default_rng(seed)
    given = rng.random((n, k)) < np.array([0.5, 0.3, 0.2, 0.1, 0.05, 0.4, 0.0])[:k]
    probability = np.clip(0.4 * given + 0.7 * rng.random((n, k)), 0, 1)
    probability[rng.random((n, k)) < 0.5] = 0  # not shown
    probability = np.where(rng.random((n, k)) < 0.3, probability.round(1), probability)  # ties, also at .5
    return probability.astype(np.float32), given


def classes(seed, n=80, k=4):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, k - 1, n)  # nobody has the last class
    probability = rng.dirichlet(np.ones(k), n) + np.eye(k)[label] * 0.3
    return (
        (probability / probability.sum(axis=1, keepdims=True)).astype(np.float32),
        np.eye(k, dtype=bool)[label],
        label,
    )


@pytest.mark.parametrize("seed", range(6))
def test_cells_are_scored_as_scikit_learn_scores_them(seed):
    probability, given = cells(seed)
    scores = score_cells(probability, given)
    counted = given.any(axis=0)
    decided = probability > 0.5
    y, p = given.ravel(), probability.ravel().astype(np.float64)
    assert scores.micro_f1 == pytest.approx(sklearn.f1_score(given, decided, average="micro"))
    assert scores.macro_f1 == pytest.approx(
        sklearn.f1_score(given[:, counted], decided[:, counted], average="macro", zero_division=0)
    )
    assert scores.average_precision == pytest.approx(sklearn.average_precision_score(y, p))
    assert scores.log_loss == pytest.approx(sklearn.log_loss(y, np.clip(p, 1e-3, 1 - 1e-3)), rel=1e-6)
    shown = p > 0.05
    assert scores.ece == pytest.approx(calibration_error(p[shown], y[shown]), rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_classes_are_scored_as_scikit_learn_scores_them(seed):
    probability, given, label = classes(seed)
    scores = score_classes(probability, given)
    top = probability.argmax(axis=1)
    assert scores.micro_f1 == pytest.approx(sklearn.accuracy_score(label, top))
    expected = sklearn.f1_score(label, top, average="macro", labels=[0, 1, 2], zero_division=0)
    assert scores.macro_f1 == pytest.approx(expected)
    clipped = np.clip(probability[np.arange(80), label].astype(np.float64), 1e-3, 1 - 1e-3)
    assert scores.log_loss == pytest.approx(-np.log(clipped).mean())
    assert scores.ece == pytest.approx(calibration_error(probability.max(axis=1), top == label))
    assert scores.average_precision == pytest.approx(
        sklearn.average_precision_score(given.ravel(), probability.ravel())
    )


def test_a_perfect_answer_and_its_opposite():
    given = np.array([[True, False], [False, True]])
    best, worst = score_cells(given.astype(np.float32), given), score_cells(1 - given.astype(np.float32), given)
    assert (best.micro_f1, best.macro_f1, best.average_precision, best.ece) == (1, 1, 1, 0)
    assert best.log_loss == pytest.approx(-math.log(0.999))
    assert (worst.micro_f1, worst.macro_f1, worst.average_precision, worst.ece) == (0, 0, 0.5, 1)
    assert worst.log_loss == pytest.approx(-math.log(0.001))


def test_one_half_is_not_decided():
    assert score_cells(np.array([[0.5]], dtype=np.float32), np.array([[True]])).micro_f1 == 0


def test_a_tag_that_nobody_was_given_counts_in_micro_f1_alone():
    decided = np.array([[True, True], [True, False]])
    given = np.array([[True, False], [True, False]])
    assert f1_scores(decided, given) == (pytest.approx(4 / 5), 1.0)


def test_average_precision_of_ties_by_hand():
    probability = np.array([0.9, 0.5, 0.5, 0.5, 0.0], dtype=np.float32)
    given = np.array([False, True, False, True, True])
    assert average_precision(probability, given) == pytest.approx((2 / 4 + 2 / 4 + 3 / 5) / 3)


def test_log_loss_is_the_same_over_blocks_of_records():
    rng = np.random.default_rng(0)
    probability, given = rng.random((2 * ROWS + 3, 2)).astype(np.float32), rng.random((2 * ROWS + 3, 2)) < 0.3
    clipped = np.clip(probability.astype(np.float64), 1e-3, 1 - 1e-3)
    expected = sklearn.log_loss(given.ravel(), clipped.ravel())
    assert log_loss(probability, given) == pytest.approx(expected, rel=1e-6)


def test_nothing_to_score_is_nan():
    nothing = np.zeros((0, 3), dtype=np.float32)
    for score in (score_cells, score_classes):
        scores = score(nothing, nothing.astype(bool))
        assert all(math.isnan(getattr(scores, name)) for name in ("micro_f1", "macro_f1", "average_precision", "ece"))
        assert math.isnan(scores.log_loss)
