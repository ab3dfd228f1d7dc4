"""Decisions as rows of a file, read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.terms.decisions import VERDICTS, Decision

FORM = 'Write {"record_id": …, "tag": "…", "verdict": "yes"}.'
TEXTS = ("annotator", "time", "note", "run")
TRUE = frozenset({"true", "1"})  # as CSV writes it, in any case


def parse_decisions(rows: Iterable[Row], problems: list[Problem]) -> Iterator[tuple[Decision, Place]]:
    """Yield the decision of each row, and where it stands; what is wrong with others is added to `problems`.

    A row has `record_id`, `tag` and `verdict` (yes, no or unsure), and optionally `annotator`, `time`, `note`,
    `is_final` and `run`. Columns besides these say nothing here.
    """
    for row in rows:
        value = row.value if isinstance(row.value, dict) else {}
        wrong = list(_check(value, row.place))
        problems.extend(wrong)
        if not wrong:
            yield _read(value), row.place


def _check(value: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    record_id, tag, verdict = (value.get(key) for key in ("record_id", "tag", "verdict"))
    if not isinstance(record_id, int | str) or isinstance(record_id, bool) or record_id == "":
        yield Problem("this row has no record_id.", place, FORM)
    if not isinstance(tag, str) or not tag:
        yield Problem("this row has no tag.", place, FORM)
    if verdict not in VERDICTS:
        what = "this row has no verdict." if verdict is None else f"the verdict {verdict!r} is none."
        yield Problem(what, place, did_you_mean(str(verdict), VERDICTS, otherwise=f"Write {', '.join(VERDICTS)}."))


def _read(value: Mapping[str, Any]) -> Decision:
    texts = {key: "" if value.get(key) is None else str(value[key]) for key in TEXTS}
    is_final = value.get("is_final")
    final = is_final.strip().casefold() in TRUE if isinstance(is_final, str) else bool(is_final)
    return Decision(value["record_id"], value["tag"], value["verdict"], is_final=final, **texts)


def decisions_file(decisions: Iterable[Decision]) -> bytes:
    """Return decisions as JSON Lines, which :func:`parse_decisions` reads."""
    return "".join(f"{json.dumps(as_row(each), ensure_ascii=False)}\n" for each in decisions).encode()


def as_row(decision: Decision) -> dict[str, Any]:
    """Return a decision as a row; what few have (`is_final`, `run`) is there only where it is said."""
    row: dict[str, Any] = {
        "record_id": decision.record_id,
        "tag": decision.tag,
        "verdict": decision.verdict,
        "annotator": decision.annotator,
        "time": decision.time,
        "note": decision.note,
    }
    return {
        **row,
        **({"is_final": True} if decision.is_final else {}),
        **({"run": decision.run} if decision.run else {}),
    }
