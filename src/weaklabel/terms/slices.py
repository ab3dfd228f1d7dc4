"""Slices: named subsets of the records, on which models are evaluated; their definitions as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from weaklabel.errors import Place
from weaklabel.terms.conditions import Test
from weaklabel.terms.lf import LabelingFunction

Members = npt.NDArray[np.bool_]
How = Literal["fires", "abstains", "conflicts"]
State = Literal["given", "resolved", "voted", "inferred", "predicted"]
Measure = Literal["words", "characters", "tags_given", "uncertainty", "disagreement"]
ANY = "*"
ALL = "all"  # all records, where scores are told and limits are set
RESERVED: Final = {ALL: "it stands for all records", "record_id": "it is the column of ids in slices.parquet"}
"""What no slice can be called, and why."""


@dataclass(frozen=True, slots=True)
class Matches:
    """A labeling function of the slice's own says "present": one made of a `match`, or of a Python function."""

    lf: LabelingFunction


@dataclass(frozen=True, slots=True)
class LFDoes:
    """One of some labeling functions fires or conflicts with another; or all of them abstain. None for any of all."""

    how: How
    lfs: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TagIs:
    """One of some tags was given, or is likely (resolved), by whatever source or by one; None for any tag."""

    state: State
    tags: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class HasFinding:
    """The run has a likely finding of one of some kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsLabelled:
    """The author gave tags, an empty list too; or did not."""

    labelled: bool


@dataclass(frozen=True, slots=True)
class Measures:
    """A number that each record has passes some tests."""

    what: Measure
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class HasRareTag:
    """A tag was given, or is likely, that authors gave to fewer than so many records."""

    below: int


@dataclass(frozen=True, slots=True)
class InCluster:
    """The text falls into one of some of the clusters of all texts."""

    clusters: tuple[int, ...]
    n_clusters: int


@dataclass(frozen=True, slots=True)
class InSlice:
    """The record is in one of some other slices."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """All, any or none of some parts hold."""

    how: Literal["all_of", "any_of", "none_of"]
    parts: tuple[SliceCondition, ...]


SliceCondition = (
    Matches | LFDoes | TagIs | HasFinding | IsLabelled | Measures | HasRareTag | InCluster | InSlice | Joined
)


def slice_leaves(condition: SliceCondition) -> Iterator[SliceCondition]:
    """Yield the conditions that have no parts, in order."""
    if isinstance(condition, Joined):
        for part in condition.parts:
            yield from slice_leaves(part)
    else:
        yield condition


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice's definition.

    Attributes
    ----------
    id
        Unique among the slices of a project.
    condition
        Holds for the records that are in it.
    expect
        For each metric what a model is held to on the slice, such as `">= .7"`.
    definition
        As it is written: YAML, or the name of a Python function.
    """

    id: str
    condition: SliceCondition
    description: str = ""
    expect: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    definition: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """Which records are in which slices.

    Attributes
    ----------
    names
        The slices' ids, in the order in which they are defined; distinct.
    members
        bool of shape (records, slices).
    """

    names: tuple[str, ...]
    members: Members

    def __len__(self) -> int:
        return len(self.names)

    def of(self, name: str) -> Members:
        """Return which records are in a slice, bool of shape (records,)."""
        rows: Members = self.members[:, self.names.index(name)]
        return rows

    def sizes(self) -> npt.NDArray[np.intp]:
        """Return how many records are in each slice, of shape (slices,)."""
        counts: npt.NDArray[np.intp] = self.members.sum(axis=0)
        return counts
