"""Findings: likely mislabels, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

VoteName = Literal["present", "absent"]
Kind = Literal["missing", "unsupported", "misspelt", "alias", "missing_parent", "unknown"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """One labeling function's vote on the cell, and the stretch of text that made it vote (if there is one)."""

    lf: str
    vote: VoteName
    field: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class SimilarRecord:
    """Another record with a similar text: its position in the records, and how similar it is (1: the same)."""

    record: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A likely mislabel.

    Attributes
    ----------
    record
        The record's position in the records.
    tag
        The canonical tag that the finding is about; None where the author's spelling is no tag.
    kind
        missing, unsupported, misspelt, alias, missing_parent or unknown.
    score
        How likely the finding is right, comparable within a kind.
    rank
        1 for the best of its kind.
    reason
        Why, in words.
    given
        The author's spelling, for misspelt, alias and unknown.
    evidence
        The votes and spans behind a missing or unsupported tag.
    similar
        The records with the most similar texts that have the tag; for the best findings only.
    tag_rank
        1 for the best of its kind about its tag.
    """

    record: int
    tag: str | None
    kind: Kind
    score: float
    rank: int
    reason: str
    given: str | None = None
    evidence: tuple[Evidence, ...] = ()
    similar: tuple[SimilarRecord, ...] = ()
    tag_rank: int = 0

    @property
    def is_likely(self) -> bool:
        """Whether the finding is more likely right than wrong."""
        return self.score > LIKELY
