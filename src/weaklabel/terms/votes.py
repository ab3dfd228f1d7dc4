"""Votes: which labeling function said what about which cell, and which ones failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Place

Ints = npt.NDArray[np.int32]
MIN_PROBABILITY = 0.01
"""A cell below it is not kept, unless a labeling function votes on it or the tag is given."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a record's field that made a labeling function vote; offsets count characters of the original."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A labeling function's failures in a run: how many records, the first of them, its traceback, and its place."""

    lf_id: str
    count: int
    first_record: int
    error: str
    traceback: str
    place: Place | None = None


class Reuse(NamedTuple):
    """What a cache spared: of the labeling functions whose votes are `kept`, how many did not have to vote again.

    Attributes
    ----------
    kept
        Labeling functions whose votes a cache keeps; phrases are matched anew in less time.
    whole
        Of these, those whose votes were all known.
    partly
        Of these, those that voted on some records only.
    records
        On how many records those that were partly known voted.
    problem
        Why no votes could be kept for later; empty where they could.
    """

    kept: int = 0
    whole: int = 0
    partly: int = 0
    records: int = 0
    problem: str = ""


NOTHING_REUSED = Reuse()


@dataclass(frozen=True, slots=True)
class Votes:
    """The vote matrix as a table, one row a vote, sorted by tag, record and labeling function; abstains have none.

    Attributes
    ----------
    record, lf, tag
        int32 arrays of shape (votes,): positions in the records, in `lf_ids` and in the vocabulary.
    vote
        int8 array of shape (votes,): +1 present, -1 absent.
    n_records
        The number of records.
    lf_ids
        The labeling functions' ids, sorted.
    failures
        One entry for each labeling function that failed on some record. A failure is not an abstain.
    reuse
        How many votes were taken from a cache.
    """

    record: Ints
    lf: Ints
    tag: Ints
    vote: npt.NDArray[np.int8]
    n_records: int
    lf_ids: tuple[str, ...]
    failures: tuple[Failure, ...] = ()
    reuse: Reuse = NOTHING_REUSED

    def __len__(self) -> int:
        return len(self.vote)

    def where(self, kept: npt.NDArray[np.bool_]) -> Votes:
        """Return some of the votes, bool of shape (votes,), on the same records."""
        return replace(self, record=self.record[kept], lf=self.lf[kept], tag=self.tag[kept], vote=self.vote[kept])

    def tags(self) -> Ints:
        """Return the positions of the tags that have votes, ascending."""
        return np.unique(self.tag)

    def rows_of_tag(self, tag: int) -> slice:
        """Return the table rows that hold the votes on `tag`."""
        first, last = np.searchsorted(self.tag, [tag, tag + 1])
        return slice(int(first), int(last))

    def has_positive(self) -> npt.NDArray[np.bool_]:
        """Return on which records any labeling function says "present" for any tag, bool of shape (records,)."""
        positive = np.zeros(self.n_records, dtype=np.bool_)
        positive[self.record[self.vote > 0]] = True
        return positive

    def matrix_of_tag(self, tag: int) -> tuple[npt.NDArray[np.int8], Ints, Ints]:
        """Return the votes on `tag` as a dense matrix of the records and labeling functions that voted.

        Returns
        -------
        matrix
            int8 of shape (records that have a vote, labeling functions that have one): +1, -1, 0 for abstain.
        records, lfs
            The positions that the rows and columns stand for, ascending.
        """
        rows = self.rows_of_tag(tag)
        records, row = np.unique(self.record[rows], return_inverse=True)
        lfs, column = np.unique(self.lf[rows], return_inverse=True)
        matrix = np.zeros((len(records), len(lfs)), dtype=np.int8)
        matrix[row, column] = self.vote[rows]
        return matrix, records, lfs


@dataclass(frozen=True, slots=True)
class CellProbabilities:
    """P(tag is right): for cells with votes, for what closure adds to them, and for the silent cells of each tag.

    Attributes
    ----------
    record, tag
        int32 arrays of shape (cells,), sorted by record and tag.
    probability
        float64 array of shape (cells,).
    voted
        bool array of shape (cells,): a labeling function voted on the cell itself.
    raised
        bool array of shape (cells,): the probability is that of a tag below it.
    silent
        float64 array of shape (tags, 2): P for a record on which no labeling function of the tag votes, where
        none of any other tag says "present" either (column 0) and where one does (column 1); nan for a tag on
        which nothing ever votes.
    has_positive
        bool array of shape (records,): some labeling function says "present" for some tag.
    diverged
        The tags whose label model could not be fitted, so that every vote counts with one prior accuracy.
    given_silent
        Where the label model learns from given tags: P of the silent cells, by record and tag, that authors gave, each
        without what its own record was given, as cells with votes have it. Empty elsewhere.
    """

    record: Ints
    tag: Ints
    probability: npt.NDArray[np.float64]
    voted: npt.NDArray[np.bool_]
    raised: npt.NDArray[np.bool_]
    silent: npt.NDArray[np.float64]
    has_positive: npt.NDArray[np.bool_]
    diverged: tuple[int, ...] = ()
    given_silent: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def of_silent(self, record: int, tag: int) -> float:
        """Return P for a cell on which nothing votes; nan for a tag on which nothing ever does."""
        known = self.given_silent.get((record, tag))
        return float(self.silent[tag, int(self.has_positive[record])]) if known is None else known

    def __len__(self) -> int:
        return len(self.probability)
