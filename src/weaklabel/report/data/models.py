"""How right models, probabilities and findings are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reference = Literal["gold", "given"]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What a model of the run says of cells (probability > .5, before closure), against given or gold tags."""

    model: str
    reference: Reference
    records: int
    precision: float | None
    recall: float | None
    micro_f1: float | None


@dataclass(frozen=True, slots=True)
class Models:
    """The models of the run, and which other label model does better (None where none is known to)."""

    rows: tuple[ModelRow, ...] = ()
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Cells with a probability in (low, high]: how many, their mean, the share that gold confirms (Wilson, 95 %)."""

    low: float
    high: float
    cells: int
    mean: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether probabilities ≥ .01 mean what they say, against gold; `error` is the mean gap, weighted by cells."""

    records: int
    cells: int
    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class QualityRow:
    """How well the findings of a kind do against gold; see :class:`weaklabel.terms.FindingQuality`."""

    kind: str
    found: int
    precision: float | None
    known: int
    recall: float | None
