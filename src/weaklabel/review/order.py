"""The order in which records are reviewed. Whatever makes one returns record ids, the first to be reviewed first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from weaklabel.documents import Row, read_bytes
from weaklabel.errors import Place, Problem, ReviewError, did_you_mean, raise_errors
from weaklabel.records import parse_rows
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.records import RecordId

ABOUT_CELLS = ("missing", "unsupported")
ID_COLUMNS = ("record_id", "id")


def order_records(ids: Sequence[RecordId], labels: pd.DataFrame, findings: pd.DataFrame) -> tuple[RecordId, ...]:
    """Return all records: those with likely missing or unsupported tags first, then the least certain ones.

    Scores are comparable within a kind alone, so records are taken by the best rank that a finding about them has: the
    best missing tag, the best unsupported one, the second-best missing tag … A record is as uncertain as its cell that
    is nearest to .5; of equals, the input's order decides.
    """
    likely = findings[(findings["score"] > LIKELY) & findings["kind"].isin(ABOUT_CELLS)]
    ranks = likely.groupby("record_id")["rank"].min().to_dict()
    distances = (labels["probability"] - 0.5).abs().groupby(labels["record_id"]).min().fillna(np.inf).to_dict()

    def key(record_id: RecordId) -> tuple[float, float]:
        return ranks.get(record_id, np.inf), round(distances.get(record_id, np.inf), 9)

    return tuple(sorted(ids, key=key))


def read_queue(path: Path, ids: Sequence[RecordId]) -> tuple[RecordId, ...]:
    """Read a queue: a file of rows (CSV, JSON Lines, JSON, Parquet) with a column record_id; a record counts once.

    Raises
    ------
    RecordsError
        Where the file cannot be read.
    ReviewError
        With every row that names no record, and the nearest id.
    """
    rows = parse_rows(str(path), read_bytes(str(path), ReviewError), ReviewError)
    known = {str(record_id): record_id for record_id in ids}
    problems: list[Problem] = []
    order: dict[RecordId, None] = {}
    for row in rows:
        wanted = _id_of(row)
        if wanted is None:
            problems.append(Problem("this row has no record_id.", row.place, "Give the column record_id."))
        elif str(wanted) not in known:
            fix = did_you_mean(str(wanted), known, otherwise="Leave it out, or name the project that it is of.")
            problems.append(Problem(f"there is no record {wanted!r}.", row.place, fix))
        else:
            order[known[str(wanted)]] = None
    raise_errors(problems, ReviewError)
    if not order:
        raise ReviewError(Problem("the queue is empty.", Place(str(path)), "Name one with records."))
    return tuple(order)


def _id_of(row: Row) -> Any:
    """Return the id that a row holds: in its column, or, where rows are plain values, as the row."""
    if isinstance(row.value, dict):
        return next((row.value[name] for name in ID_COLUMNS if row.value.get(name) not in (None, "")), None)
    return row.value if isinstance(row.value, str | int) else None
