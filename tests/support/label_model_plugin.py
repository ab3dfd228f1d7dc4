"""A label model as somebody else would write one, and what goes wrong with such."""

from contextlib import contextmanager
from importlib.metadata import EntryPoint
from unittest.mock import patch

import numpy as np

from weaklabel.label_models import methods

NO_FUNCTION = 3


def fit_weighted(patterns, class_balance, seed):
    """Weigh the votes of each labeling function by how often it votes with the plurality, and add the prior."""
    k = len(class_balance)
    counts = patterns.class_counts(k)
    votes = patterns.one_hot(k)
    with_most = (votes.T @ (patterns.counts[:, None] * (counts == counts.max(axis=1, keepdims=True)))).reshape(-1, k, k)
    cast = with_most.sum(axis=(1, 2)) + 1
    agreed = with_most[:, np.arange(k), np.arange(k)].sum(axis=1)
    weight = np.kron((agreed / cast)[:, None], np.eye(k))

    def estimate(rows):
        scores = rows.one_hot(k) @ weight + class_balance
        return scores / scores.sum(axis=1, keepdims=True)

    return estimate


def fit_raising(patterns, class_balance, seed):
    raise ZeroDivisionError("no votes at all")


def fit_nothing(patterns, class_balance, seed):
    return None


def fit_changing_the_balance(patterns, class_balance, seed):
    class_balance[:] = 7
    return fit_weighted(patterns, np.full(len(class_balance), 1 / len(class_balance)), seed)


def fit_wrong_shape(patterns, class_balance, seed):
    return lambda rows: np.ones(len(rows))


def fit_no_probabilities(patterns, class_balance, seed):
    return lambda rows: np.full((len(rows), len(class_balance)), 2.0)


def fit_raising_late(patterns, class_balance, seed):
    return lambda rows: rows.missing


@contextmanager
def installed(**functions):
    """Offer functions of this module as entry points, by name; an underscore stands for a hyphen."""
    points = [EntryPoint(name.replace("_", "-"), value, methods.GROUP) for name, value in functions.items()]
    with offered(points):
        yield


@contextmanager
def offered(points):
    methods._plugins_on.cache_clear()
    with patch.object(methods, "entry_points", lambda group: [p for p in points if p.group == group]):
        yield
    methods._plugins_on.cache_clear()
