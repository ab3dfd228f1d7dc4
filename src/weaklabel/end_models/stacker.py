"""One logistic regression for all tags, from what is known of a cell to a calibrated probability.

Source: Wolpert, "Stacked Generalization", Neural Networks 1992. Every signal of a labelled record is computed without
the record's own tag, so the regression may be fitted on all of them; it has some twenty weights for a million cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from weaklabel.end_models.interface import Floats, Scores
from weaklabel.end_models.signals import AGAINST, MODELS, Cells, Part, Signals, Term, choose_terms
from weaklabel.terms import GivenMatrix

INVERSE_PENALTY = 10.0
MAX_CELLS = 400_000  # that are fitted; of cells without a sign of the tag some stand for the others
LIKELY = 0.02  # a score above this is such a sign
BLOCK_CELLS = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class Stacker:
    """The fitted regression.

    Attributes
    ----------
    terms
        What is weighed.
    weights
        float64 of shape (terms,).
    intercept
        The log-odds of a cell on which all terms are 0.
    """

    terms: tuple[Term, ...]
    weights: Floats
    intercept: float

    def predict(self, signals: Signals, rows: npt.NDArray[np.intp]) -> Scores:
        """Return P(tag) for some records, float32 of shape (rows, tags)."""
        n_tags = signals.shape[1]
        result = np.empty((len(rows), n_tags), dtype=np.float32)
        for block in _blocks(len(rows), n_tags):
            record, tag = np.repeat(rows[block], n_tags), np.tile(np.arange(n_tags), len(rows[block]))
            result[block] = expit(self.log_odds(Cells(signals, record, tag))).reshape(-1, n_tags)
        return result

    def log_odds(self, cells: Cells) -> Floats:
        """Return the log-odds of cells, float64 of shape (cells,)."""
        return self._design(cells) @ self.weights + self.intercept

    def explain(
        self, signals: Signals, record: int, tag: int, labelled: npt.NDArray[np.intp]
    ) -> tuple[float, dict[Part, float]]:
        """Return the mean log-odds of the tag among labelled records, and what each part adds to it in one cell.

        In a linear model that is each term's Shapley value (Lundberg and Lee, 2017), summed over the terms of a part.
        """
        usual = self._design(Cells(signals, labelled, np.full(len(labelled), tag))).mean(axis=0)
        own = self._design(Cells(signals, np.array([record]), np.array([tag])))[0]
        shares: dict[Part, float] = {}
        for term, share in zip(self.terms, (own - usual) * self.weights, strict=True):
            if term.part != "base rate":
                shares[term.part] = shares.get(term.part, 0.0) + float(share)
        return float(usual @ self.weights + self.intercept), shares

    def _design(self, cells: Cells) -> Floats:
        return np.column_stack([term.of(cells) for term in self.terms])


def fit_stacker(signals: Signals, given: GivenMatrix, seed: int) -> Stacker:
    """Fit on labelled records; tags that no author gave are left out, and predicted all the same."""
    terms = choose_terms(signals)
    record, tag, y, weight = _choose_cells(signals, given, seed)
    design = np.column_stack([term.of(cells) for cells in [Cells(signals, record, tag)] for term in terms])
    regression = LogisticRegression(C=INVERSE_PENALTY, solver="newton-cholesky", max_iter=50)
    regression.fit(design, y, sample_weight=weight)
    return Stacker(terms, regression.coef_[0], float(regression.intercept_[0]))


def _choose_cells(
    signals: Signals, given: GivenMatrix, seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.bool_], Floats]:
    """Return cells to fit: record, tag, whether it was given, and how many cells it stands for."""
    used = np.flatnonzero(np.asarray(given.tags.sum(axis=0)).ravel())
    labelled = np.flatnonzero(given.labelled)
    signs, others, given_there = [], [], []
    for block in _blocks(len(labelled), len(used)):
        at = np.ix_(labelled[block], used)
        positive = given.tags[labelled[block]][:, used].toarray() > 0
        sign = positive.copy()
        for name, flag in signals.flags.items():
            if name not in AGAINST:
                sign |= flag[at]
        for name, chance in signals.chances.items():
            if name in MODELS:
                sign |= chance[at] > LIKELY
        cell = labelled[block][:, None] * signals.shape[1] + used
        signs.append(cell[sign])
        given_there.append(positive[sign])
        others.append(cell[~sign])
    telling, rest = np.concatenate(signs), np.concatenate(others)
    rng = np.random.default_rng(seed)
    y = np.concatenate(given_there)
    share = 1.0
    if len(telling) + len(rest) > MAX_CELLS:
        kept = max(MAX_CELLS - len(telling), MAX_CELLS // 4)
        share = len(rest) / min(kept, len(rest)) if len(rest) else 1.0
        rest = rng.choice(rest, min(kept, len(rest)), replace=False)
    weight = np.concatenate([np.ones(len(telling)), np.full(len(rest), share)])
    if len(telling) > MAX_CELLS:
        chosen = rng.choice(len(telling), MAX_CELLS, replace=False)
        weight = np.concatenate([np.full(MAX_CELLS, len(telling) / MAX_CELLS), np.full(len(rest), share)])
        telling, y = telling[chosen], y[chosen]
    cell = np.concatenate([telling, rest])
    record, tag = np.divmod(cell, signals.shape[1])
    return record, tag, np.concatenate([y, np.zeros(len(rest), dtype=np.bool_)]), weight


def _blocks(n_rows: int, n_columns: int) -> Iterator[slice]:
    step = max(1, BLOCK_CELLS // max(1, n_columns))
    return (slice(start, start + step) for start in range(0, n_rows, step))
