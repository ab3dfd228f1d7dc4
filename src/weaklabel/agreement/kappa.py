"""Cohen's κ of two annotators, over all cells that both decided on and tag by tag.

Source: Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20 (1960),
equation 1: κ = (p_o - p_c) / (1 - p_c), the agreement that is observed and the one that chance would bring if each kept
to how often they say yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from weaklabel.agreement.annotations import Annotations, Floats, Ints
from weaklabel.agreement.coefficient import Coefficient
from weaklabel.agreement.resamples import find_intervals, sum_by_group


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators: κ of all cells that both decided on, and of those of each tag that they have in common."""

    first: str
    second: str
    kappa: Coefficient
    tags: Mapping[str, Coefficient]


def measure_pairs(annotations: Annotations, seed: int = 0) -> tuple[Pair, ...]:
    """Return κ of each pair of annotators, by name."""
    return tuple(
        _measure_pair(annotations, first, second, seed)
        for first, second in combinations(range(len(annotations.annotators)), 2)
    )


def _measure_pair(annotations: Annotations, first: int, second: int, seed: int) -> Pair:
    ours, theirs = annotations.votes[:, first], annotations.votes[:, second]
    is_common = (ours >= 0) & (theirs >= 0)
    both = np.eye(4)[ours[is_common] * 2 + theirs[is_common]]  # one-hot: no no, no yes, yes no, yes yes
    record, tag = annotations.cell_record[is_common], annotations.cell_tag[is_common]
    [overall] = _measure(both, np.zeros(len(both), dtype=np.intp), 1, record, seed)
    by_tag = _measure(both, tag, len(annotations.tags), record, seed)
    tags = {name: kappa for name, kappa in zip(annotations.tags, by_tag, strict=True) if kappa.cells}
    return Pair(annotations.annotators[first], annotations.annotators[second], overall, tags)


def _measure(both: Floats, group: Ints, n_groups: int, record: Ints, seed: int) -> list[Coefficient]:
    low, high = find_intervals(both, group, n_groups, record, _kappa, seed)
    sums = sum_by_group(both, group, n_groups)
    values = _kappa(sums)
    records = [len(np.unique(record[group == i])) for i in range(n_groups)]
    return [
        _coefficient(sums[i], float(values[i]), (float(low[i]), float(high[i])), records[i]) for i in range(n_groups)
    ]


def _coefficient(sums: Floats, value: float, ends: tuple[float, float], records: int) -> Coefficient:
    cells = int(sums.sum())
    if not cells:
        return Coefficient(None, None, None, None, 0, 0, "no overlap")
    agreed = float((sums[0] + sums[3]) / cells)
    if np.isnan(value):
        return Coefficient(None, None, None, agreed, records, cells, "one verdict")
    low, high = (None if np.isnan(end) else end for end in ends)
    return Coefficient(value, low, high, agreed, records, cells)


def _kappa(sums: Floats) -> Floats:
    """Return κ from how often two said no no, no yes, yes no and yes yes; nan where chance has them always agree."""
    total = sums.sum(axis=-1)
    cells = np.where(total > 0, total, 1.0)
    no_no, no_yes, yes_no, yes_yes = np.moveaxis(sums, -1, 0) / cells
    by_chance = (no_no + no_yes) * (no_no + yes_no) + (yes_no + yes_yes) * (no_yes + yes_yes)
    is_defined = (total > 0) & (1 - by_chance > 1e-12)
    beyond = np.where(is_defined, 1 - by_chance, 1.0)
    return np.where(is_defined, (no_no + yes_yes - by_chance) / beyond, np.nan)
