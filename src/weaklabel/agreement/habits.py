"""How annotators work: how fast, and whether speed, agreement and accuracy drift while they go on.

What is compared is the first half of what an annotator decided with the last half. Intervals are by the bootstrap,
records drawn within each half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weaklabel.agreement.annotations import Annotations, Floats, Ints
from weaklabel.agreement.resamples import ROUNDS

ACTIVE_S = 300.0  # a record that was open for longer counts as so long: nobody was there
LEAST_RECORDS = 20  # in each half
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure in the first half and in the last half, and how it changes.

    Attributes
    ----------
    change, low, high
        Of agreement the difference, of seconds the ratio; with its 95 % interval.
    is_drift
        Whether the interval leaves out that nothing changes.
    """

    first: float
    last: float
    change: float
    low: float
    high: float
    is_drift: bool


@dataclass(frozen=True, slots=True)
class Habits:
    """How one annotator works.

    Attributes
    ----------
    records, cells, unsure
        How many records and cells they decided on, and of how many cells they were unsure.
    median_s
        The median of the seconds that they spent on a record; None where they are not known.
    records_an_hour
        Of active time: a record that was open for more than five minutes counts as five.
    agreed
        The share of others' verdicts on the same cells that are the same; None where there are none.
    speed, agreement
        How the median of seconds and that share drift; None where a half has less than twenty records.
    accuracy
        How the estimated accuracy drifts; None without an estimate. It tells whether it is the others who drift.
    """

    records: int
    cells: int
    unsure: int
    median_s: float | None
    records_an_hour: float | None
    agreed: float | None
    speed: Drift | None
    agreement: Drift | None
    accuracy: Drift | None


def find_habits(annotations: Annotations, probability: Floats | None = None, seed: int = 0) -> tuple[Habits, ...]:
    """Return how each annotator works, in the order of `annotations.annotators`.

    Parameters
    ----------
    probability
        float64 of shape (cells,): P(yes) as it is estimated from all verdicts; nan where it is not.
    """
    if probability is None:
        probability = np.full(len(annotations.votes), np.nan)
    return tuple(_find_habits(annotations, i, probability, seed) for i in range(len(annotations.annotators)))


def _find_habits(annotations: Annotations, annotator: int, probability: Floats, seed: int) -> Habits:
    own = np.flatnonzero(annotations.annotator == annotator)
    _, first = np.unique(annotations.record[own], return_index=True)
    acts = own[first]  # one decision of each record, which knows when it was and how long it took
    acts = acts[np.argsort(annotations.time_s[acts], kind="stable")]
    spent_s = annotations.spent_s[acts]
    spent_s = spent_s[spent_s > 0]  # nan is not, and 0 is what a page without script sends
    active_s = float(np.minimum(spent_s, ACTIVE_S).sum())
    with_others = _compare_with_others(annotations, annotator)
    with_estimate = _compare_with_estimate(annotations, annotator, probability)
    same, pairs = with_others.sum(axis=0)
    order = annotations.record[acts]
    is_timed = bool(len(acts)) and not np.isnan(annotations.time_s[acts]).any()
    return Habits(
        records=len(acts),
        cells=len(own),
        unsure=int((annotations.verdict[own] < 0).sum()),
        median_s=float(np.median(spent_s)) if len(spent_s) else None,
        records_an_hour=3600 * len(spent_s) / active_s if active_s else None,
        agreed=float(same / pairs) if pairs else None,
        speed=_find_drift(spent_s[:, None], _median, np.divide, 1.0, seed) if is_timed else None,
        agreement=_find_drift_of_shares(with_others[order], seed) if is_timed else None,
        accuracy=_find_drift_of_shares(with_estimate[order], seed) if is_timed else None,
    )


def _compare_with_others(annotations: Annotations, annotator: int) -> Floats:
    """Return how many verdicts of others are the same, and how many there are: float64 of shape (records, 2)."""
    said = annotations.votes[:, annotator]
    cells = np.flatnonzero(said >= 0)
    counts = annotations.counts[cells]
    return _sum_by_record(annotations, cells, counts[np.arange(len(cells)), said[cells]] - 1, counts.sum(axis=1) - 1)


def _compare_with_estimate(annotations: Annotations, annotator: int, probability: Floats) -> Floats:
    """Return how many verdicts are right, by the estimate, and of how many there is one: shape (records, 2)."""
    said = annotations.votes[:, annotator]
    cells = np.flatnonzero((said >= 0) & np.isfinite(probability))
    right = np.where(said[cells] == 1, probability[cells], 1 - probability[cells])
    return _sum_by_record(annotations, cells, right, np.ones(len(cells)))


def _sum_by_record(annotations: Annotations, cells: Ints, *values: Floats | Ints) -> Floats:
    record, n_records = annotations.cell_record[cells], len(annotations.record_ids)
    return np.stack([np.bincount(record, each, n_records) for each in values], axis=1).astype(np.float64)


def _find_drift_of_shares(compared: Floats, seed: int) -> Drift | None:
    return _find_drift(compared[compared[:, 1] > 0], _share, np.subtract, 0.0, seed)


def _find_drift(
    rows: Floats, statistic: Statistic, compare: Callable[[Floats, Floats], Floats], unchanged: float, seed: int
) -> Drift | None:
    """Compare the first half of rows, float64 of shape (records, values), with the last."""
    half = len(rows) // 2
    if half < LEAST_RECORDS:
        return None
    halves = rows[:half], rows[-half:]
    generator = np.random.default_rng(seed)
    drawn = [statistic(each[generator.integers(0, half, (ROUNDS, half))]) for each in halves]
    first, last = (statistic(each[None]) for each in halves)
    low, high = np.quantile(compare(drawn[1], drawn[0]), [0.025, 0.975]).tolist()
    change = float(compare(last, first)[0])
    return Drift(float(first[0]), float(last[0]), change, low, high, not low <= unchanged <= high)


def _median(rows: Floats) -> Floats:
    return np.asarray(np.median(rows[..., 0], axis=-1))


def _share(rows: Floats) -> Floats:
    return np.asarray(rows[..., 0].sum(axis=-1) / rows[..., 1].sum(axis=-1))
