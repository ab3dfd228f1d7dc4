"""Measures of labeling functions and findings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LFSummaryRow:
    """How one labeling function votes on one tag.

    Attributes
    ----------
    polarity
        present, absent or both: what it voted in this run; empty where it never voted.
    coverage, overlap, conflict
        The share of all records on which it votes; on which another labeling function of the tag votes too; on
        which one votes otherwise. Where each record has exactly one class: on which another votes for any class; on
        which one votes for another class.
    agreement, agreement_low, agreement_high
        The share of its votes that the given tags confirm, with Wilson's 95 % interval; nan without votes.
    n
        Its votes on labelled records, which is what agreement is taken over.
    failures
        The records on which it failed.
    """

    lf: str
    tag: str
    origin: str
    family: str
    polarity: str
    coverage: float
    overlap: float
    conflict: float
    agreement: float
    agreement_low: float
    agreement_high: float
    n: int
    failures: int


@dataclass(frozen=True, slots=True)
class TagSummaryRow:
    """What the audit says of one tag.

    Attributes
    ----------
    given, expected
        How many labelled records were given it, and how many should have it.
    missing, unsupported, misspelt
        Findings with score > 0.5: records that lack it (as a tag or a parent), that should not have it, and that have
        it in another spelling.
    trouble
        Where the vocabulary itself seems wrong about it; empty where it does not.
    """

    tag: str
    given: int
    expected: float
    missing: int
    unsupported: int
    misspelt: int
    trouble: str


@dataclass(frozen=True, slots=True)
class PlantedMislabel:
    """A mislabel that is known to be in a record: of which kind, on which tag, spelt how."""

    kind: str
    tag: str | None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class GoldRecord:
    """The tags that are right for a record, and the mislabels that its author's tags are known to have."""

    tags: frozenset[str]
    planted: tuple[PlantedMislabel, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingQuality:
    """How well the findings of one kind do: those with score > 0.5, on records that have gold tags.

    `precision` is the share of them that gold confirms, `recall` the share of known mislabels among them; each is
    None where there is nothing to take a share of.
    """

    kind: str
    found: int
    right: int
    known: int
    recalled: int

    @property
    def precision(self) -> float | None:
        """The share of findings that gold confirms."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of known mislabels that were found."""
        return self.recalled / self.known if self.known else None
