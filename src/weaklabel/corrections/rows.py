"""Decisions as rows of a file, read and written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from weaklabel.corrections.settle import read_time
from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.terms.decisions import VERDICTS, Decision

NEEDED = ("record_id", "tag", "verdict")
EXAMPLE = 'Write {"record_id": 92, "tag": "baking", "verdict": "yes", "annotator": "ana"}.'
TRUE = frozenset({"true", "1"})  # as CSV writes it, in any case


def parse_decisions(
    rows: Iterable[Row], problems: list[Problem], needed: Sequence[str] = NEEDED
) -> Iterator[tuple[Decision, Place]]:
    """Yield the decision of each row, and where it stands; what is wrong with others is added to `problems`.

    A row has `record_id`, `tag` and `verdict` (yes, no or unsure), and optionally `annotator`, `time` (ISO 8601),
    `note`, `spent_ms`, `is_final` and `run`. Columns besides these say nothing here.

    Parameters
    ----------
    needed
        The columns that no row may lack.
    """
    known = list(rows)
    absent = [name for name in needed if not any(isinstance(row.value, dict) and name in row.value for row in known)]
    if absent and len(known) > 1:
        columns = f"column{'s' if len(absent) > 1 else ''} {', '.join(absent)}"
        fix = EXAMPLE if "record_id" in absent else f"Is it a queue, of records that nobody has decided on? {EXAMPLE}"
        problems.append(Problem(f"it has no {columns}.", Place(known[0].place.path), fix))
        return
    for row in known:
        value = row.value if isinstance(row.value, dict) else {}
        wrong = list(_check(value, row.place, needed))
        problems.extend(wrong)
        if not wrong:
            yield _read(value), row.place


def _check(value: Mapping[str, Any], place: Place, needed: Sequence[str]) -> Iterator[Problem]:
    lacking = [name for name in needed if _is_empty(value.get(name))]
    if lacking:
        yield Problem(f"this row has no {' and no '.join(lacking)}.", place, EXAMPLE)
        return
    if value["verdict"] not in VERDICTS:
        fix = did_you_mean(str(value["verdict"]), VERDICTS, otherwise=f"Write {', '.join(VERDICTS)}.")
        yield Problem(f"{value['verdict']!r} is no verdict.", place, fix)
    if not isinstance(value["record_id"], int | str) or isinstance(value["record_id"], bool):
        yield Problem(f"{value['record_id']!r} is no id of a record.", place, "Write a whole number or a text.")
    if not _is_empty(value.get("time")) and read_time(str(value["time"])) is None:
        yield Problem(f"{value['time']!r} is no time.", place, "Write it as in 2026-01-31T12:00:00Z.")
    if not _is_empty(value.get("spent_ms")) and _read_spent(value["spent_ms"]) is None:
        yield Problem(f"spent_ms is {value['spent_ms']!r}.", place, "Write milliseconds, 0 or more.")


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _read(value: Mapping[str, Any]) -> Decision:
    said = {key: "" if _is_empty(value.get(key)) else str(value[key]) for key in ("annotator", "time", "note", "run")}
    is_final = value.get("is_final")
    return Decision(
        value["record_id"],
        str(value["tag"]),
        value["verdict"],
        is_final=is_final.strip().casefold() in TRUE if isinstance(is_final, str) else bool(is_final),
        spent_ms=None if _is_empty(value.get("spent_ms")) else _read_spent(value["spent_ms"]),
        **said,
    )


def _read_spent(value: Any) -> float | None:
    try:
        spent = float(value)
    except (TypeError, ValueError):
        return None
    return spent if math.isfinite(spent) and spent >= 0 else None


def decisions_file(decisions: Iterable[Decision]) -> bytes:
    """Return decisions as JSON Lines, which :func:`parse_decisions` reads."""
    return "".join(f"{json.dumps(as_row(each), ensure_ascii=False)}\n" for each in decisions).encode()


def as_row(decision: Decision) -> dict[str, Any]:
    """Return a decision as a row; what few have is there only where it is said."""
    row: dict[str, Any] = {
        "record_id": decision.record_id,
        "tag": decision.tag,
        "verdict": decision.verdict,
        "annotator": decision.annotator,
        "time": decision.time,
        "note": decision.note,
    }
    more = {"spent_ms": decision.spent_ms, "is_final": decision.is_final or None, "run": decision.run or None}
    return row | {key: value for key, value in more.items() if value is not None}
