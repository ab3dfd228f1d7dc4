"""The calls of labeling functions on one batch: made under a guard, with those counted that fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from weaklabel.vote.batch import FailedCall
from weaklabel.vote.call import own_traceback
from weaklabel.vote.workers import PATIENCE, WHOLE_LF, Guard, OutOfTimeError

T = TypeVar("T")


class Calls:
    """The calls of labeling functions on one batch: made under the guard, with those counted that fail."""

    def __init__(
        self, guard: Guard, given_up: dict[int, str], skipped: Collection[tuple[int, int]], n_records: int
    ) -> None:
        self._guard = guard
        self._n_records = n_records
        self._skipped = frozenset(skipped)
        self._timeouts: Counter[int] = Counter()
        self._given_up = dict(given_up)
        self.failed: dict[tuple[int, int], FailedCall] = {}
        self._shown: set[int] = set()
        for lf, error in given_up.items():
            self.fail_all(lf, error)

    def make_shared(self, group: int, row: int, function: Callable[..., T], *arguments: Any) -> T | None:
        """Return what a call for several labeling functions returns; None where it is better made for each alone.

        `group` is a negative number in the place of theirs.
        """
        if (group, row) in self._skipped or (group, WHOLE_LF) in self._skipped:
            return None
        try:
            return self._guard.run(group, row, function, *arguments)
        except OutOfTimeError:
            return None

    def make(self, lf: int, row: int, default: T, function: Callable[..., T], *arguments: Any) -> T:
        """Return what a call returns; `default` where it is not made, or runs out of time."""
        if self._is_excluded(lf, row):
            return default
        try:
            return self._guard.run(lf, row, function, *arguments)
        except OutOfTimeError as error:
            self.failed[lf, row] = FailedCall(lf, row, str(error), own_traceback(error), is_lost=True)
            self._timeouts[lf] += 1
            if self._timeouts[lf] >= PATIENCE:
                self._give_up(lf, row)
            return default

    def _is_excluded(self, lf: int, row: int) -> bool:
        """Say whether a labeling function is not to be called on a row: it failed there, or is called no more."""
        if not self.failed and not self._skipped:  # the usual case, a million times
            return False
        keys = ((lf, row), (lf, WHOLE_LF))
        return lf in self._given_up or keys[0] in self.failed or any(key in self._skipped for key in keys)

    def fail(self, lf: int, row: int, error: str, traceback: str = "") -> None:
        """Count a failure; the first on a record stands, and the first of a labeling function shows its traceback."""
        shown = "" if lf in self._shown else traceback
        self._shown.add(lf)
        self.failed.setdefault((lf, row), FailedCall(lf, row, error, shown))

    def fail_all(self, lf: int, error: str, *, is_lost: bool = False) -> None:
        """Count a failure on every record; `is_lost` says that all are one call that was lost."""
        for row in range(self._n_records):
            self.failed.setdefault((lf, row), FailedCall(lf, row, error, is_lost=is_lost and row == 0))

    def _give_up(self, lf: int, row: int) -> None:
        self._given_up[lf] = explain_given_up()
        for later in range(row + 1, self._n_records):
            self.fail(lf, later, self._given_up[lf])


def explain_given_up() -> str:
    """Say why a labeling function is not called on a record."""
    return f"it was not called: {PATIENCE} calls before had run out of time or crashed"
