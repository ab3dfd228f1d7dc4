"""Exclusive classes: a softmax over what votes and texts say of each class.

Source: McFadden, "Conditional Logit Analysis of Qualitative Choice Behavior", 1974: each class has the score
η_c = Σ_j w_j f_jc + b_c, with weights that all classes share, and P(class) = exp(η_c) / Σ_d exp(η_d).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import logsumexp

from weaklabel.end_models.interface import EndModel, Floats
from weaklabel.end_models.predict import Embeddings, make_end_model, most_similar
from weaklabel.end_models.signals import MIN_CHANCE, Part, log_odds

PENALTY = 1.0  # of the kernel; classes have more records each than tags do
INVERSE_PENALTY = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class ClassPrediction:
    """The probability of every class of every record, and what can say why.

    Attributes
    ----------
    probability
        float64 of shape (records, classes); rows sum to 1.
    model
        kernel or linear.
    is_learnt
        Whether it is learnt from given classes, or else from votes.
    features, usual, parts
        float64 of shape (records, classes, features): what is weighed; its mean over records; and what each feature is
        put down to.
    weights, bias
        float64 of shape (features,) and (classes,).
    end_model
        Which texts are alike.
    """

    probability: Floats
    model: str
    is_learnt: bool
    features: Floats
    usual: Floats
    parts: tuple[Part, ...]
    weights: Floats
    bias: Floats
    end_model: EndModel

    def explain(self, record: int, tag: int, evidence: Floats | None = None) -> tuple[float, dict[Part, float]]:
        """Return the log-odds of a class in a usual record, and what each part then adds, one after the other.

        With `evidence`, from :func:`evidence_of_votes`, float64 of shape (classes,), as if the record had other votes.
        """
        features = self.features[record]
        if evidence is not None:
            features = np.column_stack([evidence, features[:, 1:]])
        scores = self.bias + self.usual @ self.weights
        steps = [_log_odds_of(scores, tag)]
        names: list[Part] = []
        for part in dict.fromkeys(self.parts):
            columns = [i for i, name in enumerate(self.parts) if name == part]
            scores = scores + (features - self.usual)[:, columns] @ self.weights[columns]
            steps.append(_log_odds_of(scores, tag))
            names.append(part)
        return steps[0], dict(zip(names, np.diff(steps).tolist(), strict=True))

    def similar(self, record: int, others: npt.NDArray[np.intp], most: int) -> list[tuple[int, float]]:
        """Return, of some other records, those whose text is most like a record's, with how much: 0 to 1."""
        return most_similar(self.end_model, record, others, most)


def predict_classes(
    texts: Sequence[str],
    by_votes: Floats,
    balance: Floats,
    labels: npt.NDArray[np.intp] | None,
    *,
    model: str = "kernel",
    embeddings: Embeddings | None = None,
    seed: int = 0,
) -> ClassPrediction:
    """Learn from given classes (or, where nobody gave any, from the label model) and give every record P(class).

    Parameters
    ----------
    texts
        One a record.
    by_votes
        float64 of shape (records, classes): what the label model says.
    balance
        float64 of shape (classes,): P(class) before any vote.
    labels
        int of shape (records,): the given class, -1 where the record is unlabelled; None to learn from `by_votes`.
        Of a class that nobody gave, the text says what it says of the others on average: it rests on votes alone.
    model, embeddings, seed
        As for :func:`~weaklabel.end_models.predict_cells`.
    """
    n, k = by_votes.shape
    evidence = evidence_of_votes(by_votes, balance)
    if labels is None:
        targets, known = by_votes, np.ones(n, dtype=np.bool_)
    else:
        targets, known = np.eye(k)[np.maximum(labels, 0)], labels >= 0
    end_model, name = make_end_model(texts, model, seed, embeddings=embeddings, penalty=PENALTY)
    score = end_model.score(csr_array(targets), known).astype(np.float64)
    features = np.stack([evidence, score, log_odds(score)], axis=2)
    parts: tuple[Part, ...] = ("labeling functions", "text", "text")
    rows = np.flatnonzero(known)
    if labels is None:  # the text alone is fitted to what votes say; then they count as they are
        weights, bias = _fit(features[rows][:, :, 1:], targets[rows])
        weights = np.concatenate([[1.0], weights])
    else:
        given = np.unique(labels[known])
        ungiven = np.setdiff1d(np.arange(k), given)
        features[:, ungiven, 1:] = features[:, given, 1:].mean(axis=1, keepdims=True)
        weights, own_bias = _fit(features[rows][:, given], targets[rows][:, given])
        bias = np.full(k, own_bias.mean())
        bias[given] = own_bias
    scores_of = features @ weights + bias
    probability: Floats = np.exp(scores_of - logsumexp(scores_of, axis=1, keepdims=True))
    return ClassPrediction(
        probability, name, labels is not None, features, features.mean(axis=0), parts, weights, bias, end_model
    )


def evidence_of_votes(by_votes: Floats, balance: Floats) -> Floats:
    """Return ln P(class | votes) - ln P(class), float64 of the shape of `by_votes`, (…, classes)."""
    evidence: Floats = np.log(np.clip(by_votes, MIN_CHANCE, 1)) - np.log(np.clip(balance, MIN_CHANCE, 1))
    return evidence


def _fit(features: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Return the weights of features and the bias of each class, float64, of greatest penalised likelihood."""
    k, m = features.shape[1:]

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights, bias = parameters[:m], parameters[m:]
        scores = features @ weights + bias
        log_p = scores - logsumexp(scores, axis=1, keepdims=True)
        error = np.exp(log_p) - targets
        gradient = np.concatenate([np.einsum("ik,ikm->m", error, features), error.sum(axis=0)])
        penalty = parameters @ parameters / (2 * INVERSE_PENALTY)
        return float(-(targets * log_p).sum() + penalty), gradient + parameters / INVERSE_PENALTY

    found = minimize(loss, np.zeros(m + k), jac=True, method="L-BFGS-B")
    return found.x[:m], found.x[m:]


def _log_odds_of(scores: Floats, tag: int) -> float:
    return float(scores[tag] - logsumexp(np.delete(scores, tag)))
