"""What comes of amending given tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from weaklabel.terms.decisions import SettledCell, TagEdit
from weaklabel.terms.records import RecordId

ChangeKind = Literal["added", "removed", "respelt"]
Reason = Literal["contradiction", "unlabelled", "no class"]


@dataclass(frozen=True, slots=True)
class Change:
    """A given tag that is added, removed or written by its name.

    Attributes
    ----------
    spelling
        How it was written before; empty for one that is added.
    cell
        What it follows from: the cell itself, one below it, or the class in its place.
    """

    record_id: RecordId
    tag: str
    kind: ChangeKind
    spelling: str
    cell: SettledCell


class Held(NamedTuple):
    """A settled cell that changes nothing, and why.

    `contradiction`: with the verdict on another tag of the record. `unlabelled`: nobody had tagged the record, and not
    all that a run suggests for it is decided. `no class`: annotators chose several, and none is settled as yes.
    """

    cell: SettledCell
    reason: Reason
    other: str = ""


class Orphan(NamedTuple):
    """A tag that is removed, and one below it that is still given, for nobody decided on that."""

    record_id: RecordId
    removed: str
    below: str


@dataclass(frozen=True, slots=True)
class RecordAmended:
    """What comes of one record.

    Attributes
    ----------
    changes, edit
        What changes in its given tags; without an edit, nothing.
    gold
        All of its right tags; None where they are not known.
    is_reviewed
        Whether all that was before an annotator is decided.
    as_given
        How many settled cells say what was given already.
    held, orphans
        What was not done, and what remains.
    """

    changes: tuple[Change, ...] = ()
    edit: TagEdit | None = None
    gold: frozenset[str] | None = None
    is_reviewed: bool = False
    as_given: int = 0
    held: tuple[Held, ...] = ()
    orphans: tuple[Orphan, ...] = ()


@dataclass(frozen=True, slots=True)
class Amended:
    """What comes of all records.

    Attributes
    ----------
    records
        By position: those with settled cells.
    open
        Cells that annotators do not settle.
    strangers, unknown
        Cells of records that are not there, and of tags that are neither in the vocabulary nor given.
    """

    records: Mapping[int, RecordAmended]
    open: tuple[SettledCell, ...]
    strangers: tuple[SettledCell, ...]
    unknown: tuple[SettledCell, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, record after record."""
        return tuple(change for record in self.records.values() for change in record.changes)

    @property
    def edits(self) -> dict[int, TagEdit]:
        """What is done to the given tags of each record that changes."""
        return {i: record.edit for i, record in self.records.items() if record.edit is not None}

    @property
    def gold(self) -> dict[int, frozenset[str]]:
        """The right tags of each record of which they are known."""
        return {i: record.gold for i, record in self.records.items() if record.gold is not None}

    @property
    def held(self) -> tuple[Held, ...]:
        """All settled cells that change nothing, and why."""
        return tuple(held for record in self.records.values() for held in record.held)

    def mark_contradictions(self, cells: Iterable[SettledCell]) -> tuple[SettledCell, ...]:
        """Return cells, with those marked as unsettled of which neither counts, for they contradict each other."""
        held = {(each.cell.record_id, each.cell.tag) for each in self.held if each.reason == "contradiction"}
        return tuple(
            replace(cell, how="contradiction") if (cell.record_id, cell.tag) in held else cell for cell in cells
        )

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """All tags that are still given below a removed one."""
        return tuple(orphan for record in self.records.values() for orphan in record.orphans)

    @property
    def as_given(self) -> int:
        """How many settled cells say what was given already."""
        return sum(record.as_given for record in self.records.values())

    @property
    def reviewed(self) -> int:
        """How many records are reviewed."""
        return sum(record.is_reviewed for record in self.records.values())
