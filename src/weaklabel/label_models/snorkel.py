"""Snorkel's LabelModel, written out: the same answer from patterns with counts, without torch.

Source: Ratner et al., "Training Complex Models with Multi-Task Weak Supervision", AAAI 2019; the class
`snorkel.labeling.model.LabelModel` of snorkel 0.10, whose steps, single precision and defaults are kept. It learns
from O alone, how often two votes occur together, and builds it from a dense one-hot matrix of all records; here it is
counted from patterns. Its hundred steps of gradient descent spend nearly all their time in torch's bookkeeping; here
the gradient is written out (docs/decisions/0005-snorkel-gradient.md, 0012-label-models.md). Tests hold the two equal.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from weaklabel.errors import DivergenceError, Problem
from weaklabel.label_models.interface import Estimate
from weaklabel.label_models.overlaps import count_together, count_together_in_rows
from weaklabel.label_models.patterns import Probabilities, VotePatterns
from weaklabel.label_models.scores import softmax

MIN_LFS = 3
PRIOR_ACCURACY = 0.7  # the initial precision of every labeling function in Snorkel's LabelModel
STEPS, LEARNING_RATE, MOMENTUM = 100, 0.01, 0.9  # its training defaults
Singles = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating]


def fit_snorkel(patterns: VotePatterns, class_balance: Probabilities, seed: int) -> Estimate:
    """Fit Snorkel's LabelModel with a fixed seed and the given class balance.

    Columns are put into an order that only their votes decide, so the order of labeling functions and records does
    not matter. With fewer than three labeling functions that ever vote, accuracies cannot be told from votes;
    each is then taken to be right with probability 0.7, where Snorkel itself begins.
    """
    together = count_together(patterns, len(class_balance))
    return _fit_overlaps(together, patterns.n_records, class_balance, seed)


def fit_snorkel_to_rows(L: npt.NDArray[np.integer], class_balance: Probabilities, seed: int) -> Estimate:
    """Fit the same to a checked vote matrix: it needs no patterns."""
    return _fit_overlaps(count_together_in_rows(L, len(class_balance)), len(L), class_balance, seed)


def _fit_overlaps(together: Probabilities, n_records: int, class_balance: Probabilities, seed: int) -> Estimate:
    cardinality = len(class_balance)
    active = np.flatnonzero(together.diagonal().reshape(-1, cardinality).any(axis=1))
    if len(active) < MIN_LFS:
        return estimate_by_prior_accuracy(class_balance)
    symbols = _symbols_of(active, cardinality)
    order = active[_canonical_order(together[np.ix_(symbols, symbols)], cardinality)]
    symbols = _symbols_of(order, cardinality)
    mu = fit_mu(together[np.ix_(symbols, symbols)], n_records, class_balance, seed)
    log_mu = np.log(mu.astype(np.float64))

    def estimate(voted: VotePatterns) -> Probabilities:
        # Snorkel's predict_proba, without its underflow: there, the product over many votes becomes 0 / 0.
        return softmax(voted.one_hot(cardinality, order) @ log_mu + np.log(class_balance))

    return estimate


def estimate_by_prior_accuracy(class_balance: Probabilities) -> Estimate:
    """Return naive Bayes in which every vote is right with PRIOR_ACCURACY and else wrong evenly."""
    cardinality = len(class_balance)
    gain = np.log(PRIOR_ACCURACY) - np.log((1 - PRIOR_ACCURACY) / (cardinality - 1))

    def estimate(voted: VotePatterns) -> Probabilities:
        return softmax(np.log(class_balance) + gain * voted.class_counts(cardinality))

    return estimate


def fit_mu(together: Probabilities, n_records: int, class_balance: Probabilities, seed: int) -> Singles:
    """Do what LabelModel.fit does, and return its μ.

    Parameters
    ----------
    together
        float64 of shape (LFs · classes, LFs · classes): n · O, how many records have each two votes.
    n_records
        n.
    class_balance
        float64 of shape (classes,).
    seed
        What LabelModel.fit is given; it draws one number.

    Returns
    -------
    numpy.ndarray
        float32 of shape (LFs · classes, classes): P(vote | class).
    """
    O = (together / n_records).astype(np.float32)  # noqa: E741 - the name in the paper
    own_class = np.arange(len(O)) % len(class_balance)
    accurate = np.diag(O) * np.float32(PRIOR_ACCURACY) / class_balance.astype(np.float32)[own_class]
    mu = np.zeros((len(O), len(class_balance)), dtype=np.float32)
    mu[np.arange(len(O)), own_class] = np.clip(accurate, 0, 1)
    mu *= np.float32(np.random.RandomState(seed).random_sample())  # the number that Snorkel draws
    mu = descend(O, class_balance, mu).astype(np.float32)
    least = np.float32(min(0.01, 1 / 10 ** np.ceil(np.log10(n_records))))
    return _name_classes(np.clip(mu, least, 1 - least), class_balance)


def _name_classes(mu: Singles, class_balance: Probabilities) -> Singles:
    """Give the columns of μ to the classes so that labeling functions are right most often.

    Classes with the same balance can be exchanged without changing the loss.
    """
    cardinality = len(class_balance)
    right = mu.reshape(-1, cardinality, cardinality).sum(axis=0) * class_balance.astype(np.float32)
    column_of = np.arange(cardinality)
    rounded = np.around(class_balance.astype(np.float32), 3)
    for balance in np.unique(rounded):
        alike = np.flatnonzero(rounded == balance)
        _, best = linear_sum_assignment(right[np.ix_(alike, alike)], maximize=True)
        column_of[alike] = alike[best]
    return mu[:, column_of]


def _symbols_of(lfs: npt.NDArray[np.intp], cardinality: int) -> npt.NDArray[np.intp]:
    return (lfs[:, None] * cardinality + np.arange(cardinality)).ravel()


def _canonical_order(together: Probabilities, cardinality: int) -> npt.NDArray[np.intp]:
    """Return an order of the labeling functions that does not depend on the order in which they are given.

    Snorkel sees only how often each labeling function votes each class, alone and with each other one. They are
    sorted by these counts; those that tie, by what they share with the others, twice; what still ties is exchangeable
    to that depth.
    """
    shared = together.reshape(
        -1, cardinality, len(together) // cardinality, cardinality
    )  # LF, its class, LF, its class
    lfs = np.arange(len(shared))
    ranks = _rank([tuple(block.ravel().tolist()) for block in shared[lfs, :, lfs, :]])
    for _ in range(2):
        is_tied = np.bincount(ranks)[ranks] > 1
        if not is_tied.any():
            break
        keys: list[tuple[float, ...]] = [(rank,) for rank in ranks.tolist()]
        for lf in np.flatnonzero(is_tied).tolist():
            pairs = shared[lf].transpose(1, 0, 2).reshape(len(lfs), -1)
            others = np.delete(np.column_stack([ranks, pairs]), lf, axis=0)
            keys[lf] += tuple(others[np.lexsort(others.T[::-1])].ravel().tolist())
        ranks = _rank(keys)
    return np.argsort(ranks, kind="stable")


def _rank(keys: list[tuple[float, ...]]) -> npt.NDArray[np.intp]:
    rank_of = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return np.array([rank_of[key] for key in keys], dtype=np.intp)


def descend(O: Floats, p: Probabilities, start: Floats) -> Probabilities:  # noqa: E741
    """Minimise Snorkel's loss ‖(O - μ P μᵀ) ∘ mask‖² + ‖μ p - diag(O)‖² by its own gradient descent.

    The mask leaves pairs of different labeling functions. With A = μ P, (A μᵀ ∘ mask) A is A (μᵀ A) less the same of
    each labeling function's own block, so nothing of the size of O is made.

    Parameters
    ----------
    O
        float of shape (LFs · classes, LFs · classes): how often two votes occur together.
    p
        float of shape (classes,): the class balance, the diagonal of P.
    start
        float of shape (LFs · classes, classes): where μ begins; P(vote | class).

    Returns
    -------
    numpy.ndarray
        float64, of the shape of `start`, after STEPS steps of LEARNING_RATE with MOMENTUM (Snorkel's defaults).

    Raises
    ------
    DivergenceError
        Where the steps diverge, as Snorkel's own do ("Loss is NaN").
    """
    cardinality = len(p)
    blocks = (-1, cardinality, cardinality)
    mu: Probabilities = start.astype(np.float64)
    rates = np.diag(O).astype(np.float64)
    off_diagonal = O.astype(np.float64)
    for own in np.arange(len(O)).reshape(-1, cardinality):
        off_diagonal[np.ix_(own, own)] = 0
    velocity = np.zeros_like(mu)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(STEPS):
            A = mu * p
            own_blocks = A.reshape(blocks) @ (mu.reshape(blocks).transpose(0, 2, 1) @ A.reshape(blocks))
            residual = off_diagonal @ A - A @ (mu.T @ A) + own_blocks.reshape(mu.shape)
            gradient = -4 * residual + 2 * np.outer(mu @ p - rates, p)
            velocity = MOMENTUM * velocity + gradient
            mu = mu - LEARNING_RATE * velocity
    if not np.isfinite(mu).all():
        what = f"Snorkel's label model diverges on the votes of these {len(O) // len(p)} labeling functions."
        raise DivergenceError(Problem(what, fix="Remove some that nearly always vote alike, or use `majority`."))
    return mu
