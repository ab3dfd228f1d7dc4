"""Findings: likely mislabels, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from weaklabel.terms.settings import Task

VoteName = Literal["present", "absent"]
Kind = Literal["missing", "unsupported", "misspelt", "alias", "missing_parent", "unknown"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CLASS_KINDS: tuple[Kind, ...] = ("unsupported", "misspelt", "alias", "unknown")
"""The kinds where each record has exactly one class: that one is missing, the finding of the wrong one says."""
LIKELY = 0.5


def kinds_of(task: Task) -> tuple[Kind, ...]:
    """Return the kinds of findings that a task can have."""
    return CLASS_KINDS if task == "multiclass" else KINDS


@dataclass(frozen=True, slots=True)
class Evidence:
    """One labeling function's vote on the cell, and the stretch of text that made it vote (if there is one).

    `tag` names the class that it is a vote on, where the evidence are the votes on several.
    """

    lf: str
    vote: VoteName
    field: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    tag: str | None = None


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
        The votes and spans behind a missing or unsupported tag; of a wrong class, also those on the suggested one.
    similar
        The records with the most similar texts that have the tag, or the suggested class; for the best findings only.
    tag_rank
        1 for the best of its kind about its tag.
    suggestion
        The class that is likely right in the place of a wrong one; None where records have any number of tags.
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
    suggestion: str | None = None

    @property
    def is_likely(self) -> bool:
        """Whether the finding is more likely right than wrong."""
        return self.score > LIKELY
