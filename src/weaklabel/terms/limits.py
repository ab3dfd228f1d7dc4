"""Limits to figures, such as ">= .7" for a metric of a slice: what one is, and which figures can have one."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from weaklabel.errors import did_you_mean

MEANS = ("", "macro_", "weighted_", "samples_")
METRIC_NAMES: Final = (
    *(f"{mean}{name}" for mean in MEANS for name in ("f1", "precision", "recall")),
    *("ap", "macro_ap", "accuracy", "coverage", "hamming_loss", "ece", "log_loss", "brier", "coverage_error"),
)
COUNTS = ("n",)
LIMITED = (*METRIC_NAMES, *COUNTS)
_BOUND = re.compile(r"\s*(?P<sign>>=|<=|>|<|≥|≤)\s*(?P<number>\d*\.?\d+|\d+\.)\s*(?P<percent>%?)\s*")
_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SAME = {"≥": ">=", "≤": "<="}


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit to a figure: ">= 0.7"."""

    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Say whether a figure keeps it; what is undefined does not."""
        return not math.isnan(value) and _HOLDS[self.sign](value, self.number)

    def __str__(self) -> str:
        return f"{self.sign} {self.number:g}"


def parse_bound(text: str) -> Bound | str:
    """Return the limit that a text such as ">= .7", "< 5 %" or "≥ 0.7" sets, or what is wrong with it."""
    match = _BOUND.fullmatch(text)
    if match is None:
        return f'{text!r} is no limit: write it as ">= 0.7", with >=, <=, > or < before a number.'
    number = float(match["number"]) / (100 if match["percent"] else 1)
    return Bound(_SAME.get(match["sign"], match["sign"]), number)


def faults_of_limit(metric: str, text: str, of: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a limit to a metric of a slice, and how to mend it."""
    if metric not in LIMITED:
        fix = f"{did_you_mean(metric, LIMITED)} The metrics are {', '.join(LIMITED)}.".strip()
        yield f"there is no metric {metric!r}.", fix
    if isinstance(bound := parse_bound(text), str):
        yield f"{metric} of {of!r}: {bound}", ""
