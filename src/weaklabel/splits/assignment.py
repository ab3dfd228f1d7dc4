"""splits.csv: which split each record is in, one line a record, to which later records are only ever added."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, SplitsError, did_you_mean
from weaklabel.terms.records import REFERRING_ID_NAMES, RecordId

SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The split of each record, in the file's order.

    Attributes
    ----------
    split_of
        By the id of the record, as text: CSV does not tell a number from a text.
    places
        Where the first record of each split stands.
    """

    split_of: Mapping[str, str]
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The splits, in the order in which they first occur."""
        return tuple(dict.fromkeys(self.split_of.values()))

    def with_new(self, ids: Sequence[RecordId], splits: Sequence[str]) -> Assignment:
        """Return the assignment with the records that it does not have behind those that it has."""
        new = {str(record_id): split for record_id, split in zip(ids, splits, strict=True)}
        return Assignment({**self.split_of, **{i: s for i, s in new.items() if i not in self.split_of}}, self.places)

    def vanished(self, ids: Sequence[RecordId]) -> list[str]:
        """Return the ids that are assigned, and are of no record."""
        present = set(map(str, ids))
        return [record_id for record_id in self.split_of if record_id not in present]


def read_assignment(location: str, rows: Sequence[Row]) -> Assignment:
    """Read the rows of a splits file: objects with `record_id` (or `id`) and `split`.

    Raises
    ------
    SplitsError
        Where a column is not there, or with every row without an id or split, and every id that stands twice.
    """
    problems: list[Problem] = []
    columns = [str(name) for name in rows[0].value] if rows and isinstance(rows[0].value, dict) else []
    id_column = next((name for name in REFERRING_ID_NAMES if name in columns), None)
    for wanted, name in ((REFERRING_ID_NAMES[0], id_column), (SPLIT, SPLIT if SPLIT in columns else None)):
        if name is None and rows:
            fix = did_you_mean(wanted, columns, otherwise=f"The columns are {', '.join(columns)}.")
            problems.append(Problem(f"there is no column {wanted!r}.", Place(location), fix))
    if problems:
        raise SplitsError(problems)
    split_of: dict[str, str] = {}
    places: dict[str, Place] = {}
    for row in rows:
        record_id, split = (_as_text(row.value.get(name)) for name in (id_column, SPLIT))
        if not (record_id and split):
            problems.append(Problem("this row has no id or no split.", row.place, "Fill it, or remove the row."))
        elif record_id in split_of:
            problems.append(Problem(f"the id {record_id!r} stands twice.", row.place, "Keep one of the two rows."))
        else:
            split_of[record_id] = split
            places.setdefault(split, row.place)
    if problems:
        raise SplitsError(problems)
    return Assignment(split_of, places)


def write_assignment(assignment: Assignment, delimiter: str = ",") -> str:
    """Return a splits file as CSV, or with tabs as TSV."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow((REFERRING_ID_NAMES[0], SPLIT))
    writer.writerows(assignment.split_of.items())
    return text.getvalue()


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
