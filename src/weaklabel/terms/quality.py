"""Measures of labeling functions and findings."""

from __future__ import annotations

import math
from dataclasses import dataclass

CORRELATED = 0.5
"""From this correlation of their votes on, two labeling functions of a tag belong to one cluster …"""
MIN_ALIKE = 3
"""… if they cast so many votes alike: one shared hit shows nothing."""


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
    reference
        What the next figures are measured against: `gold`, where the project has gold tags, else `given`.
    precision, precision_low, precision_high
        The share of its votes that the reference confirms, with Wilson's 95 % interval; nan without votes.
    reference_n
        Its votes on records that the reference covers, which is what precision is taken over.
    estimated_accuracy
        The mean probability that its votes are right, by the label model; nan without votes.
    value_f1, value_nats
        What the label model loses without it: micro-F1, and log-loss in nats, against the reference
        (:mod:`weaklabel.evaluate.lf_value`); nan where nothing is known.
    sole
        Its votes that no other labeling function casts too and that the reference does not refute.
    redundant
        Whether it votes, and has no such vote.
    same_as
        The first labeling function that casts the same votes on the tag; empty where none does, and for the first.
    cluster
        The first of the labeling functions whose votes on the tag correlate with its own, directly or through others;
        empty where none do.
    wrong
        Records, three at most, whose reference its vote contradicts, the least probable votes first: their ids as a
        JSON list.
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
    reference: str = ""
    precision: float = math.nan
    precision_low: float = math.nan
    precision_high: float = math.nan
    reference_n: int = 0
    estimated_accuracy: float = math.nan
    value_f1: float = math.nan
    value_nats: float = math.nan
    sole: int = 0
    redundant: bool = False
    same_as: str = ""
    cluster: str = ""
    wrong: str = "[]"


@dataclass(frozen=True, slots=True)
class LFPair:
    """Two labeling functions that meet.

    Attributes
    ----------
    lf, tag, other, other_tag
        Who, and on which tags; the tags differ only where each record has exactly one class.
    family, other_family
        Their families: two generated ones of a tag, each for another field, are expected to agree.
    both
        How many cells both vote on; where each record has exactly one class, records.
    conflicts
        On how many of these they vote otherwise.
    correlation
        Pearson's, of their votes on the tag in all records, +1 present, -1 absent, 0 abstain: φ, where neither votes
        both ways. It is 0 where one says nothing of the other; nan between two tags.
    jaccard
        Of the votes on the tag that either casts, the share that both cast alike.
    """

    lf: str
    tag: str
    other: str
    other_tag: str
    family: str
    other_family: str
    both: int
    conflicts: int
    correlation: float
    jaccard: float


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
    None where there is nothing to take a share of. `right` is None where gold does not tell.
    """

    kind: str
    found: int
    right: int | None
    known: int
    recalled: int

    @property
    def precision(self) -> float | None:
        """The share of findings that gold confirms."""
        return self.right / self.found if self.found and self.right is not None else None

    @property
    def recall(self) -> float | None:
        """The share of known mislabels that were found."""
        return self.recalled / self.known if self.known else None
