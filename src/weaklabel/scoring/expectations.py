"""What is expected of slices, such as ">= .7", and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.scoring.answers import Task
from weaklabel.scoring.metrics import OVER_TAGS
from weaklabel.scoring.results import Evaluation, Scored
from weaklabel.terms.limits import COUNTS, Bound, faults_of_limit, parse_bound
from weaklabel.terms.slices import ALL


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


class Limit(NamedTuple):
    """What somebody wrote of a slice's metric, such as ">= .7", and where; the slice `all` is all records."""

    slice: str
    metric: str
    text: str
    place: Place | None = None


def read_expectations(
    limits: Sequence[Limit], slices: Collection[str], problems: list[Problem], *, task: Task = "multilabel"
) -> tuple[Expectation, ...]:
    """Return what is expected of slices; what is wrong is added to `problems`.

    Parameters
    ----------
    limits
        What is written, all of which is to hold: one metric may have an upper and a lower limit.
    slices
        The names of the slices that there are.
    task
        What is scored: two classes have no means over tags.
    """
    listed = f"The slices are {', '.join([*slices, ALL])}."
    found: list[Expectation] = []
    unknown: set[str] = set()
    for name, metric, text, place in limits:
        if name not in slices and name != ALL:
            if name not in unknown:
                fix = did_you_mean(name, [*slices, ALL], otherwise=listed)
                problems.append(Problem(f"there is no slice {name!r}.", place, fix))
            unknown.add(name)
        elif name == ALL and ALL in slices:
            what = f"a slice has the id {ALL!r}, which stands for all records."
            problems.append(Problem(what, place, "Give the slice another id."))
        elif faults := [Problem(what, place, fix) for what, fix in faults_of_limit(metric, text, name)]:
            problems.extend(faults)
        elif task == "binary" and metric in OVER_TAGS:
            what = f"there is no {metric} of two classes, of which the positive one alone is scored."
            problems.append(Problem(what, place, "Set a limit to f1, precision, recall, accuracy or ap."))
        elif not isinstance(bound := parse_bound(text), str):
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
