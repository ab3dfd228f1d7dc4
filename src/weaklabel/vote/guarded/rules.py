"""Rules over a batch of records: what their parts look for is found as for other labeling functions, then joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.terms import RecordSource, RuleLF, TextLF, Vocabulary
from weaklabel.terms.conditions import (
    AllOf,
    ColumnCondition,
    Condition,
    NoneOf,
    TextCondition,
    VotedCondition,
    leaves,
)
from weaklabel.vote.batch import Ballots, BatchVotes
from weaklabel.vote.columns import passes
from weaklabel.vote.conditions import ConditionMatcher
from weaklabel.vote.guarded.calls import Calls
from weaklabel.vote.guarded.texts import TextFinders

Rows = npt.NDArray[np.bool_]

FIRST_GROUP = -10_000
"""Shared calls are counted down from here: they are others than those of labeling functions without rules."""


class RuleLFs:
    """Labeling functions that vote where a condition holds.

    Parameters
    ----------
    lfs
        The labeling functions, each with its position among all; none reads votes (see :mod:`weaklabel.vote.rounds`).
    """

    def __init__(self, lfs: Sequence[tuple[int, RuleLF]], vocabulary: Vocabulary) -> None:
        self._lfs = lfs
        self._ballots = Ballots(lfs, vocabulary)
        self._matchers = [ConditionMatcher(lf.condition) for _, lf in lfs]
        texts = [(i, leaf) for i, lf in lfs for leaf in leaves(lf.condition) if isinstance(leaf, TextCondition)]
        self._place = {id(leaf): k for k, (_, leaf) in enumerate(texts)}
        parts: list[tuple[int, TextLF]] = [(i, leaf.lf) for i, leaf in texts]
        self._finders = TextFinders(parts, first_group=FIRST_GROUP)

    def vote(self, records: RecordSource, calls: Calls) -> BatchVotes:
        """Return the votes on records; failures are counted in `calls`."""
        batch = _Batch.of(records, [lf for _, lf in self._lfs])
        found: dict[int, Rows] = defaultdict(lambda: np.zeros(len(records), dtype=np.bool_))
        for row, k in self._finders.find(records, calls):
            found[k][row] = True
        fired: list[tuple[int, int]] = []
        for k, (i, lf) in enumerate(self._lfs):
            rule = _Rule(self._matchers[k], batch, lambda leaf: found[self._place[id(leaf)]], calls, i)
            holds = rule.hold(lf.condition)
            fired += [(row, k) for row in np.flatnonzero(holds).tolist() if (i, row) not in calls.failed]
        pairs = np.array(sorted(fired), dtype=np.int32).reshape(-1, 2)
        return self._ballots.cast(pairs[:, 0], pairs[:, 1])


class _Batch(NamedTuple):
    """The texts and columns of a batch that rules read, by name."""

    size: int
    texts: Mapping[str, list[str]]
    columns: Mapping[str, list[Any]]

    @classmethod
    def of(cls, records: RecordSource, lfs: Sequence[RuleLF]) -> _Batch:
        fields = dict.fromkeys(name for lf in lfs for name in lf.fields)
        texts = {name: [text or "" for text in records.text_array(name).to_pylist()] for name in fields}
        columns = {leaf.column: [] for lf in lfs for leaf in leaves(lf.condition) if isinstance(leaf, ColumnCondition)}  # type: dict[str, list[Any]]
        for view in records.views() if columns else ():
            for name, values in columns.items():
                values.append(getattr(view, name, None))
        return cls(len(records), texts, columns)

    def texts_of(self, row: int) -> dict[str, str]:
        return {name: texts[row] for name, texts in self.texts.items()}


class _Rule:
    """One rule on one batch.

    Parameters
    ----------
    found
        Returns the rows in which what a part looks for was found.
    i
        The rule's position among all labeling functions.
    """

    def __init__(
        self,
        matcher: ConditionMatcher,
        batch: _Batch,
        found: Callable[[TextCondition], Rows],
        calls: Calls,
        i: int,
    ) -> None:
        self._matcher, self._batch, self._found, self._calls, self._i = matcher, batch, found, calls, i

    def hold(self, condition: Condition) -> Rows:
        """Return the rows in which a condition holds, bool of shape (records,)."""
        if isinstance(condition, TextCondition):
            return self._often_enough(condition, self._found(condition))
        if isinstance(condition, ColumnCondition):
            values = self._batch.columns[condition.column]
            return np.array([all(passes(test, value) for test in condition.tests) for value in values], dtype=np.bool_)
        if isinstance(condition, VotedCondition):
            raise TypeError("a condition on votes is none of the first round")
        parts = [self.hold(part) for part in condition.parts]
        if isinstance(condition, AllOf):
            held: Rows = np.logical_and.reduce(parts)
            return held if condition.within is None else self._near_enough(condition, condition.within, held)
        some: Rows = np.logical_or.reduce(parts)
        return ~some if isinstance(condition, NoneOf) else some

    def _often_enough(self, condition: TextCondition, found: Rows) -> Rows:
        if condition.min_count == 1:
            return found
        columns = [self._batch.texts[name] for name in condition.lf.fields]

        def is_enough(row: int) -> bool:
            return self._matcher.count(condition, [texts[row] for texts in columns]) >= condition.min_count

        return self._keep(found, is_enough)

    def _near_enough(self, condition: AllOf, n_words: int, held: Rows) -> Rows:
        return self._keep(held, lambda row: self._matcher.is_near(condition, n_words, self._batch.texts_of(row)))

    def _keep(self, rows: Rows, holds: Callable[[int], bool]) -> Rows:
        """Keep the rows for which a call says so, each call under the guard."""
        kept = rows.copy()
        for row in np.flatnonzero(rows).tolist():
            kept[row] = self._calls.make(self._i, row, False, holds, row)
        return kept
