"""Two rounds of voting: rules that ask what others voted come after those whose votes they ask about.

Each part of such a rule that is about the record alone votes in the first round, as a labeling function of its own; the
second joins these votes and those on tags, for all records at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.terms import PRESENT, LabelingFunction, RuleLF, Vocabulary
from weaklabel.terms.conditions import AllOf, AnyOf, Condition, NoneOf, VotedCondition, leaves
from weaklabel.vote.batch import Ballots, BatchVotes, FailedCall

Rows = npt.NDArray[np.bool_]


class _Asked(NamedTuple):
    """What a labeling function of the first round says, by its position there."""

    position: int


class _Voted(NamedTuple):
    """That one of the first round says "present" for one of some tags, by their positions in the vocabulary."""

    tags: tuple[int, ...]


class _Joined(NamedTuple):
    """Parts that must hold: all, any or none of them."""

    how: type[AllOf | AnyOf | NoneOf]
    parts: tuple[_Node, ...]


_Node = _Asked | _Voted | _Joined


class Rounds:
    """Which labeling functions vote first, and what the others make of their votes.

    Parameters
    ----------
    lfs
        All labeling functions; final votes name them by their positions.

    Attributes
    ----------
    first
        The labeling functions of the first round.
    """

    def __init__(self, lfs: Sequence[LabelingFunction], vocabulary: Vocabulary) -> None:
        second = [(i, lf) for i, lf in enumerate(lfs) if isinstance(lf, RuleLF) and lf.reads_votes]
        late = {i for i, _ in second}
        self._owner = [i for i in range(len(lfs)) if i not in late]
        self._n_whole = len(self._owner)
        first = [lfs[i] for i in self._owner]
        self._rules: list[tuple[int, _Node]] = []
        for i, lf in second:
            self._rules.append((i, _split(lf.condition, lf, first, vocabulary)))
            self._owner += [i] * (len(first) - len(self._owner))
        self.first: tuple[LabelingFunction, ...] = tuple(first)
        self._ballots = Ballots(second, vocabulary)

    def owners(self, positions: Collection[int]) -> set[int]:
        """Return the labeling functions to which some of the first round belong."""
        return {self._owner[position] for position in positions}

    def finish(self, votes: BatchVotes, n_records: int) -> BatchVotes:
        """Return the votes of all labeling functions, from those of the first round on a batch of records."""
        if not self._rules:
            return votes
        owner = np.array(self._owner, dtype=np.int32)
        failed = tuple(self._own_failures(votes.failed))
        whole = votes.of_rows(np.flatnonzero(votes.lf < self._n_whole))
        missing = {(call.lf, call.record) for call in failed}
        fired = [
            (row, k)
            for k, (i, node) in enumerate(self._rules)
            for row in np.flatnonzero(_hold(node, votes, whole, n_records)).tolist()
            if (i, row) not in missing
        ]
        pairs = np.array(sorted(fired), dtype=np.int32).reshape(-1, 2)
        late = self._ballots.cast(pairs[:, 0], pairs[:, 1])
        return BatchVotes.joined([whole._replace(lf=owner[whole.lf], failed=failed), late])

    def _own_failures(self, failed: Sequence[FailedCall]) -> Iterator[FailedCall]:
        """Yield failures by the labeling function that has them: one a record, however many of its parts fail."""
        seen: set[tuple[int, int]] = set()
        for call in failed:
            own = call._replace(lf=self._owner[call.lf])
            if (own.lf, own.record) not in seen:
                seen.add((own.lf, own.record))
                yield own


def _split(condition: Condition, lf: RuleLF, first: list[LabelingFunction], vocabulary: Vocabulary) -> _Node:
    """Return a condition whose parts that read no votes are labeling functions of the first round, added to `first`."""
    if isinstance(condition, VotedCondition):
        return _Voted(tuple(vocabulary.index[tag] for tag in condition.tags))
    if not any(isinstance(leaf, VotedCondition) for leaf in leaves(condition)):
        part = replace(lf, tags=lf.tags[:1], condition=condition, definition=f"part {condition!r}")
        first.append(part)
        return _Asked(len(first) - 1)
    assert isinstance(condition, AllOf | AnyOf | NoneOf)
    parts = tuple(_split(part, lf, first, vocabulary) for part in condition.parts)
    return _Joined(type(condition), parts)


def _hold(node: _Node, votes: BatchVotes, whole: BatchVotes, n_records: int) -> Rows:
    """Return the records for which a condition holds, bool of shape (records,); `whole` has the votes on tags."""
    if isinstance(node, _Joined):
        parts = [_hold(part, votes, whole, n_records) for part in node.parts]
        held: Rows = np.logical_and.reduce(parts) if node.how is AllOf else np.logical_or.reduce(parts)
        return ~held if node.how is NoneOf else held
    rows: Rows = np.zeros(n_records, dtype=np.bool_)
    if isinstance(node, _Asked):
        rows[votes.record[votes.lf == node.position]] = True
    else:
        rows[whole.record[(whole.vote == PRESENT) & np.isin(whole.tag, node.tags)]] = True
    return rows
