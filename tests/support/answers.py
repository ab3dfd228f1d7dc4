"""Made predictions and gold, as matrices and as the answers that scoring reads."""

import numpy as np

from weaklabel.scoring import Cells, find_answers
from weaklabel.terms import Membership


def cells_of(matrix, listed=None, *, has_probability=True):
    """The cells of a matrix that are not 0."""
    record, tag = np.nonzero(matrix)
    probability = matrix[record, tag].astype(np.float64) if has_probability else None
    if listed is None:
        listed = np.ones(len(matrix), dtype=bool)
    return Cells(record, tag, probability, listed)


def names(k):
    return tuple(f"t{i}" for i in range(k))


def answers_of(task, gold, probability, **options):
    """Answers of a gold matrix and one of probabilities."""
    gold_cells = cells_of(gold, has_probability=False)
    return find_answers(task, names(gold.shape[1]), cells_of(probability, **_of_cells(options)), gold_cells, **options)


def _of_cells(options):
    return {name: options.pop(name) for name in ("listed", "has_probability") if name in options}


def multilabel(seed, n=120, k=7):
    """Answers, gold and probabilities with ties, tags never given or never predicted, and records without tags."""
    rng = np.random.default_rng(seed)
    gold = rng.random((n, k)) < np.array([0.5, 0.3, 0.2, 0.1, 0.05, 0.4, 0.0])[:k]
    probability = np.clip(0.4 * gold + 0.7 * rng.random((n, k)), 0, 1)
    probability[rng.random((n, k)) < 0.4] = 0
    probability = np.where(rng.random((n, k)) < 0.3, probability.round(1), probability)  # ties, also at .5
    probability[:, 4] *= 0.4  # never predicted
    gold[:5], probability[3:8] = False, 0
    return answers_of("multilabel", gold, probability), gold, probability


def multiclass(seed, n=150, k=4, least=0.0):
    """Answers, labels and probabilities; nobody has the last class of more than two."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, max(2, k - 1), n)
    probability = rng.dirichlet(np.ones(k), n) + np.eye(k)[label] * 0.3 + least
    probability /= probability.sum(axis=1, keepdims=True)
    task = "binary" if k == 2 else "multiclass"
    return answers_of(task, np.eye(k, dtype=bool)[label], probability), label, probability


def slices_of(members):
    """Slices s0, s1, … of a bool matrix."""
    return Membership(tuple(f"s{i}" for i in range(members.shape[1])), members)


def no_slices(n):
    return Membership((), np.zeros((n, 0), dtype=bool))
