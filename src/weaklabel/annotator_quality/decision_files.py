"""Files of decisions, as `weaklabel import` writes them: record_id, tag, verdict, annotator, time and note."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from weaklabel.agreement import Decision
from weaklabel.documents import Row, read_bytes
from weaklabel.errors import Problem, ReviewError, did_you_mean, raise_errors
from weaklabel.records import parse_rows

NEEDED = ("record_id", "tag", "verdict", "annotator")
VERDICTS = ("yes", "no", "unsure")
EXAMPLE = 'Write {"record_id": 92, "tag": "baking", "verdict": "yes", "annotator": "ana"}.'


def read_decision_files(locations: Iterable[str]) -> list[Decision]:
    """Read decisions from files of rows: JSON Lines, JSON, CSV or Parquet; `time`, `spent_ms` and `note` may lack.

    Raises
    ------
    ReviewError
        Where a file cannot be read, or with every row that is no decision.
    """
    decisions: list[Decision] = []
    problems: list[Problem] = []
    for location in locations:
        for row in parse_rows(location, read_bytes(location, ReviewError), ReviewError):
            found = list(_check(row))
            problems.extend(found)
            if not found:
                decisions.append(_read(row.value))
    raise_errors(problems, ReviewError)
    return decisions


def _check(row: Row) -> Iterator[Problem]:
    value = row.value if isinstance(row.value, dict) else {}
    lacking = [name for name in NEEDED if _is_empty(value.get(name))]
    if lacking:
        yield Problem(f"this row has no {' and no '.join(lacking)}.", row.place, EXAMPLE)
        return
    if value["verdict"] not in VERDICTS:
        fix = did_you_mean(str(value["verdict"]), VERDICTS, otherwise="Write yes, no or unsure.")
        yield Problem(f"{value['verdict']!r} is no verdict.", row.place, fix)
    if not isinstance(value["record_id"], int | str) or isinstance(value["record_id"], bool):
        yield Problem(f"{value['record_id']!r} is no id of a record.", row.place, "Write a whole number or a text.")
    if not _is_empty(value.get("time")) and _read_time(value["time"]) is None:
        fix = "Write it as in 2026-01-31T12:00:00Z."
        yield Problem(f"{value['time']!r} is no time.", row.place, fix)
    if not _is_empty(value.get("spent_ms")) and _read_seconds(value["spent_ms"]) is None:
        yield Problem(f"spent_ms is {value['spent_ms']!r}.", row.place, "Write milliseconds, 0 or more.")


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _read(value: Mapping[str, Any]) -> Decision:
    return Decision(
        value["record_id"],
        str(value["tag"]),
        str(value["annotator"]),
        value["verdict"],
        None if _is_empty(value.get("spent_ms")) else _read_seconds(value["spent_ms"]),
        None if _is_empty(value.get("time")) else _read_time(value["time"]),
        str(value.get("note") or ""),
    )


def _read_time(value: Any) -> datetime | None:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _read_seconds(value: Any) -> float | None:
    try:
        seconds = float(value) / 1000
    except (TypeError, ValueError):
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
