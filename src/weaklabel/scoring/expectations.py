"""What is expected of slices, such as ">= .7", and whether it holds."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.scoring.metrics import METRICS
from weaklabel.scoring.results import Evaluation, Scored
from weaklabel.terms.slices import ALL

COUNTS = ("n",)
_BOUND = re.compile(r"\s*(?P<sign>>=|<=|>|<|≥|≤)\s*(?P<number>\d*\.?\d+|\d+\.)\s*(?P<percent>%?)\s*")
_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SAME = {"≥": ">=", "≤": "<="}


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit to a figure: ">= 0.7"."""

    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Say whether a figure keeps it; what is undefined does not."""
        return not math.isnan(value) and _HOLDS[self.sign](value, self.number)

    def __str__(self) -> str:
        return f"{self.sign} {self.number:g}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a metric of a slice is expected to be, and where that is written; the slice `all` is all records."""

    slice: str
    metric: str
    bound: Bound
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """An expectation that does not hold, and what was found; nan where there is nothing to measure."""

    expectation: Expectation
    found: float
    records: int

    def as_problem(self) -> Problem:
        """Return it as a line for people."""
        expected = self.expectation
        found = "is undefined" if math.isnan(self.found) else f"is {self.found:.4g}"
        what = f"{expected.metric} of the slice {expected.slice!r} {found} ({self.records:,} records)."
        if expected.slice == ALL:
            what = f"{expected.metric} of all records {found} ({self.records:,} records)."
        return Problem(what, expected.place, f"It is expected to be {expected.bound}.")


def parse_bound(text: str) -> Bound | str:
    """Return the limit that a text such as ">= .7", "< 5 %" or "≥ 0.7" sets, or what is wrong with it."""
    match = _BOUND.fullmatch(text)
    if match is None:
        return f'{text!r} is no limit: write it as ">= 0.7", with >=, <=, > or < before a number.'
    number = float(match["number"]) / (100 if match["percent"] else 1)
    return Bound(_SAME.get(match["sign"], match["sign"]), number)


class Limit(NamedTuple):
    """What somebody wrote of a slice's metric, such as ">= .7", and where; the slice `all` is all records."""

    slice: str
    metric: str
    text: str
    place: Place | None = None


def read_expectations(
    limits: Sequence[Limit], slices: Collection[str], problems: list[Problem]
) -> tuple[Expectation, ...]:
    """Return what is expected of slices; what is wrong is added to `problems`.

    Parameters
    ----------
    limits
        What is written, all of which is to hold: one metric may have an upper and a lower limit.
    slices
        The names of the slices that there are.
    """
    known = (*METRICS, *COUNTS)
    listed = f"The slices are {', '.join([*slices, ALL])}."
    found: list[Expectation] = []
    unknown: set[str] = set()
    for name, metric, text, place in limits:
        bound = parse_bound(text)
        if name not in slices and name != ALL:
            if name not in unknown:
                fix = did_you_mean(name, [*slices, ALL], otherwise=listed)
                problems.append(Problem(f"there is no slice {name!r}.", place, fix))
            unknown.add(name)
        elif name == ALL and ALL in slices:
            what = f"a slice has the id {ALL!r}, which stands for all records."
            problems.append(Problem(what, place, "Give the slice another id."))
        elif metric not in known:
            fix = f"{did_you_mean(metric, known)} The metrics are {', '.join(known)}.".strip()
            problems.append(Problem(f"there is no metric {metric!r}.", place, fix))
        elif isinstance(bound, str):
            problems.append(Problem(f"{metric} of {name!r}: {bound}", place))
        else:
            found.append(Expectation(name, metric, bound, place))
    return tuple(found)


def check_expectations(expectations: Sequence[Expectation], evaluation: Evaluation) -> tuple[Breach, ...]:
    """Return the expectations that do not hold."""
    rows = {**{row.name: row for row in evaluation.slices}, ALL: evaluation.whole}
    return tuple(_broken(expectations, rows))


def _broken(expectations: Sequence[Expectation], rows: Mapping[str, Scored]) -> Iterator[Breach]:
    for expected in expectations:
        row = rows[expected.slice]
        estimate = row.metrics.get(expected.metric)
        found = float(row.records) if expected.metric in COUNTS else estimate.value if estimate else math.nan
        if not expected.bound.holds(found):
            yield Breach(expected, found, row.records)
