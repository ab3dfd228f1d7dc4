"""Find the ids of a batch that an earlier batch has, in 8 bytes an id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

MAX_IDS = 10_000_000
MAX_RUN = 1 << 22


class SeenIds:
    """The ids of the batches so far: whole numbers as they are, texts by a 64-bit hash, in sorted runs.

    Of 10 million texts, two different ones have one hash in 3 of a million files: a repeat that is none.

    Parameters
    ----------
    limit
        The number of ids to keep; those that come later are neither kept nor looked for, so that memory is bounded.
    """

    def __init__(self, limit: int = MAX_IDS) -> None:
        self.limit = limit
        self.is_full = False
        self._size = 0
        self._runs: list[npt.NDArray[np.int64]] = []

    def note(self, ids: Sequence[Any] | npt.NDArray[np.int64]) -> list[int]:
        """Return the positions of the ids that an earlier batch has, and keep the others in mind."""
        if self.is_full or self._size + len(ids) > self.limit:
            self.is_full = True
            self._runs.clear()
            return []
        numbers = _as_numbers(ids)
        order = np.argsort(numbers, kind="stable")
        ordered = numbers[order]
        found = np.zeros(len(ordered), dtype=bool)
        for run in self._runs:
            # Ids that only grow lie behind all earlier runs, and cost nothing here.
            if len(ordered) and ordered[0] <= run[-1] and ordered[-1] >= run[0]:
                nearest = np.minimum(np.searchsorted(run, ordered), len(run) - 1)
                found |= run[nearest] == ordered
        self._keep(ordered)
        return sorted(order[found].tolist())

    def _keep(self, ordered: npt.NDArray[np.int64]) -> None:
        if not len(ordered):
            return
        self._size += len(ordered)
        self._runs.append(ordered)
        while len(self._runs) > 1 and len(self._runs[-2]) <= len(self._runs[-1]) < MAX_RUN:
            last = self._runs.pop()
            merged = np.concatenate([self._runs.pop(), last])
            merged.sort(kind="stable")  # which merges sorted stretches
            self._runs.append(merged)


def _as_numbers(ids: Sequence[Any] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if isinstance(ids, np.ndarray):
        return ids
    if len(ids) and isinstance(ids[0], str):
        return np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids))
    return np.array(ids, dtype=np.int64)
