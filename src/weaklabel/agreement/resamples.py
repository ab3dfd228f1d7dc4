"""Intervals by the bootstrap: records are drawn with replacement, for the cells of one record depend on each other.

Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979; the percentile interval.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from weaklabel.agreement.annotations import Floats, Ints

ROUNDS = 1000
BLOCK = 50  # rounds at a time
LEAST_DEFINED = 0.5  # the share of rounds in which a figure has to be defined

Statistic = Callable[[Floats], Floats]
"""From sums, float64 of shape (…, sums), to a figure, of shape (…); nan where it is not defined."""


def sum_by_group(values: Floats, group: Ints, n_groups: int) -> Floats:
    """Add up rows of values, float64 of shape (cells, sums), group by group: shape (groups, sums)."""
    return np.stack([np.bincount(group, column, n_groups) for column in values.T], axis=1)


def find_intervals(
    values: Floats, group: Ints, n_groups: int, record: Ints, statistic: Statistic, seed: int
) -> tuple[Floats, Floats]:
    """Return the low and high ends of the 95 % intervals of a statistic of sums, group by group.

    Parameters
    ----------
    values
        float64 of shape (cells, sums): what each cell adds.
    group, record
        intp of shape (cells,): the group of each cell, and its record, which is what is drawn.
    seed
        Of the draws: all groups share them.

    Returns
    -------
    tuple
        float64 of shape (groups,), twice; nan where the statistic is not defined in half of the rounds.
    """
    if not len(values):
        return np.full(n_groups, np.nan), np.full(n_groups, np.nan)
    drawn, row = np.unique(record, return_inverse=True)
    n_sums = values.shape[1]
    column = group[:, None] * n_sums + np.arange(n_sums)
    rows = np.broadcast_to(row[:, None], column.shape)
    sums = csr_array((values.ravel(), (rows.ravel(), column.ravel())), shape=(len(drawn), n_groups * n_sums))
    generator = np.random.default_rng(seed)
    found = np.empty((ROUNDS, n_groups))
    for start in range(0, ROUNDS, BLOCK):
        times = _draw(len(drawn), BLOCK, generator)
        found[start : start + BLOCK] = statistic((times @ sums).reshape(BLOCK, n_groups, n_sums))
    return _find_ends(found)


def _draw(n_records: int, rounds: int, generator: np.random.Generator) -> Floats:
    """Return how often each record is drawn in each round: float64 of shape (rounds, records)."""
    drawn = generator.integers(0, n_records, (rounds, n_records)) + np.arange(rounds)[:, None] * n_records
    return np.bincount(drawn.ravel(), minlength=rounds * n_records).reshape(rounds, n_records).astype(np.float64)


def _find_ends(found: Floats) -> tuple[Floats, Floats]:
    is_enough = np.isfinite(found).mean(axis=0) >= LEAST_DEFINED
    low, high = np.full(found.shape[1], np.nan), np.full(found.shape[1], np.nan)
    if is_enough.any():
        low[is_enough], high[is_enough] = np.nanquantile(found[:, is_enough], [0.025, 0.975], axis=0)
    return low, high
