"""What a strategy finds for the labels that it costs, over several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
CONFIDENCE = 0.95
YARDSTICK = "random"


@dataclass(frozen=True, eq=False)
class Curve:
    """A strategy's curve.

    Attributes
    ----------
    strategy
        Its name.
    values
        float64 of shape (seeds, points).
    """

    strategy: str
    values: Floats

    @cached_property
    def mean(self) -> Floats:
        """The mean over seeds, float64 of shape (points,)."""
        mean: Floats = self.values.mean(axis=0)
        return mean

    @cached_property
    def error(self) -> Floats:
        """Half of the mean's 95 % interval by Student's t, float64 of shape (points,); 0 with one seed."""
        n = len(self.values)
        if n < 2:
            return np.zeros(self.values.shape[1])
        error: Floats = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * self.values.std(axis=0, ddof=1) / np.sqrt(n)
        return error


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """What strategies reach for what they cost.

    Attributes
    ----------
    unit, measure
        What is spent: `verdicts` on a tag of a record, or `records` with all their tags; and what that brings.
    spent
        int64 of shape (points,).
    curves
        One a strategy.
    """

    unit: str
    measure: str
    spent: Counts
    curves: tuple[Curve, ...]

    def __getitem__(self, strategy: str) -> Curve:
        return next(curve for curve in self.curves if curve.strategy == strategy)

    @property
    def has_yardstick(self) -> bool:
        """Whether `random` is among the strategies."""
        return any(curve.strategy == YARDSTICK for curve in self.curves)

    def ratio(self, strategy: str, point: int = -1) -> float:
        """Return a strategy's mean divided by random's, after so many labels; nan where random reached nothing."""
        by_chance = float(self[YARDSTICK].mean[point])
        return float(self[strategy].mean[point]) / by_chance if by_chance > 0 else float("nan")

    def labels_to_match(self, strategy: str) -> float:
        """Return for how many labels a strategy's mean is what random's is in the end; nan where it never is.

        Between two points the curve is a straight line.
        """
        mean, aim = self[strategy].mean, float(self[YARDSTICK].mean[-1])
        reached = np.flatnonzero(mean >= aim)
        if not len(reached):
            return float("nan")
        last = int(reached[0])
        if last == 0:
            return float(self.spent[0])
        rise = mean[last] - mean[last - 1]
        share = (aim - mean[last - 1]) / rise
        return float(self.spent[last - 1] + share * (self.spent[last] - self.spent[last - 1]))

    def to_dict(self) -> Mapping[str, Any]:
        """Return all of it as JSON has it."""
        curves = [
            {
                "strategy": curve.strategy,
                "mean": _rounded(curve.mean),
                "interval_low": _rounded(curve.mean - curve.error),
                "interval_high": _rounded(curve.mean + curve.error),
                "seeds": [_rounded(values) for values in curve.values],
            }
            for curve in self.curves
        ]
        return {"unit": self.unit, "measure": self.measure, "spent": self.spent.tolist(), "curves": curves}


def _rounded(values: Floats) -> list[float]:
    return [round(value, 6) for value in values.tolist()]


def spread_points(budget: int, points: int) -> Counts:
    """Return so many numbers up to the budget, evenly spread, distinct and above 0."""
    return np.unique(np.ceil(np.linspace(0, budget, points + 1)[1:])).astype(np.int64)


def found_after(found: Sequence[int] | Counts, spent: Counts) -> Floats:
    """Return how much the first so many looks found, float64 of shape (points,); what ends early finds no more."""
    total = np.concatenate([[0], np.cumsum(found, dtype=np.int64)])
    result: Floats = total[np.minimum(spent, len(total) - 1)].astype(np.float64)
    return result
