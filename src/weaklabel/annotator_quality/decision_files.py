"""Decisions of files, as their quality is measured by."""

from __future__ import annotations

from collections.abc import Iterable

from weaklabel.agreement import Decision
from weaklabel.corrections import read_time
from weaklabel.errors import Problem, ReviewError, raise_errors
from weaklabel.inputs import read_decisions

NEEDED = ("record_id", "tag", "verdict", "annotator")


def read_decision_files(locations: Iterable[str]) -> list[Decision]:
    """Read decisions from files of rows: JSON Lines, JSON, CSV or Parquet; `time`, `spent_ms` and `note` may lack.

    Raises
    ------
    ReviewError
        Where a file cannot be read, or with every row that is no decision.
    """
    problems: list[Problem] = []
    found = [each for location in locations for each, _ in read_decisions(location, problems, NEEDED)]
    raise_errors(problems, ReviewError)
    return [
        Decision(
            each.record_id,
            each.tag,
            each.annotator,
            each.verdict,
            None if each.spent_ms is None else each.spent_ms / 1000,
            read_time(each.time),
            each.note,
            each.is_final,
        )
        for each in found
    ]
