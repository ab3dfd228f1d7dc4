"""The queue: records in the order in which a person should look at them, each with its tags and reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.sampling.interface import Evidence, Floats, Scored, Strategy
from weaklabel.sampling.mixture import Mixture, Part, mix
from weaklabel.sampling.pooling import POOLS, Pool

MAX_TAGS = 5
NEARLY = 0.5  # a tag is looked at where it scores that much of the record's highest, or more
SAID = 0.5


class Entry(NamedTuple):
    """A record to look at.

    Attributes
    ----------
    record
        Its position in the records.
    score
        The strategy's, or of a mixture the mean rank.
    tags
        The positions of the tags to look at, first those that matter most.
    reasons
        Why, one for each strategy of a mixture.
    """

    record: int
    score: float
    tags: tuple[int, ...]
    reasons: tuple[str, ...]


class _Judged(NamedTuple):
    strategy: Strategy
    weight: float
    cells: Floats | None
    records: Floats


class Ranking:
    """What a mixture of strategies says of all records.

    Attributes
    ----------
    order
        int of shape (waiting records,): the positions of those that wait, best first; ties by position.
    scores
        float64 of shape (records,).
    """

    def __init__(self, evidence: Evidence, mixture: Mixture, pool: Pool | None = None) -> None:
        self._evidence = evidence
        self._judged = [_judge(part, evidence, pool) for part in mixture.parts]
        parts = [(judged.records, judged.weight) for judged in self._judged]
        self.scores: Floats = parts[0][0] if len(parts) == 1 else mix(parts, evidence.waiting)
        candidates = np.flatnonzero(evidence.waiting)
        self.order: npt.NDArray[np.intp] = candidates[np.argsort(-self.scores[candidates], kind="stable")]

    def entries(self, most: int | None = None) -> Iterator[Entry]:
        """Yield the first records of the queue."""
        for record in self.order[:most].tolist():
            tags = self.tags_of(record)
            reasons = tuple(self._reasons(record, tags))
            yield Entry(record, float(self.scores[record]), tags, reasons)

    def tags_of(self, record: int) -> tuple[int, ...]:
        """Return the tags to look at: those that the weightiest strategy to compare tags puts first.

        Where none compares tags, those that were given, or of a record without any, those that are likely.
        """
        for judged in self._judged:
            if judged.cells is not None and (tags := _highest(judged.cells[record])):
                return tags
        given = np.flatnonzero(self._evidence.given[record])
        return tuple(given.tolist()) or _likely(self._evidence.probability[record])

    def _reasons(self, record: int, tags: tuple[int, ...]) -> Iterator[str]:
        for judged in self._judged:
            own = tags if judged.cells is None else _highest(judged.cells[record])
            yield judged.strategy.explain(self._evidence, record, own)


def _judge(part: Part, evidence: Evidence, pool: Pool | None) -> _Judged:
    strategy, scored = part.strategy, part.strategy.score(evidence)
    return _Judged(strategy, part.weight, scored.cells, pool_scores(scored, pool or strategy.pool))


def pool_scores(scored: Scored, pool: Pool | None) -> Floats:
    """Return the scores of records, float64 of shape (records,): the strategy's own, or those of cells pooled."""
    if scored.records is not None:
        return scored.records
    assert scored.cells is not None
    assert pool is not None
    return POOLS[pool](scored.cells)


def _highest(cells: Floats) -> tuple[int, ...]:
    """Return the five highest of a record's cells at most, of those that score half of the highest or more."""
    first = np.argsort(-cells, kind="stable")[:MAX_TAGS]
    worth = first[(cells[first] > 0) & (cells[first] >= NEARLY * cells.max(initial=0.0))]
    return tuple(worth.tolist())


def _likely(probability: Floats) -> tuple[int, ...]:
    """Return the tags that are said of a record, at least the most probable one."""
    first = np.argsort(-probability, kind="stable")[:MAX_TAGS]
    return tuple(tag for place, tag in enumerate(first.tolist()) if place == 0 or probability[tag] > SAID)
