"""Krippendorff's α of all annotators together, over all cells and tag by tag.

Source: Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, sections C and D (nominal data, any number of
observers, missing values). α = 1 - D_o / D_e: the disagreement that is observed over the one that chance would bring.
"""

from __future__ import annotations

import krippendorff
import numpy as np

from weaklabel.agreement.annotations import Annotations, Floats, Ints
from weaklabel.agreement.coefficient import Coefficient
from weaklabel.agreement.resamples import find_intervals, sum_by_group


def measure_alpha(annotations: Annotations, seed: int = 0) -> Coefficient:
    """Return α over all cells."""
    return _measure(annotations, np.zeros(len(annotations.counts), dtype=np.intp), 1, seed)[0]


def measure_alpha_by_tag(annotations: Annotations, seed: int = 0) -> tuple[Coefficient, ...]:
    """Return α of the cells of each tag."""
    return _measure(annotations, annotations.cell_tag, len(annotations.tags), seed)


def _measure(annotations: Annotations, group: Ints, n_groups: int, seed: int) -> tuple[Coefficient, ...]:
    is_paired = annotations.counts.sum(axis=1) >= 2
    counts, record, group = annotations.counts[is_paired], annotations.cell_record[is_paired], group[is_paired]
    values = _sum_cells(counts)
    low, high = find_intervals(values, group, n_groups, record, _alpha, seed)
    sums = sum_by_group(values, group, n_groups)
    return tuple(
        _coefficient(counts[group == i], len(np.unique(record[group == i])), sums[i], (low[i], high[i]))
        for i in range(n_groups)
    )


def _coefficient(counts: Ints, records: int, sums: Floats, ends: tuple[float, float]) -> Coefficient:
    if not len(counts):
        return Coefficient(None, None, None, None, 0, 0, "no overlap")
    agreed = float(1 - sums[3] / sums[4])
    if not counts.sum(axis=0).all():
        return Coefficient(None, None, None, agreed, records, len(counts), "one verdict")
    value = float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
    low, high = (None if np.isnan(end) else float(end) for end in ends)
    return Coefficient(value, low, high, agreed, records, len(counts))


def _sum_cells(counts: Ints) -> Floats:
    """Return what each cell adds to n_no, n_yes and o_no,yes, and to the pairs that differ and all pairs."""
    no, yes = counts.astype(np.float64).T
    verdicts = no + yes
    return np.stack([no, yes, no * yes / (verdicts - 1), no * yes, verdicts * (verdicts - 1) / 2], axis=1)


def _alpha(sums: Floats) -> Floats:
    """Return α = 1 - (n - 1) o_no,yes / (n_no n_yes), for resamples; nan where no two verdicts differ.

    It is what the package computes, of sums that cells add to: a thousand resamples are then one product.
    """
    no, yes, differing = sums[..., 0], sums[..., 1], sums[..., 2]
    is_defined = (no > 0) & (yes > 0)
    expected = np.where(is_defined, no * yes, 1.0)
    return np.where(is_defined, 1 - (no + yes - 1) * differing / expected, np.nan)
