"""From the scores of a record's cells to one score of the record.

`max` asks for the record with the worst cell, `sum` for the one with most to learn in all, `top3` for the mean of its
three worst cells: many tags that hardly matter then do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pool = Literal["max", "sum", "top3"]
TOP = 3


def _highest(cells: Floats) -> Floats:
    highest: Floats = cells.max(axis=1, initial=0.0)
    return highest


def _total(cells: Floats) -> Floats:
    total: Floats = cells.sum(axis=1)
    return total


def _mean_of_top(cells: Floats) -> Floats:
    """Return the mean of the three highest of each row; of fewer, where there are fewer tags."""
    top = min(TOP, cells.shape[1])
    if not top:
        return np.zeros(len(cells))
    highest: Floats = np.sort(np.partition(cells, -top, axis=1)[:, -top:], axis=1).mean(axis=1)
    return highest


POOLS: Mapping[Pool, Callable[[Floats], Floats]] = {"max": _highest, "sum": _total, "top3": _mean_of_top}
