"""Vote matrices to measure label models on, beside those of the WRENCH benchmark: made here, from data that ships.

Each stands for a way in which labeling functions come about:

- *rules*: one-sided conditions on one or two features, kept where they are right on a few dozen labelled records, as
  people write them; over data sets of scikit-learn, some with one class against a rare one;
- *keywords*: words that a few dozen labelled texts speak for, over titles and descriptions of Made With ML; each votes
  one class where the word occurs;
- *detectors*: a few classifiers that vote both ways on all they have seen, each trained on other features;
- *drawn*: votes drawn from a model, with copies of some labeling functions, rare classes, and worse than chance ones.

Nothing here knows a label model; the classes of the records are for scoring alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from data import find_data
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

ABSTAIN = -1
SHOWN = 60  # labelled records that the author of the labeling functions has seen
Votes = npt.NDArray[np.int8]
Classes = npt.NDArray[np.int64]


class VoteMatrix(NamedTuple):
    """A vote matrix to fit, one to predict, and its classes; `metric` is accuracy or the F1 of class 1."""

    name: str
    train: Votes
    test: Votes
    classes: Classes
    cardinality: int
    metric: str


def made_matrices(seeds: tuple[int, ...] = (0, 1)) -> Iterator[VoteMatrix]:
    """Make all, once a seed; another seed shows other records and other labeling functions."""
    for seed in seeds:
        for name, X, y in tables():
            rng = np.random.default_rng([seed, len(name), X.shape[1]])
            for kind, n_lfs in (("rules", 12), ("many rules", 60)):
                yield _split(f"{kind}: {name}", _rules(X, y, n_lfs, rng), y, rng)
            yield _split(f"detectors: {name}", _detectors(X, y, 5, rng), y, rng)
        for name, texts, y in text_tasks():
            rng = np.random.default_rng([seed, len(name)])
            for kind, n_lfs in (("keywords", 20), ("many keywords", 80)):
                yield _split(f"{kind}: {name}", _keywords(texts, y, n_lfs, rng), y, rng)
        yield from drawn_matrices(seed)


def tables() -> Iterator[tuple[str, npt.NDArray[np.float64], Classes]]:
    """Yield tables of numbers with classes."""
    digits, cancer, wine, iris = load_digits(), load_breast_cancer(), load_wine(), load_iris()
    yield "digits", digits.data, digits.target
    yield "eights (10 %)", digits.data, (digits.target == 8).astype(np.int64)
    yield "digits, odd", digits.data, digits.target % 2
    yield "cancer", cancer.data, 1 - cancer.target
    rng = np.random.default_rng(0)
    rare = np.flatnonzero((cancer.target == 1) | (rng.random(len(cancer.target)) < 0.25))
    yield "cancer, rare", cancer.data[rare], 1 - cancer.target[rare]
    yield "wine", wine.data, wine.target
    yield "iris", iris.data, iris.target


def text_tasks() -> Iterator[tuple[str, list[str], Classes]]:
    """Yield texts of Made With ML with classes made of their tags."""
    projects = json.loads((find_data("madewithml") / "projects.json").read_text())
    texts = [f"{project['title']} {project['description'] or ''}" for project in projects]
    tags = [set(project["tags"]) for project in projects]
    areas = [{"natural-language-processing"}, {"computer-vision"}, {"graphs", "graph-neural-networks", "time-series"}]
    area = [next((i for i, names in enumerate(areas) if names & own), len(areas)) for own in tags]
    yield "area of 4", texts, np.array(area)
    yield "vision or language", *_only(texts, np.array(area), (0, 1))
    yield "transformers (rare)", texts, np.array([int("transformers" in own) for own in tags])
    yield "reinforcement (rare)", texts, np.array([int("reinforcement-learning" in own) for own in tags])
    frameworks = ["pytorch", "tensorflow", "keras"]
    used = np.array([next((i for i, name in enumerate(frameworks) if name in own), -1) for own in tags])
    yield "framework of 3", *_only(texts, used, (0, 1, 2))


def _only(texts: list[str], y: Classes, kept: tuple[int, ...]) -> tuple[list[str], Classes]:
    rows = np.flatnonzero(np.isin(y, kept))
    return [texts[i] for i in rows], y[rows]


def _split(name: str, L: Votes, y: Classes, rng: np.random.Generator) -> VoteMatrix:
    order = rng.permutation(len(y))
    train, test = order[: len(y) * 2 // 3], order[len(y) * 2 // 3 :]
    cardinality = int(y.max()) + 1
    rare = cardinality == 2 and np.bincount(y)[1] < 0.35 * len(y)
    return VoteMatrix(name, L[train], L[test], y[test], cardinality, "F1" if rare else "accuracy")


def _shown(y: Classes, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Draw the records that the author has seen: a few of every class, the rest at random."""
    few = [rng.choice(np.flatnonzero(y == c), 8) for c in range(int(y.max()) + 1)]
    return np.unique(np.concatenate([*few, rng.choice(len(y), SHOWN)]))


def _keep(candidates: npt.NDArray[np.bool_], y: Classes, n_lfs: int, rng: np.random.Generator, at_least: int) -> Votes:
    """Make labeling functions of the conditions, bool of shape (records, conditions), that look right on what is shown.

    Each votes for the class that it speaks for most, against how common the class is there.
    """
    shown = _shown(y, rng)
    k = int(y.max()) + 1
    is_class = y[shown, None] == np.arange(k)
    hits = candidates[shown].T.astype(np.float64) @ is_class  # (conditions, classes)
    support = hits.sum(axis=1)
    share = (hits + is_class.mean(axis=0)) / (support + 1)[:, None]
    voted = (share / is_class.mean(axis=0)).argmax(axis=1)
    precision = share[np.arange(len(share)), voted]
    fitting = np.flatnonzero((support >= at_least) & (precision > max(0.5, 1.2 / k)))
    # As many for each class as there are; the better looking ones are likelier.
    luck = rng.exponential(size=len(fitting)) / precision[fitting] ** 3
    chosen = []
    for c in range(k):
        own = np.flatnonzero(voted[fitting] == c)
        chosen.extend(fitting[own[np.argsort(luck[own])[: -(-n_lfs // k)]]])
    return np.where(candidates[:, chosen], voted[chosen], ABSTAIN).astype(np.int8)


def _rules(X: npt.NDArray[np.float64], y: Classes, n_lfs: int, rng: np.random.Generator) -> Votes:
    feature = rng.integers(0, X.shape[1], 2_000)
    threshold = X[rng.integers(0, len(X), 2_000), feature]
    sides = np.where(rng.random(2_000) < 0.5, X[:, feature] > threshold, X[:, feature] <= threshold)
    both = sides & sides[:, rng.permutation(2_000)]
    conditions = np.where(np.arange(2_000) % 2 == 0, sides, both)
    return _keep(conditions, y, n_lfs, rng, at_least=4)


def _keywords(texts: list[str], y: Classes, n_lfs: int, rng: np.random.Generator) -> Votes:
    words = CountVectorizer(ngram_range=(1, 2), min_df=5, max_df=0.3, binary=True, stop_words="english")
    return _keep(words.fit_transform(texts).toarray() > 0, y, n_lfs, rng, at_least=2)


def _detectors(X: npt.NDArray[np.float64], y: Classes, n_lfs: int, rng: np.random.Generator) -> Votes:
    """Train classifiers on a few features each; half of them abstain where they are unsure."""
    shown = _shown(y, rng)
    scale = (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-9)
    columns = []
    for i in range(n_lfs):
        features = rng.choice(X.shape[1], min(X.shape[1], int(rng.integers(2, 7))), replace=False)
        model = LogisticRegression(max_iter=500).fit(scale[shown][:, features], y[shown])
        p = model.predict_proba(scale[:, features])
        sure = p.max(axis=1) > (np.quantile(p.max(axis=1), rng.uniform(0.2, 0.7)) if i % 2 else 0)
        columns.append(np.where(sure, model.classes_[p.argmax(axis=1)], ABSTAIN))
    return np.stack(columns, axis=1).astype(np.int8)


def drawn_matrices(seed: int) -> Iterator[VoteMatrix]:
    """Draw votes given classes: with copies, rare classes, one-sided labeling functions, and some worse than chance."""
    for i, (k, rare, one_sided, copies) in enumerate(
        [
            (2, 0.5, False, 0), (2, 0.5, False, 4), (2, 0.15, False, 0), (2, 0.15, True, 4), (2, 0.25, True, 0),
            (4, 0.25, True, 0), (4, 0.1, True, 4), (6, 0.03, True, 4), (9, 0.05, True, 10), (3, 0.3, False, 4),
        ]
    ):  # fmt: skip
        rng = np.random.default_rng([seed, 99, i])
        n, m = 3_000, int(rng.integers(5, 12)) * (k if one_sided else 1)
        rest = (1 - rare) * rng.dirichlet(np.full(k - 1, 5.0))
        y = rng.choice(k, n, p=np.append(rest, rare) if k > 2 else [1 - rare, rare])
        columns = []
        for j in range(m):
            accuracy, coverage = (
                rng.uniform(0.35 if rng.random() < 0.15 else 0.55, 0.95),
                rng.beta(1, 6 if one_sided else 2),
            )
            wrong = (y + rng.integers(1, k, n)) % k
            vote = np.where(rng.random(n) < accuracy, y, wrong)
            if one_sided:
                # Fires for its class, and for others so often that it is right with `accuracy` where it fires.
                own, c = y == j % k, j % k
                hit = min(1.0, coverage * accuracy / own.mean())
                false_hit = min(0.5, coverage * (1 - accuracy) / (1 - own.mean()))
                column = np.where(rng.random(n) < np.where(own, hit, false_hit), c, ABSTAIN)
            else:
                column = np.where(rng.random(n) < max(coverage, 0.05), vote, ABSTAIN)
            columns.append(column)
        for _ in range(copies):
            source = columns[int(rng.integers(0, min(3, m)))]
            columns.append(np.where(rng.random(n) < 0.9, source, ABSTAIN))
        name = f"drawn: {k} classes, rarest {rare:.0%}{', one-sided' * one_sided}{f', {copies} copies' * (copies > 0)}"
        yield _split(name, np.stack(columns, axis=1).astype(np.int8), y, rng)
