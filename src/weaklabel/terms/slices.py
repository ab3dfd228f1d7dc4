"""Slices: named subsets of the records, on which models are evaluated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


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
    members: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.names)

    def of(self, name: str) -> npt.NDArray[np.bool_]:
        """Return which records are in a slice, bool of shape (records,)."""
        rows: npt.NDArray[np.bool_] = self.members[:, self.names.index(name)]
        return rows

    def sizes(self) -> npt.NDArray[np.intp]:
        """Return how many records are in each slice, of shape (slices,)."""
        counts: npt.NDArray[np.intp] = self.members.sum(axis=0)
        return counts
