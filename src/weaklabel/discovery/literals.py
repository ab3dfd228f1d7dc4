"""Literals: the conditions of which definitions of slices are made, and the records on which each of them holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, hstack

KINDS: Final = ("given", "votes", "metadata", "words", "cluster", "resolved", "inferred", "uncertainty")
"""What literals look at."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Literal:
    """One condition on a record.

    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    where
        The condition in the language of slices.yaml.
    text
        The same in a few words.
    feature
        What it is a value of: no definition joins two values of one feature.
    """

    kind: str
    where: Mapping[str, Any]
    text: str
    feature: str


class Column(NamedTuple):
    """A literal and the positions of the records on which it holds, int of shape (held,), ascending and distinct."""

    literal: Literal
    rows: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Literals:
    """Literals, and where they hold.

    Attributes
    ----------
    items
        The literals. Of two definitions that are equally good the one whose literals stand first is taken.
    held
        float64, sparse, of shape (records, literals): 1 where a literal holds.
    """

    items: tuple[Literal, ...]
    held: csc_array

    @classmethod
    def of(cls, columns: Iterable[Column], n_records: int) -> Literals:
        """Return the literals of some columns, in their order."""
        columns = tuple(columns)
        rows = np.concatenate([np.empty(0, np.intp), *(column.rows for column in columns)])
        starts = np.cumsum([0, *(len(column.rows) for column in columns)])
        held = csc_array((np.ones(len(rows)), rows, starts), shape=(n_records, len(columns)))
        return cls(tuple(column.literal for column in columns), held)

    def __len__(self) -> int:
        return len(self.items)

    def __add__(self, other: Literals) -> Literals:
        return Literals((*self.items, *other.items), csc_array(hstack([self.held, other.held], format="csc")))

    @property
    def features(self) -> npt.NDArray[np.intp]:
        """Which feature each literal is a value of, as numbers, of shape (literals,)."""
        numbers: npt.NDArray[np.intp] = np.unique([item.feature for item in self.items], return_inverse=True)[1]
        return numbers.reshape(len(self.items))

    def where(self, chosen: npt.NDArray[np.intp]) -> Literals:
        """Return some of the literals, by position."""
        return Literals(tuple(self.items[i] for i in chosen.tolist()), self.held[:, chosen])

    def members(self, definition: Sequence[int]) -> Flags:
        """Return the records on which all literals of a definition hold, bool of shape (records,)."""
        counts = self.held[:, list(definition)].sum(axis=1)
        members: Flags = np.asarray(counts).ravel() == len(definition)
        return members


def join_conditions(literals: Iterable[Literal]) -> dict[str, Any]:
    """Return one condition that says that all literals hold: one mapping where their keys allow it, else `all_of`."""
    conditions = [dict(literal.where) for literal in literals]
    columns = [column for condition in conditions for column in condition.get("metadata", ())]
    keys = [key for condition in conditions for key in condition if key != "metadata"]
    if len(set(keys)) < len(keys) or len(set(columns)) < len(columns):
        return {"all_of": conditions}
    joined = {key: value for condition in conditions for key, value in condition.items() if key != "metadata"}
    metadata = {column: test for condition in conditions for column, test in condition.get("metadata", {}).items()}
    return {**joined, **({"metadata": metadata} if metadata else {})}


def say_all(literals: Iterable[Literal]) -> str:
    """Return in words that all literals hold."""
    return " and ".join(literal.text for literal in literals)
