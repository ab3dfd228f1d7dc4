"""Each labeling function on each tag on which it votes: the units that labeling functions are analysed by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.terms import CellProbabilities, GivenMatrix, Votes

Positions = npt.NDArray[np.intp]
Classes = npt.NDArray[np.int16]
RIGHT, WRONG, UNKNOWN = 1, 0, -1


@dataclass(frozen=True, slots=True, eq=False)
class CastVotes:
    """Votes, and where each record has exactly one class, what they come to on each record.

    Attributes
    ----------
    votes
        The vote matrix.
    classes
        int16 of shape (records, labeling functions that vote): the class that each votes for, or -1; None where a
        record may have any number of tags.
    """

    votes: Votes
    classes: Classes | None = None

    def classes_of_votes(self) -> npt.NDArray[np.int16]:
        """Return the class that stands for each vote: int16 of shape (votes,), -1 where none does."""
        assert self.classes is not None
        column = np.searchsorted(np.unique(self.votes.lf), self.votes.lf)
        return np.asarray(self.classes[self.votes.record, column])


@dataclass(frozen=True, slots=True, eq=False)
class VoteUnits:
    """The units of a vote matrix.

    Attributes
    ----------
    lf, tag
        int64 of shape (units,), sorted by labeling function and tag.
    n_tags
        How many tags there may be.
    """

    lf: npt.NDArray[np.int64]
    tag: npt.NDArray[np.int64]
    n_tags: int

    @classmethod
    def of(cls, votes: Votes, n_tags: int) -> VoteUnits:
        """Return the units that have votes."""
        lf, tag = np.divmod(np.unique(votes.lf.astype(np.int64) * n_tags + votes.tag), max(n_tags, 1))
        return cls(lf, tag, n_tags)

    def __len__(self) -> int:
        return len(self.lf)

    def pairs(self) -> list[tuple[int, int]]:
        """Return the labeling function and tag of each."""
        return list(zip(self.lf.tolist(), self.tag.tolist(), strict=True))

    def find(self, votes: Votes) -> Positions:
        """Return the unit of each vote; all of them must have one."""
        known = self.lf * self.n_tags + self.tag
        return np.searchsorted(known, votes.lf.astype(np.int64) * self.n_tags + votes.tag)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedVotes:
    """How right each vote is.

    Attributes
    ----------
    unit, record
        Of shape (votes,): whose vote it is, and on which record.
    right
        int8 of shape (votes,): RIGHT, WRONG or UNKNOWN, by the reference.
    probability
        float64 of shape (votes,): that it is right, by the label model; nan where that says nothing.
    is_sole
        bool of shape (votes,): no other labeling function casts it too.
    """

    unit: Positions
    record: npt.NDArray[np.int32]
    right: npt.NDArray[np.int8]
    probability: npt.NDArray[np.float64]
    is_sole: npt.NDArray[np.bool_]


def judge_votes(votes: Votes, units: VoteUnits, cells: CellProbabilities, reference: GivenMatrix) -> JudgedVotes:
    """Judge votes by what the label model says of their cells, and by the tags of a reference."""
    is_present = votes.vote > 0
    confirmed = is_present == reference.has(votes.record, votes.tag)
    right = np.where(reference.labelled[votes.record], confirmed, UNKNOWN).astype(np.int8)
    present = probability_of(cells, votes.record, votes.tag, units.n_tags)
    cell = votes.record.astype(np.int64) * units.n_tags + votes.tag
    _, what, times = np.unique(2 * cell + is_present, return_inverse=True, return_counts=True)
    probability = np.where(is_present, present, 1 - present)
    return JudgedVotes(units.find(votes), votes.record, right, probability, times[what] == 1)


def probability_of(
    cells: CellProbabilities, record: npt.NDArray[np.integer], tag: npt.NDArray[np.integer], n_tags: int
) -> npt.NDArray[np.float64]:
    """Return the probability of each of some cells, nan where there is none: float64 of the shape of `record`."""
    if not len(cells):
        return np.full(len(record), np.nan)
    known = cells.record.astype(np.int64) * n_tags + cells.tag
    wanted = record.astype(np.int64) * n_tags + tag
    where = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[where] == wanted, cells.probability[where], np.nan)
