"""What is otherwise than in another run."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.terms.records import RecordId


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
