"""One logistic regression for all tags, from what is known of a cell to a calibrated probability.

Source: Wolpert, "Stacked Generalization", Neural Networks 1992. Every signal of a labelled record is computed without
the record's own tag, so the regression may be fitted on all of them; it has some twenty weights for a million cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from weaklabel.end_models.interface import Floats, Scores
from weaklabel.end_models.signals import AGAINST, MODELS, Cells, Part, Signals, Term
from weaklabel.terms import GivenMatrix, smoothed_share

INVERSE_PENALTY = 10.0
MAX_CELLS = 400_000  # that are fitted; of cells without a sign of the tag some stand for the others
LIKELY = 0.02  # a score above this is such a sign
SLOPE_PRECISION, SHIFT_PRECISION, CALIBRATION_STEPS = 200.0, 20.0, 8
MAX_HALVINGS = 12
BLOCK_CELLS = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class TagCalibration:
    """What is fitted to each tag apart: some are better told by their evidence than others.

    Source: Platt, "Probabilistic Outputs for Support Vector Machines", 1999, with priors that hold tags of few records
    at what all have in common.

    Attributes
    ----------
    slope, shift
        float64 of shape (tags,): the tag's log-odds are slope · common log-odds + shift.
    """

    slope: Floats
    shift: Floats


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
    tags
        How each tag's log-odds differ from that; None where they do not.
    """

    terms: tuple[Term, ...]
    weights: Floats
    intercept: float
    tags: TagCalibration | None = None

    def predict(self, signals: Signals, rows: npt.NDArray[np.intp], tags: npt.NDArray[np.intp] | None = None) -> Scores:
        """Return P(tag) for some records and some tags (all by default), float32 of shape (rows, tags)."""
        tags = np.arange(signals.shape[1]) if tags is None else tags
        result = np.empty((len(rows), len(tags)), dtype=np.float32)
        for block in _blocks(len(rows), len(tags)):
            record, tag = np.repeat(rows[block], len(tags)), np.tile(tags, len(rows[block]))
            result[block] = expit(self.log_odds(Cells(signals, record, tag))).reshape(-1, len(tags))
        return result

    def log_odds(self, cells: Cells) -> Floats:
        """Return the log-odds of cells, float64 of shape (cells,)."""
        common = self._design(cells) @ self.weights + self.intercept
        return common if self.tags is None else self.tags.slope[cells.tag] * common + self.tags.shift[cells.tag]

    def explain(
        self, signals: Signals, tag: int, labelled: npt.NDArray[np.intp], own: Signals
    ) -> tuple[float, dict[Part, float]]:
        """Return the mean log-odds of the tag among labelled records, and what each part adds to it in one cell.

        `own` are the signals of this cell alone, from :meth:`Signals.of_cell`. In a linear model that is each term's
        Shapley value (Lundberg and Lee, 2017), summed over the terms of a part.
        """
        usual = self._design(Cells(signals, labelled, np.full(len(labelled), tag))).mean(axis=0)
        here = self._design(Cells(own, np.array([0]), np.array([0])))[0]
        slope, shift = (1.0, 0.0) if self.tags is None else (self.tags.slope[tag], self.tags.shift[tag])
        shares: dict[Part, float] = {}
        for term, share in zip(self.terms, slope * (here - usual) * self.weights, strict=True):
            if term.part != "base rate":
                shares[term.part] = shares.get(term.part, 0.0) + float(share)
        return float(slope * (usual @ self.weights + self.intercept) + shift), shares

    def _design(self, cells: Cells) -> Floats:
        return np.column_stack([term.of(cells) for term in self.terms])


def fit_stacker(
    signals: Signals, terms: tuple[Term, ...], given: GivenMatrix, seed: int, *, for_each_tag: bool = True
) -> Stacker:
    """Fit on labelled records and the tags that authors gave; `for_each_tag`, each has its own slope and shift too."""
    record, tag, y, weight = _choose_cells(signals, given, seed)
    design = np.column_stack([term.of(cells) for cells in [Cells(signals, record, tag)] for term in terms])
    weights, intercept = fit_logistic(design, y, weight)
    stacker = Stacker(terms, weights, intercept)
    if not for_each_tag:
        return stacker
    common = design @ stacker.weights + stacker.intercept
    return replace(stacker, tags=_calibrate_tags(common, tag, y, weight, signals.shape[1]))


def fit_logistic(design: Floats, y: npt.NDArray[np.bool_], weight: Floats) -> tuple[Floats, float]:
    """Return the weights and the intercept of a logistic regression; of the share alone where all cells are alike."""
    positive = float(weight[y].sum())
    if not 0 < positive < weight.sum():
        return np.zeros(design.shape[1]), float(logit(smoothed_share(positive, float(weight.sum()))))
    regression = LogisticRegression(C=INVERSE_PENALTY, solver="newton-cholesky", max_iter=50)
    regression.fit(design, y, sample_weight=weight)
    return regression.coef_[0], float(regression.intercept_[0])


def _calibrate_tags(
    common: Floats, tag: npt.NDArray[np.intp], y: npt.NDArray[np.bool_], weight: Floats, n_tags: int
) -> TagCalibration:
    """Fit a slope and a shift for each tag by Newton's method, drawn towards 1 and 0 by normal priors.

    A step is halved for the tags whose loss it would raise.
    """

    def total(values: Floats) -> Floats:
        sums: Floats = np.bincount(tag, weight * values, minlength=n_tags).astype(np.float64)
        return sums

    def loss(slope: Floats, shift: Floats) -> Floats:
        scores = slope[tag] * common + shift[tag]
        priors = SLOPE_PRECISION * (slope - 1) ** 2 + SHIFT_PRECISION * shift**2
        return total(np.logaddexp(0, scores) - y * scores) + priors / 2

    slope, shift = np.ones(n_tags), np.zeros(n_tags)
    known = loss(slope, shift)
    for _ in range(CALIBRATION_STEPS):
        p = expit(slope[tag] * common + shift[tag])
        spread = p * (1 - p)
        to_slope = total((y - p) * common) - SLOPE_PRECISION * (slope - 1)
        to_shift = total(y - p) - SHIFT_PRECISION * shift
        slope_slope = total(spread * common**2) + SLOPE_PRECISION
        shift_shift = total(spread) + SHIFT_PRECISION
        mixed = total(spread * common)
        determinant = slope_slope * shift_shift - mixed**2
        step_slope = (shift_shift * to_slope - mixed * to_shift) / determinant
        step_shift = (slope_slope * to_shift - mixed * to_slope) / determinant
        length = np.ones(n_tags)
        for _ in range(MAX_HALVINGS):
            reached = loss(slope + length * step_slope, shift + length * step_shift)
            if (worse := reached > known).any():
                length[worse] /= 2
            else:
                break
        length[reached > known] = 0
        slope, shift = slope + length * step_slope, shift + length * step_shift
        known = loss(slope, shift)
    return TagCalibration(slope, shift)


def _choose_cells(
    signals: Signals, given: GivenMatrix, seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.bool_], Floats]:
    """Return cells to fit: record, tag, whether it was given, and how many cells it stands for."""
    used = np.flatnonzero(np.asarray(given.tags.sum(axis=0)).ravel())
    labelled = np.flatnonzero(given.labelled)
    telling, y = _find_telling(signals, given, labelled, used)
    n_cells = len(labelled) * len(used)
    rng = np.random.default_rng(seed)
    kept = n_cells if n_cells <= MAX_CELLS else max(MAX_CELLS - len(telling), MAX_CELLS // 4)
    rest, share = sample_outside(telling, n_cells, kept, rng)
    weight_of_telling = 1.0
    if len(telling) > MAX_CELLS:
        chosen = rng.choice(len(telling), MAX_CELLS, replace=False)
        weight_of_telling = len(telling) / MAX_CELLS
        telling, y = telling[chosen], y[chosen]
    row, column = np.divmod(np.concatenate([telling, rest]), max(1, len(used)))
    weight = np.repeat([weight_of_telling, share], [len(telling), len(rest)])
    return labelled[row], used[column], np.concatenate([y, np.zeros(len(rest), dtype=np.bool_)]), weight


def _find_telling(
    signals: Signals, given: GivenMatrix, labelled: npt.NDArray[np.intp], used: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return the cells of labelled records and used tags with any sign of the tag, and which of them were given.

    A cell is its position among these, row by row, ascending.
    """
    found, was_given = [np.array([], dtype=np.intp)], [np.array([], dtype=np.bool_)]
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
        found.append(np.flatnonzero(sign) + block.start * len(used))
        was_given.append(positive[sign])
    return np.concatenate(found), np.concatenate(was_given)


def sample_outside(
    listed: npt.NDArray[np.intp], size: int, most: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.intp], float]:
    """Return at most so many of the numbers below `size` that are not listed, and how many each stands for.

    They are never written out: the cells of a hundred thousand records and hundreds of tags would fill gigabytes.

    Parameters
    ----------
    listed
        int of shape (listed numbers,), ascending.
    size, most
        How many numbers there are, and how many are taken; all in order where there are no more.
    rng
        Draws them otherwise, without replacement.
    """
    left = size - len(listed)
    if left <= most:
        place, share = np.arange(left), 1.0
    else:
        place, share = rng.choice(left, most, replace=False), left / most
    # The k-th number that is not listed is k plus how many listed ones stand before it.
    before = np.searchsorted(listed - np.arange(len(listed)), place, side="right")
    return place + before, share


def _blocks(n_rows: int, n_columns: int) -> Iterator[slice]:
    step = max(1, BLOCK_CELLS // max(1, n_columns))
    return (slice(start, start + step) for start in range(0, n_rows, step))
