"""Snorkel's LabelModel, run so that its answer depends on nothing but the votes and the seed.

Source: Ratner et al., "Training Complex Models with Multi-Task Weak Supervision", AAAI 2019; the class
`snorkel.labeling.model.LabelModel` of snorkel 0.10. Its hundred steps of gradient descent on a matrix of a few
numbers spend nearly all their time in torch's bookkeeping; here the gradient of the same loss is written out, and
all else is Snorkel's own code (docs/decisions/0005-snorkel-gradient.md has the timings, tests the equality).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from weaklabel.errors import LabelModelError, Problem
from weaklabel.label_models.interface import ABSTAIN, Estimate, Labels, Probabilities

MIN_LFS = 3
PRIOR_ACCURACY = 0.7  # the initial precision of every labeling function in Snorkel's LabelModel
STEPS, LEARNING_RATE, MOMENTUM = 100, 0.01, 0.9  # its training defaults


def fit_snorkel(L: Labels, class_balance: Probabilities, seed: int) -> Estimate:
    """Fit Snorkel's LabelModel with a fixed seed and the given class balance.

    Columns are put into an order that only their votes decide, so the order of labeling functions and records does
    not matter. With fewer than three labeling functions that ever vote, accuracies cannot be told from votes;
    each is then taken to be right with probability 0.7, where Snorkel itself begins.
    """
    active = np.flatnonzero((L != ABSTAIN).any(axis=0)) if len(L) else np.array([], dtype=np.int64)
    if len(active) < MIN_LFS:
        return estimate_by_prior_accuracy(class_balance)
    order = active[_canonical_order(L[:, active], len(class_balance))]
    with _restored_random_states():
        model = label_model_type()(cardinality=len(class_balance), verbose=False)
        model.fit(L[:, order], class_balance=class_balance.tolist(), seed=seed, n_epochs=0, progress_bar=False)
    log_mu = np.log(model.mu.detach().numpy().astype(np.float64))

    def estimate(votes: Labels) -> Probabilities:
        # Snorkel's predict_proba, without its underflow: there, the product over many votes becomes 0 / 0.
        one_hot = (votes[:, order, None] == np.arange(len(class_balance))).reshape(len(votes), -1)
        return _softmax(one_hot @ log_mu + np.log(class_balance))

    return estimate


def estimate_by_prior_accuracy(class_balance: Probabilities) -> Estimate:
    """Return naive Bayes in which every vote is right with PRIOR_ACCURACY and else wrong evenly."""
    cardinality = len(class_balance)
    gain = np.log(PRIOR_ACCURACY) - np.log((1 - PRIOR_ACCURACY) / (cardinality - 1))

    def estimate(votes: Labels) -> Probabilities:
        counts = np.stack([(votes == c).sum(axis=1) for c in range(cardinality)], axis=1)
        return _softmax(np.log(class_balance) + gain * counts)

    return estimate


def _softmax(scores: Probabilities) -> Probabilities:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    return result


def _canonical_order(L: Labels, cardinality: int) -> Labels:
    """Return an order of the columns that does not depend on the order in which rows and columns are given.

    Snorkel sees only how often each labeling function votes each class, alone and with each other one. Columns
    are sorted by these counts, refined twice by the keys of the columns they overlap with; what still ties is
    exchangeable to that depth.
    """
    one_hot = np.concatenate([c == L for c in range(cardinality)], axis=1).astype(np.int64)
    overlap = one_hot.T @ one_hot
    m = L.shape[1]
    blocks = overlap.reshape(cardinality, m, cardinality, m).transpose(1, 3, 0, 2)
    keys: list[tuple[object, ...]] = [tuple(blocks[i, i].ravel().tolist()) for i in range(m)]
    for _ in range(2):
        keys = [
            (keys[i], *sorted((keys[j], tuple(blocks[i, j].ravel().tolist())) for j in range(m) if j != i))
            for i in range(m)
        ]
        ranks = {key: rank for rank, key in enumerate(sorted(set(keys)))}
        keys = [(ranks[key],) for key in keys]
    return np.array(sorted(range(m), key=lambda i: keys[i]), dtype=np.int64)


@cache
def label_model_type() -> Any:
    """Return a LabelModel that descends as it starts, without torch's optimizer: to be fitted with n_epochs=0."""
    import torch
    from snorkel.labeling.model import LabelModel

    class WrittenOutLabelModel(LabelModel):  # type: ignore[misc]
        mu: Any

        def _init_params(self) -> None:
            super()._init_params()
            mu = descend(self.O.numpy(), self.p, self.mask.numpy(), self.mu.detach().numpy())
            self.mu = torch.nn.Parameter(torch.from_numpy(mu).float())

        def _set_optimizer(self) -> None:
            """Make none: there are no steps left to take."""

    return WrittenOutLabelModel


def descend(O: Probabilities, p: Probabilities, mask: Any, mu: Probabilities) -> Probabilities:  # noqa: E741
    """Minimise Snorkel's loss ‖(O - μ P μᵀ) ∘ mask‖² + ‖μ p - diag(O)‖² by its own gradient descent.

    Parameters
    ----------
    O
        float of shape (LFs · classes, LFs · classes): how often two votes occur together.
    p
        float of shape (classes,): the class balance, the diagonal of P.
    mask
        bool, of the shape of `O`: pairs of different labeling functions.
    mu
        float of shape (LFs · classes, classes): where to start; P(vote | class).

    Returns
    -------
    numpy.ndarray
        float64, of the shape of `mu`, after STEPS steps of LEARNING_RATE with MOMENTUM (Snorkel's defaults).

    Raises
    ------
    LabelModelError
        Where the steps diverge, as Snorkel's own do ("Loss is NaN").
    """
    O, mu = O.astype(np.float64), mu.astype(np.float64)  # noqa: E741 - the name in the paper
    rates = np.diag(O)
    velocity = np.zeros_like(mu)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(STEPS):
            residual = np.where(mask, O - (mu * p) @ mu.T, 0.0)
            gradient = -4 * residual @ (mu * p) + 2 * np.outer(mu @ p - rates, p)
            velocity = MOMENTUM * velocity + gradient
            mu = mu - LEARNING_RATE * velocity
    if not np.isfinite(mu).all():
        what = f"Snorkel's label model diverges on the votes of these {len(O) // len(p)} labeling functions."
        raise LabelModelError(Problem(what, fix="Remove some that nearly always vote alike, or use `majority`."))
    return mu


@contextmanager
def _restored_random_states() -> Iterator[None]:
    """Leave every global random state, which Snorkel seeds, as it was found."""
    import random

    import torch

    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002 - Snorkel's choice
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002 - see above
        torch.set_rng_state(states[2])
