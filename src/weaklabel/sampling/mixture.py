"""Several strategies together, by weight: "expected_correction:.7,diversity:.3".

Scores of different strategies have different units, so each becomes the share of waiting records that it puts below a
record (half of those that tie), and these are averaged by weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from weaklabel.errors import Place, Problem, UsageError, did_you_mean
from weaklabel.sampling.interface import Floats, Mask, Need, Strategy
from weaklabel.sampling.strategies import STRATEGIES


class Part(NamedTuple):
    """A strategy of a mixture and its weight; weights add up to 1."""

    strategy: Strategy
    weight: float


@dataclass(frozen=True, slots=True)
class Mixture:
    """One strategy, or several by weight, the weightiest first."""

    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """As options name it."""
        if len(self.parts) == 1:
            return self.parts[0].strategy.name
        return ",".join(f"{strategy.name}:{weight:.3g}" for strategy, weight in self.parts)

    @property
    def needs(self) -> frozenset[Need]:
        """What must be known for it."""
        return frozenset[Need]().union(*(part.strategy.needs for part in self.parts))


def parse_mixture(text: str, option: str = "--strategy") -> Mixture:
    """Return what an option names.

    Raises
    ------
    UsageError
        With every name that is not known and every weight that is none.
    """
    problems: list[Problem] = []
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, _, weight = (piece.strip() for piece in part.partition(":"))
        if name not in STRATEGIES:
            fix = did_you_mean(name, STRATEGIES, otherwise=f"There are {', '.join(STRATEGIES)}.")
            problems.append(Problem(f"there is no strategy {name!r}.", Place(option), fix))
        elif name in weights:
            problems.append(Problem(f"{name!r} is named twice.", Place(option), "Give it one weight."))
        weights[name] = _read_weight(name, weight or "1", option, problems)
    if problems:
        raise UsageError(problems)
    total = sum(weights.values())
    parts = [Part(STRATEGIES[name], weight / total) for name, weight in weights.items()]
    return Mixture(tuple(sorted(parts, key=lambda part: -part.weight)))


def _read_weight(name: str, text: str, option: str, problems: list[Problem]) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        fix = f"Give a number above 0, such as {name}:.5."
        problems.append(Problem(f"the weight of {name!r} is {text!r}.", Place(option), fix))
    return weight


def mix(parts: list[tuple[Floats, float]], waiting: Mask) -> Floats:
    """Return the mean, by weight, of each record's rank among those waiting: float64 of shape (records,), 0 to 1."""
    mixed = np.zeros(len(waiting))
    for scores, weight in parts:
        ranks = (rankdata(scores[waiting]) - 0.5) / max(int(waiting.sum()), 1)
        mixed[waiting] += weight * ranks
    return mixed
