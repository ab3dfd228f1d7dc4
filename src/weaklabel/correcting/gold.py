"""The file of gold tags that `weaklabel apply` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from weaklabel.documents import read_bytes
from weaklabel.errors import RecordsError
from weaklabel.evaluate import gold_file
from weaklabel.terms import USUAL_NAMES, GoldRecord, Settings
from weaklabel.terms.records import RecordId

ENDINGS = (".jsonl", ".ndjson")


def rewrite_gold(
    settings: Settings, ids: Sequence[RecordId], before: Mapping[int, GoldRecord], after: Mapping[int, GoldRecord]
) -> bytes:
    """Return gold tags as JSON Lines; lines of such a file that say what they should stay byte for byte.

    Parameters
    ----------
    settings
        Where gold tags are, and how they are written there.
    ids
        The ids of all records.
    before, after
        Gold tags by the position of the record.

    Raises
    ------
    RecordsError
        Where gold tags cannot be read.
    """
    lines = _read_lines(settings)
    if lines is None:
        return gold_file({ids[i]: after[i] for i in sorted(after)}).encode()
    new = {
        str(ids[i]): gold_file({ids[i]: record}).encode()
        for i, record in sorted(after.items())
        if before.get(i) != record
    }
    kept = [new.pop(record_id, line) for record_id, line in lines]
    return b"".join((*kept, *new.values()))


def _read_lines(settings: Settings) -> list[tuple[str, bytes]] | None:
    """Return the lines of the file, each with the record's id; None where it is not written as :func:`gold_file` is."""
    location = settings.gold
    if location is None or not location.endswith(ENDINGS) or settings.gold_columns != USUAL_NAMES:
        return None
    rows = [line for line in read_bytes(location, RecordsError).split(b"\n") if line.strip()]
    values = [json.loads(line) for line in rows]
    if not all({"id", "tags"} <= value.keys() for value in values):
        return None
    return [(str(value["id"]), line + b"\n") for value, line in zip(values, rows, strict=True)]
