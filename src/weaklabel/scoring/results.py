"""What scoring finds: figures with intervals, differences with p-values, slice by slice and tag by tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from weaklabel.scoring.answers import Task

Note = Literal["", "empty", "small", "everything"]
LEAST_RECORDS = 30
LEAST_GOLD = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; nan where it is undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger one figure is than another, with its 95 % interval.

    Attributes
    ----------
    p, corrected_p
        The probability of so large a difference by chance, alone and among all slices or tags of the same metric;
        nan where there is too little to test.
    """

    value: float
    low: float
    high: float
    p: float
    corrected_p: float


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of all records, of a slice, or of a tag.

    Attributes
    ----------
    name
        The slice or the tag; `all`.
    records, gold, said
        How many records (of a tag: those for which it is gold), gold cells and predicted cells there are.
    note
        `empty`: there is no record with gold. `small`: there are fewer than 30 records or fewer than 10 gold cells, so
        that nothing is tested. `everything`: all records are in the slice, so there is no difference.
    metrics
        By the metric's name.
    differences
        From the whole, by the metric's name; empty for the whole itself.
    """

    name: str
    records: int
    gold: int
    said: int
    note: Note
    metrics: Mapping[str, Estimate]
    differences: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class SliceTag:
    """A tag's cells in a slice: how many are gold and predicted, and its scores; nan where one is undefined."""

    slice: str
    tag: str
    gold: int
    said: int
    precision: float
    recall: float
    f1: float

    @property
    def wrong(self) -> int:
        """How many cells are predicted or gold, but not both."""
        return 0 if self.f1 == 1 else round((1 - self.f1) * (self.gold + self.said))


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """The cells with a probability in (low, high]: how many, their mean probability, and the share that is gold."""

    low: float
    high: float
    cells: int
    probability: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's scores.

    Attributes
    ----------
    positive
        The class whose precision, recall and F1 are given, where there are two; None for other tasks.
    threshold
        Tags that are more probable count as predicted; None where the most probable class does, or where predictions
        have no probability.
    whole, slices, tags
        The scores. A tag's differences are from the mean tag: its F1 less macro-F1.
    slice_tags
        Every tag in every slice where it is gold or predicted; empty for two classes, which are one column of cells.
    calibration
        Of all records; empty without probabilities.
    """

    task: Task
    positive: str | None
    threshold: float | None
    rounds: int
    seed: int
    whole: Scored
    slices: tuple[Scored, ...]
    tags: tuple[Scored, ...]
    slice_tags: tuple[SliceTag, ...]
    calibration: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """How much larger one model's figures are than another's: on all records, in a slice, or for a tag."""

    name: str
    records: int
    gold: int
    note: Note
    differences: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """One model less another, on the same resamples of records."""

    whole: Compared
    slices: tuple[Compared, ...]
    tags: tuple[Compared, ...]
