"""Why a cell has its probability."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from weaklabel.terms.finding import Evidence, SimilarRecord
from weaklabel.terms.records import RecordId


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
        The tag below whose probability this one has, by closure; None where it has its own.
    votes
        Every vote on the cell, with its spans.
    without
        For each labeling function that votes on it, the probability without its vote.
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
    similar: tuple[SimilarRecord, ...] = ()

    @property
    def log_odds(self) -> float:
        """The sum of all shares; the log-odds of the probability."""
        return math.fsum(share.log_odds for share in self.shares)

    def __str__(self) -> str:
        given = {True: "given", False: "not given", None: "unlabelled"}[self.is_given]
        lines = [f"{self.tag}: {self.probability:.3f} ({given})"]
        lines += [f"  {share.log_odds:+6.2f}  {share.part}" for share in self.shares]
        lines += [f"  without {lf}: {probability:.3f}" for lf, probability in self.without]
        return "\n".join(lines)
