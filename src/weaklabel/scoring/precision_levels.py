"""Average precision, of every tag and of all cells: exactly, and on levels of probability for resamples.

Average precision is the mean, over gold cells, of the share of gold among the cells that are at least as probable:
Σ_n (R_n - R_(n-1)) P_n over the thresholds, as scikit-learn's `average_precision_score` has it, ties too. So only the
probabilities of gold cells matter as thresholds. Between two of them, cells need only be counted: a sum over records,
which a resample weighs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from weaklabel.scoring.answers import Answers, Bools, Floats, Ints

MOST_LEVELS = 500  # of all cells in one ranking
MOST_TAG_LEVELS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Cells in groups, by falling probability: all in one group, or those of each tag.

    Attributes
    ----------
    cell
        int64: positions of cells, by group and falling probability.
    group, record, probability, gold
        Of these cells, in that order.
    n_groups
        How many groups there are.
    width
        How many cells a record has in a group, listed or not.
    """

    cell: Ints
    group: Ints
    record: Ints
    probability: Floats
    gold: Bools
    n_groups: int
    width: int

    @classmethod
    def of_all(cls, answers: Answers) -> Ranking:
        """Rank all cells."""
        return cls._of(answers, np.zeros(len(answers.tag), dtype=np.int64), 1, len(answers.tags))

    @classmethod
    def of_tags(cls, answers: Answers) -> Ranking:
        """Rank each tag's cells."""
        return cls._of(answers, answers.tag, len(answers.tags), 1)

    @classmethod
    def _of(cls, answers: Answers, group: Ints, n_groups: int, width: int) -> Ranking:
        assert answers.probability is not None
        cell = np.lexsort((-answers.probability, group))
        return cls(
            cell, group[cell], answers.record[cell], answers.probability[cell], answers.gold[cell], n_groups, width
        )

    def average_precision(self, records: Bools) -> Floats:
        """Return each group's average precision on some of the records, exactly; nan where nothing is gold.

        Parameters
        ----------
        records
            bool of shape (records,).
        """
        among = records[self.record]
        group, probability, gold = self.group[among], self.probability[among], self.gold[among]
        # The last cell of each run of ties, and what is gold up to it within the group.
        is_last = np.ones(len(group), dtype=np.bool_)
        is_last[:-1] = (probability[1:] != probability[:-1]) | (group[1:] != group[:-1])
        last = np.flatnonzero(is_last)
        group_of_last = group[last]
        first = np.searchsorted(group, np.arange(self.n_groups))
        found = np.concatenate([[0], np.cumsum(gold)])
        gold_so_far = found[last + 1] - found[first[group_of_last]]
        ranked = last + 1 - first[group_of_last]
        ranked[probability[last] == 0] = int(records.sum()) * self.width  # so improbable are all that are not listed
        new = np.diff(found[last + 1], prepend=0)
        total = np.bincount(group_of_last, weights=new * gold_so_far / ranked, minlength=self.n_groups)
        due = np.bincount(group, weights=gold, minlength=self.n_groups)
        with np.errstate(invalid="ignore"):
            return np.asarray(total / due)


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Thresholds of probability, by group and falling; a cell is on the highest that it reaches.

    There is one for each probability that a gold cell has. Where these are too many, as many of the gold cells are on
    each level, and count as ties.

    Attributes
    ----------
    group, threshold
        int64 and float64 of shape (levels,).
    of_cell
        int64 of shape (cells,): the level that each cell is on, or -1 where nothing gold is so improbable.
    n_groups, width
        As :class:`Ranking` has them.
    """

    group: Ints
    threshold: Floats
    of_cell: Ints
    n_groups: int
    width: int

    @classmethod
    def of(cls, ranking: Ranking, most: int) -> Levels:
        """Find the levels of a ranking, at most so many in a group."""
        starts = np.searchsorted(ranking.group, np.arange(ranking.n_groups + 1))
        of_cell = np.full(len(ranking.cell), -1, dtype=np.int64)
        groups, thresholds, n_levels = [], [], 0
        for number, (start, stop) in enumerate(pairwise(starts)):
            falling = ranking.probability[start:stop]
            chosen = _choose(falling[ranking.gold[start:stop]][::-1], most)
            reached = np.searchsorted(chosen, falling, side="right")
            of_cell[ranking.cell[start:stop]] = np.where(reached > 0, n_levels + len(chosen) - reached, -1)
            groups.append(np.full(len(chosen), number))
            thresholds.append(chosen[::-1])
            n_levels += len(chosen)
        if not groups:
            return cls(np.zeros(0, dtype=np.int64), np.zeros(0), of_cell, 0, ranking.width)
        return cls(np.concatenate(groups), np.concatenate(thresholds), of_cell, ranking.n_groups, ranking.width)

    def __len__(self) -> int:
        return len(self.group)

    def average_precision(
        self, cells: npt.NDArray[np.floating], gold: npt.NDArray[np.floating], records: Floats
    ) -> Floats:
        """Return the average precision of each group, of shape (groups, rounds).

        Parameters
        ----------
        cells, gold
            Of shape (levels, rounds): the weight of the cells on each level, and of those that are gold.
        records
            Of shape (rounds,): the weight of all records.
        """
        first = np.searchsorted(self.group, np.arange(self.n_groups))
        so_far, gold_so_far = (_sums_within(part, self.group, first) for part in (cells, gold))
        so_far[self.threshold == 0] = records * self.width
        with np.errstate(invalid="ignore", divide="ignore"):
            precision = np.where(gold_so_far > 0, gold * gold_so_far / so_far, 0)
            due = _sum_groups(gold, first, self.group)
            return np.asarray(_sum_groups(precision, first, self.group) / due)


def _choose(gold: Floats, most: int) -> Floats:
    """Return thresholds, ascending, of the ascending probabilities of gold cells."""
    distinct = np.unique(gold)
    if len(distinct) <= most:
        return distinct
    return np.unique(gold[np.linspace(0, len(gold) - 1, most).astype(np.int64)])


def _sums_within(values: npt.NDArray[np.floating], group: Ints, first: Ints) -> Floats:
    """Return running sums that begin anew in each group."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return np.asarray(total[1:] - total[first[group]])


def _sum_groups(values: npt.NDArray[np.floating], first: Ints, group: Ints) -> Floats:
    """Return the sum of each group; 0 in one without levels."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return np.asarray(total[np.append(first[1:], len(group))] - total[first])
