"""Which record a row names, in files of decisions and in queues: one rule for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.terms.records import RecordId


def by_name(ids: Sequence[RecordId]) -> dict[str, RecordId]:
    """Return records by their ids as text: a CSV file has no numbers."""
    return {str(record_id): record_id for record_id in ids}


def find_named(value: Any, known: Mapping[str, RecordId], place: Place) -> RecordId | Problem:
    """Return the record of an id that a row has, or what is wrong with it."""
    if value is None or value == "":
        return Problem("this row has no record_id.", place, "Give the column record_id.")
    if not isinstance(value, int | str) or isinstance(value, bool):
        return Problem(f"{value!r} is no id of a record.", place, "Write a whole number or a text.")
    if str(value) not in known:
        fix = did_you_mean(str(value), known, otherwise="Leave it out, or name the project that it is of.")
        return Problem(f"no record has the id {str(value)!r}.", place, fix)
    return known[str(value)]
