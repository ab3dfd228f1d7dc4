"""What a person has decided: rows of `record_id`, `tag` and `verdict`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from weaklabel.documents import Row, read_bytes
from weaklabel.errors import Problem, RecordsError, did_you_mean, raise_errors
from weaklabel.records import parse_rows
from weaklabel.terms import Records


def read_decided(location: str, records: Records) -> npt.NDArray[np.bool_]:
    """Return which records a file of decisions names, bool of shape (records,).

    Raises
    ------
    RecordsError
        Where the file cannot be read, or with every row that names no record.
    """
    position = {str(record_id): i for i, record_id in enumerate(records.ids)}
    decided = np.zeros(len(records), dtype=np.bool_)
    problems: list[Problem] = []
    for row in parse_rows(location, read_bytes(location, RecordsError), RecordsError):
        problems.extend(_check(row, position))
        if not problems:
            decided[position[str(row.value["record_id"])]] = True
    raise_errors(problems, RecordsError)
    return decided


def _check(row: Row, position: Mapping[str, Any]) -> Iterator[Problem]:
    value = row.value if isinstance(row.value, dict) else {}
    if value.get("record_id") is None:
        yield Problem("this row has no record_id.", row.place, 'Write {"record_id": …, "tag": …, "verdict": …}.')
    elif str(value["record_id"]) not in position:
        fix = did_you_mean(str(value["record_id"]), position) or "Give the id of a record."
        yield Problem(f"no record has the id {str(value['record_id'])!r}.", row.place, fix)
