"""The decisions of a store, as their quality is measured by."""

from __future__ import annotations

from weaklabel.agreement import Decision
from weaklabel.review.store import Database, read_decisions


def list_decisions(database: Database) -> list[Decision]:
    """Return the decisions that stand, of annotators and of reviewers."""
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
        for row in read_decisions(database)
    ]
