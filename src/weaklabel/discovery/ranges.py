"""Ranges of numbers and dates: windows that hold between 1.25 and 50 percent of the records, at readable bounds.

Windows of one width overlap by half, and each width but the last is twice the one before. So whatever range of these
sizes is weak, some window has a Jaccard index of three fifths or so with it, though but two windows of each width hold
on a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from math import ceil, floor, log10
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

CUTS = 160  # the finest window has two shares of 1 / 160
WIDTHS = (2, 4, 8, 16, 32, 64, 80)
SLACK = 0.25  # of a share, by which a cut may move to a rounder bound
UNITS = ("Y", "M", "D", "h", "m")
GREATEST = float(np.finfo(np.float64).max)
LAST_MONTH = np.datetime64("9999-12")  # Python has no later dates
LONG = np.timedelta64(60, "D")


class Range(NamedTuple):
    """From `low` to just below `high`; None is no bound. `rows` are the positions of what lies within, ascending."""

    low: Any
    high: Any
    rows: npt.NDArray[np.intp]

    def tests(self) -> dict[str, Any]:
        """Return the comparisons of the language of slices."""
        tests = {">=": self.low, "<": self.high}
        return {operator: bound for operator, bound in tests.items() if bound is not None}


def number_ranges(values: npt.NDArray[np.float64]) -> list[Range]:
    """Return the ranges of numbers, float64 of shape (records,); nan lies in none.

    Infinite numbers are in ranges without a bound on their side, and decide no bound.
    """
    is_whole = bool(np.all(np.isnan(values) | (values == np.floor(values))))

    def as_bound(cut: float) -> float | int:
        return int(cut) if is_whole else cut

    return list(_windows(values, np.isnan(values), values[np.isfinite(values)], round_number, as_bound))


def date_ranges(values: npt.NDArray[np.datetime64]) -> list[Range]:
    """Return the ranges of dates, datetime64[s] of shape (records,), and calendar months; NaT lies in none.

    Bounds are days, unless all dates lie within two months.
    """
    known = values[~np.isnat(values)]
    is_long = len(known) > 0 and known.max() - known.min() >= LONG
    rounded = values.astype("datetime64[D]") if is_long else values
    windows = list(_windows(rounded, np.isnat(rounded), rounded[~np.isnat(rounded)], round_date, _as_date))
    known_ranges = {(found.low, found.high) for found in windows}
    return [*(month for month in _months(values) if (month.low, month.high) not in known_ranges), *windows]


def _months(values: npt.NDArray[np.datetime64]) -> Iterator[Range]:
    months = values.astype("datetime64[M]")
    for month in np.unique(months[~np.isnat(months)]):
        high = None if month >= LAST_MONTH else _as_date(month + 1)
        yield Range(_as_date(month), high, np.flatnonzero(months == month))


def _windows(
    values: npt.NDArray[Any],
    missing: npt.NDArray[np.bool_],
    ordinary: npt.NDArray[Any],
    rounded: Callable[[Any, Any], Any],
    as_bound: Callable[[Any], Any],
) -> Iterator[Range]:
    """Yield the windows over values; those that are `ordinary` say where they are cut."""
    known = np.sort(ordinary)
    if not len(known) or known[0] == known[-1]:
        return
    cuts = [_cut(known, share, rounded) for share in range(1, CUTS)]
    ends = [None, *(cut if cut > known[0] else None for cut in cuts), None]  # below the least there is nothing
    pairs = {(ends[i], ends[min(i + width, CUTS)]): None for width in WIDTHS for i in range(0, CUTS, width // 2)}
    seen: set[bytes] = set()
    for low, high in pairs:
        inside = ~missing
        for bound, beyond in ((low, np.greater_equal), (high, np.less)):
            if bound is not None:
                inside &= beyond(values, bound, where=~missing, out=np.zeros(len(values), dtype=np.bool_))
        rows = np.flatnonzero(inside)
        if 0 < len(rows) < len(values) - missing.sum() and rows.tobytes() not in seen:
            seen.add(rows.tobytes())
            first, last = (None if bound is None else as_bound(bound) for bound in (low, high))
            yield Range(first, last, rows)


def _cut(known: npt.NDArray[Any], share: int, rounded: Callable[[Any, Any], Any]) -> Any:
    """Return a readable bound with about `share` of 160 shares of the values, which are sorted, below it."""
    n = len(known)
    first, last = (floor(n * (share - SLACK) / CUTS), ceil(n * (share + SLACK) / CUTS))
    above = known[min(max(last, 1), n - 1)]
    below = known[max(min(first, n - 1) - 1, 0)]
    if below == above:  # many are equal: they stay together, above the cut
        before = int(np.searchsorted(known, above)) - 1
        below = known[max(before, 0)]
    return rounded(below, above) if below < above else above


def round_number(below: float, above: float) -> float:
    """Return the roundest number above the first and no greater than the second: 10 before 5, 2 and 1, and so on."""
    digits = ceil(log10(max(abs(below), abs(above), min(float(above) - float(below), GREATEST))))
    while True:
        for step in (10, 5, 2):
            unit = step * 10.0 ** (digits - 1)
            found = float(round((floor(below / unit) + 1) * unit, max(0, 1 - digits)))
            if below < found <= above:
                return found
        digits -= 1
        if digits < -12:
            return float(above)


def round_date(below: np.datetime64, above: np.datetime64) -> np.datetime64:
    """Return the beginning of a year after the first moment and no later than the second; else of a month, or a day."""
    for unit in UNITS:
        found: np.datetime64 = (below.astype(f"datetime64[{unit}]") + 1).astype(above.dtype)
        if found <= above:
            return found
    return above


def _as_date(moment: np.datetime64) -> date | datetime:
    """Return a date, or a moment where it is not the beginning of a day."""
    found: datetime = moment.astype("datetime64[s]").item()
    return found.date() if found == datetime(found.year, found.month, found.day) else found


def say_range(tests: dict[str, Any], noun: str = "") -> str:
    """Return in words what comparisons allow: "10 to 19 words", "2.5 or more", "from 2020-05-02 before 2020-07-01"."""
    low, high = tests.get(">="), tests.get("<")
    ending = f" {noun}" if noun else ""
    if isinstance(low if high is None else high, date):
        return _say_dates(low, high)
    if low is None:
        return f"below {high:,}{ending}"
    if high is None:
        return f"{low:,} or more{ending}"
    if isinstance(low, int) and isinstance(high, int):
        return f"{low:,}{ending}" if high == low + 1 else f"{low:,} to {high - 1:,}{ending}"
    return f"{low:,} to below {high:,}{ending}"


def _say_dates(low: date | None, high: date | None) -> str:
    if low is not None and high is not None and (high - low).days <= 31 and low.day == high.day == 1:
        return f"in {low:%Y-%m}"
    bounds = {"from": low, "before": high}
    return " ".join(f"{word} {bound}" for word, bound in bounds.items() if bound is not None)
