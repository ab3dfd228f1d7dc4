"""What annotators said, as arrays: rows of decisions, and who said what of each cell."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from weaklabel.terms.records import RecordId

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Votes = npt.NDArray[np.int8]

MISSING = -1
VERDICTS = {"yes": 1, "no": 0, "unsure": MISSING}
Value = TypeVar("Value", bound=Hashable)


class Decision(NamedTuple):
    """One annotator's verdict on a cell.

    Attributes
    ----------
    verdict
        `yes`, `no` or `unsure`.
    spent_s
        How long the whole record took, in seconds; None where nobody knows.
    time
        When it was decided, if that is known.
    is_final
        Whether it is a reviewer's, who adjudicated.
    """

    record_id: RecordId
    tag: str
    annotator: str
    verdict: str
    spent_s: float | None = None
    time: datetime | None = None
    note: str = ""
    is_final: bool = False


@dataclass(frozen=True, eq=False)
class Annotations:
    """Decisions, a row each, as indices of what they are about.

    Attributes
    ----------
    record_ids, tags, annotators
        What there is: records and tags as they come, annotators by name.
    record, tag, annotator
        intp of shape (decisions,): indices into these.
    verdict
        int8 of shape (decisions,): 1 yes, 0 no, -1 unsure, which is a missing value.
    spent_s, time_s
        float64 of shape (decisions,): seconds spent on the record, and seconds since 1970; nan where it is not known.
    """

    record_ids: tuple[RecordId, ...]
    tags: tuple[str, ...]
    annotators: tuple[str, ...]
    record: Ints
    tag: Ints
    annotator: Ints
    verdict: Votes
    spent_s: Floats
    time_s: Floats

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Annotations:
        """Make the arrays; of several decisions of one annotator on one cell, the last counts."""
        rows = list({(row.record_id, row.tag, row.annotator): row for row in decisions}.values())
        record_ids, record = _number([row.record_id for row in rows])
        tags, tag = _number([row.tag for row in rows])
        annotators = tuple(sorted({row.annotator for row in rows}))
        by_name = {name: i for i, name in enumerate(annotators)}
        return cls(
            record_ids,
            tags,
            annotators,
            record,
            tag,
            np.array([by_name[row.annotator] for row in rows], dtype=np.intp),
            np.array([VERDICTS[row.verdict] for row in rows], dtype=np.int8),
            np.array([np.nan if row.spent_s is None else row.spent_s for row in rows], dtype=np.float64),
            np.array([np.nan if row.time is None else row.time.timestamp() for row in rows], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.record)

    @cached_property
    def _cells(self) -> tuple[Ints, Ints]:
        """The cells as numbers, and of each decision the index of its cell."""
        cells, index = np.unique(self.record * max(len(self.tags), 1) + self.tag, return_inverse=True)
        return cells, index

    @property
    def cell_record(self) -> Ints:
        """The record of each cell: intp of shape (cells,)."""
        return self._cells[0] // max(len(self.tags), 1)

    @property
    def cell_tag(self) -> Ints:
        """The tag of each cell: intp of shape (cells,)."""
        return self._cells[0] % max(len(self.tags), 1)

    @cached_property
    def votes(self) -> Votes:
        """Who said what: int8 of shape (cells, annotators); 1 yes, 0 no, -1 unsure or not asked."""
        cells, index = self._cells
        votes = np.full((len(cells), len(self.annotators)), MISSING, dtype=np.int8)
        votes[index, self.annotator] = self.verdict
        return votes

    @cached_property
    def counts(self) -> Ints:
        """How many said no, and how many yes: intp of shape (cells, 2)."""
        return np.stack([(self.votes == verdict).sum(axis=1) for verdict in (0, 1)], axis=1)

    @cached_property
    def unsure(self) -> Ints:
        """How many were unsure of each cell: intp of shape (cells,)."""
        cells, index = self._cells
        return np.bincount(index[self.verdict == MISSING], minlength=len(cells))


def _number(values: list[Value]) -> tuple[tuple[Value, ...], Ints]:
    """Return the distinct values as they come, and the index of each value among them."""
    known = {value: i for i, value in enumerate(dict.fromkeys(values))}
    return tuple(known), np.array([known[value] for value in values], dtype=np.intp)
