"""Why a cell has its probability."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from weaklabel.terms.finding import Evidence, SimilarRecord
from weaklabel.terms.records import RecordId

MIN_EXPLAINED = 1e-9  # log-odds are taken of a probability that far from 0 and 1 at least
NOTICEABLE = 0.1  # a change of the log-odds that is told


class Share(NamedTuple):
    """What one part adds to the log-odds of a cell."""

    part: str
    log_odds: float


class WithoutVote(NamedTuple):
    """What the cell's probability would be if one labeling function had not voted on the record.

    Other cells, and what is learnt of all records' texts and tags, are held as they are.
    """

    lf: str
    probability: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a cell has its probability: shares of log-odds that add up to it, and what each vote changes.

    Attributes
    ----------
    record, record_id, tag
        The cell; `record` is the record's position.
    probability
        Its probability, as the run's labels have it.
    is_given
        Whether the author gave the tag; None where the record is unlabelled.
    shares
        What the log-odds are made of: first the tag's usual log-odds, then what each part adds in this cell.
    raised_by
        The tag below that raises this one's probability, by closure; None where none does.
    votes
        Every vote on the cell, with its spans; of exclusive classes, also those on others, with their `tag`.
    without
        For each labeling function that casts one of these, the probability without its vote.
    without_all
        The probability without any of these votes, where there are several; else None.
    similar
        The records with the most similar texts that have the tag.
    """

    record: int
    record_id: RecordId
    tag: str
    probability: float
    is_given: bool | None
    shares: tuple[Share, ...]
    raised_by: str | None = None
    votes: tuple[Evidence, ...] = ()
    without: tuple[WithoutVote, ...] = ()
    without_all: float | None = None
    similar: tuple[SimilarRecord, ...] = ()

    @property
    def log_odds(self) -> float:
        """The sum of all shares; the log-odds of the probability."""
        return math.fsum(share.log_odds for share in self.shares)

    def change_to(self, probability: float) -> float:
        """Return by how much the log-odds of another probability are above the cell's own."""
        return log_odds_of(probability) - self.log_odds

    def __str__(self) -> str:
        given = {True: "given", False: "not given", None: "unlabelled"}[self.is_given]
        lines = [f"{self.tag}: {format_probability(self.probability)} ({given})"]
        lines += [f"  {share.log_odds:+6.2f}  {share.part}" for share in self.shares]
        without = [*self.without, *self._without_all()]
        lines += [
            f"  {self.change_to(other):+6.2f}  without {lf}: {format_probability(other)}" for lf, other in without
        ]
        return "\n".join(lines)

    @property
    def lowering(self) -> frozenset[str]:
        """The labeling functions whose votes speak for the tag, and without which it would be more probable."""
        for_it = {vote.lf for vote in self.votes if vote.vote == "present" and vote.tag is None}
        return frozenset(lf for lf, other in self.without if lf in for_it and self.change_to(other) > NOTICEABLE)

    def _without_all(self) -> list[WithoutVote]:
        return [] if self.without_all is None else [WithoutVote("all labeling functions", self.without_all)]


def log_odds_of(probability: float) -> float:
    """Return ln(p / (1 - p)), with p kept a billionth away from 0 and 1."""
    p = min(max(probability, MIN_EXPLAINED), 1 - MIN_EXPLAINED)
    return math.log(p / (1 - p))


def probability_of(log_odds: float) -> float:
    """Return the probability that has some log-odds."""
    smaller = math.exp(-abs(log_odds))  # which never overflows
    return (1 if log_odds > 0 else smaller) / (1 + smaller)


def format_probability(probability: float) -> str:
    """Return a probability to three digits; one that would be rounded to 0 or 1 as less or more than it shows."""
    if probability < 0.0005:
        return "<0.001"
    return ">0.999" if probability >= 0.9995 else f"{probability:.3f}"
