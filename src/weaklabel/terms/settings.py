"""A run's settings: what the project file or the command line says, checked and resolved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LabelModelName = Literal["majority", "snorkel"]
ClassBalance = Literal["uniform", "given"]
NestedMatches = Literal["keep", "drop"]


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which columns of the records hold what; None means "find it by its usual names"."""

    id: str | None = None
    fields: tuple[str, ...] | None = None
    tags: str | None = None
    separator: str = ","


USUAL_NAMES = ColumnNames()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run depends on besides the files it reads.

    Attributes
    ----------
    records, tags, gold
        Where the data is: a path, or an http(s) URL.
    lfs, out
        The folder of hand-written labeling functions, and the one that the run writes.
    label_model
        The method that resolves conflicting votes.
    class_balance
        The prior of a cell: `uniform` (one half), or `given` (the tag's rate among the given tags).
    nested_matches
        Whether a generated labeling function fires inside a longer match of another tag (`keep`) or not (`drop`).
    """

    records: str
    tags: str
    lfs: Path | None = None
    out: Path = Path("runs/latest")
    gold: str | None = None
    columns: ColumnNames = ColumnNames()
    label_model: LabelModelName = "snorkel"
    class_balance: ClassBalance = "uniform"
    nested_matches: NestedMatches = "keep"
    seed: int = 0
    source: str | None = None
