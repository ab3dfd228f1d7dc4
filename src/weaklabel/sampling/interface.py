"""What a query strategy reads, and what it says of each record.

Source of the field's words: Settles, "Active Learning Literature Survey", University of Wisconsin, 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.sampling.pooling import Pool

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Need = Literal["label models", "ensemble", "texts"]
"""What only some strategies read, and what takes time to make."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of each record and cell before a person looks.

    Attributes
    ----------
    ids, tags
        Of the records, as text, and the names of the tags.
    probability
        float64 of shape (records, tags): what the run says; where each record has exactly one tag, rows sum to 1.
    given, labelled
        bool of shape (records, tags) and (records,): what authors gave, and whether they gave anything.
    suspicion
        float64 of shape (records, tags): the probability that the author erred, as the audit scores it.
    present, absent
        float64 of shape (records, tags): how many labeling functions say so, in votes that stand: a generated one
        that a hand-written one withdraws is settled.
    waiting, decided
        bool of shape (records,): which may be asked for; and which a person has looked at, so that what is like them
        is less news.
    is_exclusive
        Whether each record has exactly one tag.
    opinions
        For `label models` and `ensemble`, where a strategy needs them: what each member says, as `probability`.
    vectors
        float64, sparse, of shape (records, words), rows of length 1 (or 0); None where no strategy needs `texts`.
    why
        The audit's reasons, by the positions of a record and a tag.
    seed
        Of what is drawn.
    """

    ids: tuple[str, ...]
    tags: tuple[str, ...]
    probability: Floats
    given: Mask
    labelled: Mask
    suspicion: Floats
    present: Floats
    absent: Floats
    waiting: Mask
    decided: Mask
    is_exclusive: bool = False
    opinions: Mapping[Need, tuple[Floats, ...]] = field(default_factory=dict)
    vectors: csr_array | None = None
    why: Mapping[tuple[int, int], str] = field(default_factory=dict)
    seed: int = 0


class Scored(NamedTuple):
    """What a strategy says: the more, the sooner a person should look.

    Attributes
    ----------
    cells
        float64 of shape (records, tags); None where a strategy compares whole records.
    records
        float64 of shape (records,); None where they are the cells', pooled.
    """

    cells: Floats | None
    records: Floats | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """A query strategy.

    Attributes
    ----------
    name
        As options name it.
    about
        What it puts first, in a line.
    score
        Scores cells or records; the same for the same record, wherever it stands.
    explain
        Says in words why a record is asked for, from its position and those of the tags to look at.
    pool
        How the scores of a record's cells become one, where nothing else is wanted; None where it compares whole
        records.
    pools_classes
        Whether it pools also where each record has exactly one tag.
    needs
        What else must be known.
    """

    name: str
    about: str
    score: Callable[[Evidence], Scored]
    explain: Callable[[Evidence, int, Sequence[int]], str]
    pool: Pool | None = None
    pools_classes: bool = False
    needs: frozenset[Need] = frozenset()

    def is_pooled(self, *, is_exclusive: bool) -> bool:
        """Say whether the scores of a record's cells become one, where records have any number of tags, or one."""
        return self.pool is not None and (self.pools_classes or not is_exclusive)


def as_distribution(probability: Floats) -> Floats:
    """Return rows that sum to 1; a row of zeros is even."""
    total = probability.sum(axis=1, keepdims=True)
    even = 1 / max(probability.shape[1], 1)
    result: Floats = np.where(total > 0, probability / np.where(total > 0, total, 1), even)
    return result


def score_by_place(order: npt.NDArray[np.intp], n_records: int) -> Floats:
    """Return scores that fall from 1 along an order, float64 of shape (records,); 0 for what is not in it."""
    scores = np.zeros(n_records)
    scores[order] = 1 - np.arange(len(order)) / max(n_records, 1)
    return scores
