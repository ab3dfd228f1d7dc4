"""The decisions of a store, as their quality is measured by."""

from __future__ import annotations

from weaklabel.agreement import Decision
from weaklabel.review.store import Database, read_decisions
from weaklabel.terms.records import RecordId


def list_decisions(database: Database, record_id: RecordId | None = None) -> list[Decision]:
    """Return the decisions that stand, of annotators and of reviewers, on all records or on one."""
    return [
        Decision(
            row.record_id,
            row.tag,
            row.annotator,
            row.verdict,
            row.spent_ms / 1000,
            row.decided_at,
            row.note,
            row.is_final,
        )
        for row in read_decisions(database, record_id)
    ]
