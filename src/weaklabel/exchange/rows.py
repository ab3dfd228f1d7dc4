"""Records with their tags as plain rows: what CSV, JSON Lines and Parquet hold alike.

The columns are `record_id`, the fields, `tags`, `probabilities` (one for each tag), `suggested` (the tags again, to
tell later what a person took away) and `given`. With `tags` for the tags, weaklabel reads the rows as records too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weaklabel.exchange.entries import Entry
from weaklabel.exchange.interface import Annotation, Outgoing, OutgoingRecord, name_fields
from weaklabel.exchange.prefilled import compare_with_suggested

TAGS = "tags"
TABLE = "table of records with their tags"
OWN = ("record_id", TAGS, "probabilities", "suggested", "given")


def field_columns(package: Outgoing) -> dict[str, str]:
    """Return the column of each field."""
    return name_fields(package.fields, OWN)


def as_row(package: Outgoing, record: OutgoingRecord, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return a record as a row; `columns` are those of :func:`field_columns`."""
    decided = sorted(package.decided(record), key=lambda label: label.tag)
    tags = [label.tag for label in decided]
    return {
        "record_id": record.id,
        **{columns[name]: value for name, value in record.fields.items()},
        "tags": tags,
        "probabilities": [label.probability for label in decided],
        "suggested": tags,
        "given": None if record.given is None else list(record.given),
    }


def read_row(row: Entry) -> Annotation:
    """Read a row whose tags may have been changed."""
    read = Annotation(
        row.place,
        row.record_id("record_id" if "record_id" in row else "id"),
        chosen=row.names(TAGS),
        text=row.text("text"),
        annotator=row.text("annotator"),
    )
    return compare_with_suggested(read, row.names("suggested") if "suggested" in row else None)
