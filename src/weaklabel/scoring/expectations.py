"""What is expected of slices, such as ">= .7", and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from weaklabel.errors import Place, Problem, did_you_mean, quantity
from weaklabel.scoring.answers import Task
from weaklabel.scoring.metrics import OF_ONE_TAG, OVER_TAGS
from weaklabel.scoring.results import Evaluation, Scored
from weaklabel.terms.limits import COUNTS, Bound, faults_of_limit, parse_bound
from weaklabel.terms.slices import ALL

OF_TAG = "tag:"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a metric of a slice is expected to be, and where that is written.

    The slice `all` is all records, and `tag:` before a tag's name is the tag.
    """

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
        records, tag = quantity(self.records, "record"), expected.slice.removeprefix(OF_TAG)
        what = f"{expected.metric} of the slice {expected.slice!r} {found} ({records})."
        if expected.slice == ALL:
            what = f"{expected.metric} of all records {found} ({records})."
        elif tag != expected.slice:
            what = f"{expected.metric} of the tag {tag!r} {found} (gold for {records})."
        return Problem(what, expected.place, f"It is expected to be {expected.bound}.")


class Limit(NamedTuple):
    """What somebody wrote of a metric, such as ">= .7", and where; a slice is named as in :class:`Expectation`."""

    slice: str
    metric: str
    text: str
    place: Place | None = None


def read_expectations(
    limits: Sequence[Limit],
    slices: Collection[str],
    problems: list[Problem],
    *,
    task: Task = "multilabel",
    tags: Collection[str] = (),
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
    tags
        The names of the tags that are scored.
    """
    known = dict.fromkeys([*slices, ALL, *(f"{OF_TAG}{tag}" for tag in tags)])
    found: list[Expectation] = []
    unknown: set[str] = set()
    for name, metric, text, place in limits:
        if name not in known:
            if name not in unknown:
                noun = "tag" if name.startswith(OF_TAG) else "slice"
                what = f"there is no {noun} {name.removeprefix(OF_TAG)!r}."
                problems.append(Problem(what, place, _mend_name(name, slices, known)))
            unknown.add(name)
        elif name == ALL and ALL in slices:
            what = f"a slice has the id {ALL!r}, which stands for all records."
            problems.append(Problem(what, place, "Give the slice another id."))
        elif faults := [Problem(what, place, fix) for what, fix in faults_of_limit(metric, text, name)]:
            problems.extend(faults)
        elif name.startswith(OF_TAG) and name not in slices and metric not in (*OF_ONE_TAG, *COUNTS):
            what = f"there is no {metric} of a single tag."
            problems.append(Problem(what, place, f"The metrics of a tag are {', '.join((*OF_ONE_TAG, *COUNTS))}."))
        elif task == "binary" and metric in OVER_TAGS:
            what = f"there is no {metric} of two classes, of which the positive one alone is scored."
            problems.append(Problem(what, place, "Set a limit to f1, precision, recall, accuracy or ap."))
        elif not isinstance(bound := parse_bound(text), str):
            found.append(Expectation(name, metric, bound, place))
    return tuple(found)


def _mend_name(name: str, slices: Collection[str], known: Collection[str]) -> str:
    """Return how to mend the name of no slice."""
    if f"{OF_TAG}{name}" in known:
        return f"It is a tag: write {OF_TAG}{name}."
    return did_you_mean(name, known, otherwise=f"The slices are {', '.join([*slices, ALL])}.")


def check_expectations(expectations: Sequence[Expectation], evaluation: Evaluation) -> tuple[Breach, ...]:
    """Return the expectations that do not hold."""
    tags = {f"{OF_TAG}{row.name}": row for row in evaluation.tags}
    rows = {**tags, **{row.name: row for row in evaluation.slices}, ALL: evaluation.whole}
    return tuple(_broken(expectations, rows))


def _broken(expectations: Sequence[Expectation], rows: Mapping[str, Scored]) -> Iterator[Breach]:
    for expected in expectations:
        row = rows[expected.slice]
        estimate = row.metrics.get(expected.metric)
        found = float(row.records) if expected.metric in COUNTS else estimate.value if estimate else math.nan
        if not expected.bound.holds(found):
            yield Breach(expected, found, row.records)
