"""What the report says, as plain dataclasses: report.json is these, field by field.

Long lists are cut; beside each stands how long it is (`total`, or a field named for it). A share, a probability or a
score is from 0 to 1; None stands where there is nothing to take a share of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from weaklabel.terms import Kind
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import Task

SCHEMA = 1
"""Raised when a field of report.json changes its meaning or goes; new fields do not raise it."""
Reference = Literal["gold", "given"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd: where it stands (empty where it has no place), what it is, and how to mend it."""

    place: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class FailedLF:
    """A labeling function that failed: on how many records, and its first error."""

    lf: str
    records: int
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is odd with the inputs; the lists are cut, the totals say how long they are."""

    warnings: tuple[Note, ...] = ()
    warning_total: int = 0
    failures: tuple[FailedLF, ...] = ()
    failure_total: int = 0
    records: int = 0
    labelled: int = 0
    without_tags: int = 0
    without_text: int = 0
    gold: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text; `lfs` names those whose evidence it is, and the class it is for (empty for plain text)."""

    text: str
    lfs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field of a record, cut into segments."""

    field: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """A record with a similar text that has the tag: its id, how it begins, and how similar it is."""

    record_id: RecordId
    title: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Card:
    """A finding with its record: what a person needs to judge it.

    Attributes
    ----------
    suggestion
        The class to give instead of a wrong one; None where records have any number of tags.
    given, given_total
        The author's tags as they were spelt, and how many there are.
    texts
        The fields that have a text, the evidence marked.
    """

    record_id: RecordId
    tag: str
    suggestion: str | None
    score: float
    reason: str
    given: tuple[str, ...]
    given_total: int
    texts: tuple[FieldText, ...]
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class CellFindings:
    """All findings of one kind about cells: how many there are, how many have a score > 0.5, the best as cards."""

    kind: Kind
    total: int
    likely: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SpellingRow:
    """A spelling that authors use and the vocabulary does not have as a tag's name.

    Attributes
    ----------
    tag
        The tag that it stands for; None for none.
    records, record_ids
        How many records have it, and the first of them.
    reason, fix
        Why it stands for the tag, and what to do, in one line each.
    """

    given: str
    tag: str | None
    records: int
    record_ids: tuple[RecordId, ...]
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class SpellingFindings:
    """All findings of one kind about spellings: how many, of how many spellings, the most frequent as rows."""

    kind: Kind
    total: int
    spellings: int
    rows: tuple[SpellingRow, ...]


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag: records given it and records that should have it, and findings with score > 0.5 about it."""

    tag: str
    given: int
    expected: float
    missing: int
    unsupported: int
    misspelt: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A top of the tag graph with all tags below it: where records are few.

    Attributes
    ----------
    tags, rare
        How many tags it has, and how many of them fewer than ten records were given.
    given
        How many records were given a tag of it.
    lacking
        How many more records it takes until each of its tags has ten.
    rarest
        The names of its rarest tags.
    """

    area: str
    tags: int
    given: int
    rare: int
    lacking: int
    rarest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """How often each tag is given, and what there is to mend.

    Attributes
    ----------
    tags, tag_total
        Those with the most to mend first.
    unused, rare
        Tags that nobody gave, and that one to nine records were given.
    median, most
        Records given a tag: of the middle tag, of the most frequent one.
    curve
        Pairs of a rank and the records given the tag of that rank, from the most frequent tag on; at most 200 pairs.
    areas, area_total
        Those that lack the most records first; empty where no tag has a parent.
    troubles
        Where the vocabulary itself seems to be wrong.
    """

    tags: tuple[TagRow, ...] = ()
    tag_total: int = 0
    unused: int = 0
    rare: int = 0
    median: float = 0
    most: int = 0
    curve: tuple[tuple[int, int], ...] = ()
    areas: tuple[AreaRow, ...] = ()
    area_total: int = 0
    troubles: tuple[Note, ...] = ()
    trouble_total: int = 0


@dataclass(frozen=True, slots=True)
class QualityRow:
    """How well the findings of a kind do against gold; see :class:`weaklabel.terms.FindingQuality`."""

    kind: str
    found: int
    precision: float | None
    known: int
    recall: float | None


@dataclass(frozen=True, slots=True)
class LFRow:
    """How a labeling function votes on a tag (:class:`weaklabel.terms.LFSummaryRow`); agreement is with given tags."""

    lf: str
    tag: str
    origin: str
    polarity: str
    coverage: float
    overlap: float
    conflict: float
    agreement: float | None
    agreement_low: float | None
    agreement_high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class LFPair:
    """Two labeling functions that vote on the same cells.

    Attributes
    ----------
    both
        Cells on which both vote.
    overlap
        The share of these among the cells on which either votes.
    conflicts
        Cells on which one votes present and the other absent.
    """

    first: str
    second: str
    both: int
    overlap: float
    conflicts: int


@dataclass(frozen=True, slots=True)
class LFGrid:
    """The labeling functions that meet most: for each two of them the overlap, and the cells in conflict."""

    lfs: tuple[str, ...] = ()
    overlap: tuple[tuple[float, ...], ...] = ()
    conflicts: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LFGroup:
    """Labeling functions that vote nearly alike, each with the next: they count more than once for one evidence."""

    lfs: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LFs:
    """The labeling functions.

    Attributes
    ----------
    rows, row_total
        One row a labeling function and tag with votes: those written by hand first, then those with the most votes.
    total, silent
        How many there are, and how many never vote.
    overlaps, conflicts
        The pairs that overlap most, and those that conflict most.
    pair_total, conflict_total
        How many pairs meet on a cell, and how many of these conflict on one.
    groups, group_total
        Those that vote nearly alike.
    grid
        The picture of the first of them.
    """

    rows: tuple[LFRow, ...] = ()
    row_total: int = 0
    total: int = 0
    silent: int = 0
    overlaps: tuple[LFPair, ...] = ()
    conflicts: tuple[LFPair, ...] = ()
    pair_total: int = 0
    conflict_total: int = 0
    groups: tuple[LFGroup, ...] = ()
    group_total: int = 0
    grid: LFGrid = LFGrid()


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What a model of the run says of cells (probability > .5, before closure), against given or gold tags."""

    model: str
    reference: Reference
    records: int
    precision: float | None
    recall: float | None
    micro_f1: float | None


@dataclass(frozen=True, slots=True)
class Models:
    """The models of the run, and which other label model does better (None where none is known to)."""

    rows: tuple[ModelRow, ...] = ()
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Cells with a probability in (low, high]: how many, their mean, the share that gold confirms (Wilson, 95 %)."""

    low: float
    high: float
    cells: int
    mean: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether probabilities ≥ .01 mean what they say, against gold; `error` is the mean gap, weighted by cells."""

    records: int
    cells: int
    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class TagPair:
    """Two tags: records given both, and how many times more that is than if neither knew of the other."""

    first: str
    second: str
    both: int
    lift: float


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the tag graph's top: its depth, and how many records were given it."""

    tag: str
    depth: int
    given: int


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """The most frequent tags, by given tags: records given each two of them (on the diagonal: given it), and the graph.

    Attributes
    ----------
    tags, both
        The tags, and a row of counts for each.
    pairs
        The pairs that most often stand together.
    tree
        The same tags and all above them, each below the first of its parents.
    """

    tags: tuple[str, ...] = ()
    both: tuple[tuple[int, ...], ...] = ()
    pairs: tuple[TagPair, ...] = ()
    tree: tuple[TreeRow, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A cell of which the run is least sure."""

    record_id: RecordId
    title: str
    tag: str
    probability: float
    is_given: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The cells nearest to .5, and how many there are from .25 to .75."""

    rows: tuple[QueueRow, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class KindChange:
    """Findings with score > 0.5 of one kind: how many there were and are, how many are gone and new."""

    kind: str
    before: int
    after: int
    gone: int
    new: int


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding that is gone or new, in one line."""

    kind: str
    record_id: RecordId
    tag: str | None
    given: str | None
    score: float


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A cell whose probability crossed .5; None where one of the runs has no row for it."""

    record_id: RecordId
    tag: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise than in another run.

    Attributes
    ----------
    since
        When that run was made; empty where there is none.
    problem
        Why it could not be read; empty where it could.
    inputs
        Which inputs and settings are others, a line each.
    kinds
        The findings by kind.
    new, new_total, gone, gone_total
        Findings with score > 0.5 that are new or gone, the best first.
    added, removed, changed
        Labeling functions, by id; the totals say how many there are.
    likely, unlikely
        How many cells are now above .5 and were not, and the other way round.
    labels
        Such cells, the largest changes first.
    """

    since: str = ""
    problem: str = ""
    inputs: tuple[str, ...] = ()
    kinds: tuple[KindChange, ...] = ()
    new: tuple[FindingLine, ...] = ()
    new_total: int = 0
    gone: tuple[FindingLine, ...] = ()
    gone_total: int = 0
    added: tuple[str, ...] = ()
    added_total: int = 0
    removed: tuple[str, ...] = ()
    removed_total: int = 0
    changed: tuple[str, ...] = ()
    changed_total: int = 0
    likely: int = 0
    unlikely: int = 0
    labels: tuple[LabelChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is otherwise."""
        counts = (self.new_total, self.gone_total, self.added_total, self.removed_total, self.changed_total)
        return not (self.inputs or any(counts) or self.likely or self.unlikely)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report says, section by section.

    Attributes
    ----------
    time
        When the run began, in UTC.
    task
        Whether records have any number of tags, or exactly one (a class).
    facts
        Figures of the run, by name.
    calibration
        None where the project has no gold tags.
    """

    time: str
    task: Task
    facts: Mapping[str, str]
    changes: Changes
    health: Health
    cells: tuple[CellFindings, ...]
    spellings: tuple[SpellingFindings, ...]
    support: Support
    quality: tuple[QualityRow, ...]
    lfs: LFs
    models: Models
    calibration: Calibration | None
    cooccurrence: Cooccurrence
    queue: Queue
    schema: int = SCHEMA
