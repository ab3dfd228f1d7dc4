"""A coefficient of agreement with its interval, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Undefined = Literal["", "no overlap", "one verdict"]
FEW_RECORDS = 30
RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff, Content Analysis, 2004, page 241
UNDEFINED_WORDS = {
    "no overlap": "nobody else said yes or no of the same records and tags",
    "one verdict": "every verdict is the same, so chance alone would have them agree",
}


@dataclass(frozen=True, slots=True)
class Coefficient:
    """How far annotators agree beyond chance: 1 is always, 0 as chance would have it, below 0 less than chance.

    Attributes
    ----------
    value
        None where it is not defined.
    low, high
        The 95 % interval; None where there are too few records for one.
    agreed
        The share of pairs of verdicts that are the same, chance or not; None without overlap.
    records, cells
        On how many two or more annotators said yes or no.
    undefined
        Why it is not defined: `no overlap`, no cell has two verdicts; `one verdict`, all of them are yes, or all no, so
        that chance alone would have them agree.
    """

    value: float | None
    low: float | None
    high: float | None
    agreed: float | None
    records: int
    cells: int
    undefined: Undefined = ""

    @property
    def is_few(self) -> bool:
        """Whether there are so few records that the interval is not to be relied on."""
        return self.records < FEW_RECORDS

    @property
    def words(self) -> str:
        """What the value means."""
        if self.value is None:
            return f"not defined: {UNDEFINED_WORDS[self.undefined]}"
        if self.value >= RELIABLE:
            return "reliable"
        if self.value >= TENTATIVE:
            return "enough for tentative conclusions"
        return "too low to rely on" if self.value > 0 else "no better than chance"
