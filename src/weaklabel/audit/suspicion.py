"""How probable it is that an author left a tag out, or gave a wrong one, from how probable the tag is.

Authors err: of the tags that are right they leave out a share e₁, of those that are wrong they give a share e₀. With p
the probability of a tag before it is known whether the author gave it, Bayes' rule says of one that was not given, and
of one that was:

    P(right | not given) = p e₁ / (p e₁ + (1 - p)(1 - e₀))
    P(wrong | given)     = (1 - p) e₀ / ((1 - p) e₀ + p (1 - e₁))

A wrong tag is more often a frequent one, though not in proportion: e₀ of a tag grows with the root of its base rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from weaklabel.terms import CellProbabilities, Vocabulary

Floats = npt.NDArray[np.float64]
MISSED = 0.1
"""e₁: the share of right tags that authors are taken to leave out."""
WRONG = 0.1
"""The share of given tags that are taken to be wrong, which e₀ follows from."""


def missing_score(probability: Floats, wrong_rate: Floats) -> Floats:
    """Return P(right | not given), float64 of the shape of `probability`; `wrong_rate` is e₀ of each cell's tag."""
    left_out = probability * MISSED
    result: Floats = left_out / np.maximum(left_out + (1 - probability) * (1 - wrong_rate), np.finfo(float).tiny)
    return result


def unsupported_score(probability: Floats, wrong_rate: Floats) -> Floats:
    """Return P(wrong | given), float64 of the shape of `probability`; `wrong_rate` is e₀ of each cell's tag."""
    wrong = (1 - probability) * wrong_rate
    result: Floats = wrong / np.maximum(wrong + probability * (1 - MISSED), np.finfo(float).tiny)
    return result


def wrong_rates(base_rates: Floats) -> Floats:
    """Return e₀ of each tag, float64 of shape (tags,), from how often authors give it."""
    rates: Floats = WRONG * np.sqrt(base_rates.mean() * base_rates)
    return rates


def pool_opinions(*probabilities: float) -> float:
    """Return the probability whose log-odds are the mean of those of others, each kept a thousandth from 0 and 1."""
    opinions = np.clip(probabilities, 1e-3, 1 - 1e-3)
    return float(expit(np.mean(logit(opinions))))


class CellScores:
    """Scores of cells, by the position of their record and the name of their tag.

    Parameters
    ----------
    cells
        Sorted by record and tag.
    base_rates
        float64 of shape (tags,): how often authors give each tag.
    """

    def __init__(self, cells: CellProbabilities, base_rates: npt.NDArray[np.float64], vocabulary: Vocabulary) -> None:
        self._index = vocabulary.index
        self._key = cells.record.astype(np.int64) * len(vocabulary) + cells.tag
        rates = wrong_rates(base_rates)[cells.tag]
        self._missing = missing_score(cells.probability, rates)
        self._unsupported = unsupported_score(cells.probability, rates)

    def missing(self, record: int, name: str) -> float:
        """Return P(right | not given); 0 for a cell that is not among them."""
        return self._look_up(self._missing, record, name, otherwise=0.0)

    def unsupported(self, record: int, name: str) -> float:
        """Return P(wrong | given); nan where nothing is known."""
        return self._look_up(self._unsupported, record, name, otherwise=float("nan"))

    def _look_up(self, scores: npt.NDArray[np.float64], record: int, name: str, *, otherwise: float) -> float:
        key = record * len(self._index) + self._index[name]
        place = int(np.searchsorted(self._key, key))
        return float(scores[place]) if place < len(self._key) and self._key[place] == key else otherwise
