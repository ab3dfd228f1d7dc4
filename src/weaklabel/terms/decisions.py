"""Decisions: what people say of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from weaklabel.terms.records import RecordId

Verdict = Literal["yes", "no", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
How = Literal["final", "unanimous", "majority", "tie", "unsure", "few", "contradiction"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one annotator says of one cell.

    Attributes
    ----------
    time
        When, in ISO 8601; empty where nobody knows.
    is_final
        Whether it settles the cell, whatever others say: an adjudication.
    run
        The name of the run whose suggestions were shown; empty where nobody knows.
    spent_ms
        How long the whole record took, in milliseconds; None where nobody knows.
    """

    record_id: RecordId
    tag: str
    verdict: Verdict
    annotator: str = ""
    time: str = ""
    note: str = ""
    is_final: bool = False
    run: str = ""
    spent_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions, and where they are from.

    Attributes
    ----------
    sources
        Files and databases, as they were named.
    decisions
        In the order in which they stand there.
    """

    sources: tuple[str, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class SettledCell:
    """What all annotators together say of one cell.

    Attributes
    ----------
    verdict
        `unsure` where they do not settle it.
    how
        By an adjudication (`final`), by all who said yes or no (`unanimous`), by more of them than not (`majority`);
        or why it is not settled: as many said yes as no (`tie`), nobody said either (`unsure`), too few did (`few`), or
        the verdict contradicts that on another tag of the record (`contradiction`).
    said
        The decisions, the last of each annotator, in the order in which they were made.
    """

    record_id: RecordId
    tag: str
    verdict: Verdict
    how: How
    said: tuple[Decision, ...]

    @property
    def is_settled(self) -> bool:
        """Whether it is yes or no, and no other cell of the record contradicts it."""
        return self.verdict != "unsure" and self.how != "contradiction"

    @property
    def disagrees(self) -> bool:
        """Whether some said yes and others no, and nobody has settled it for them."""
        return self.how != "final" and self.count("yes") > 0 and self.count("no") > 0

    @property
    def annotators(self) -> tuple[str, ...]:
        """Who decided."""
        return tuple(decision.annotator for decision in self.said)

    @property
    def time(self) -> str:
        """When the last of them decided."""
        return self.said[-1].time

    @property
    def notes(self) -> tuple[str, ...]:
        """What they noted, each remark once."""
        return tuple(dict.fromkeys(decision.note for decision in self.said if decision.note))

    def count(self, verdict: Verdict) -> int:
        """Return how many gave a verdict, adjudications aside."""
        return sum(decision.verdict == verdict and not decision.is_final for decision in self.said)


@dataclass(frozen=True, slots=True)
class TagEdit:
    """What is done to the list of a record's given tags.

    Attributes
    ----------
    removed, added
        Spellings that go, and tags that come at the end.
    respelt
        Spellings that are written otherwise, and how.
    becomes_null
        Whether the record is unlabelled then.
    """

    removed: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()
    respelt: Mapping[str, str] = field(default_factory=dict)
    becomes_null: bool = False

    def apply(self, tags: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Return the list as it is afterwards."""
        if self.becomes_null:
            return None
        return (*(self.respelt.get(tag, tag) for tag in tags or () if tag not in self.removed), *self.added)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How far the queue of a review is, whoever asks; nothing where there is none.

    Attributes
    ----------
    records
        How many it has.
    waiting
        Those on which more annotators are to decide.
    leased
        Those of them that are before an annotator now.
    """

    records: int = 0
    waiting: frozenset[RecordId] = frozenset()
    leased: frozenset[RecordId] = frozenset()
