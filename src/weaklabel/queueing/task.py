"""What is simulated: a project whose right tags are known, and the strategies that are tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.pipeline import Voted
from weaklabel.queueing.curves import Chart, Counts, Curve, Floats
from weaklabel.queueing.defaults import Goal
from weaklabel.queueing.revote import vote_on_copy
from weaklabel.resolution import Observed
from weaklabel.sampling import Mixture, Need, Pool
from weaklabel.tags import gold_matrix
from weaklabel.terms import ResolvedTags, Settings, Votes

Mask = npt.NDArray[np.bool_]


class Truth(NamedTuple):
    """What is right, bool of shape (records, tags), and of which records that is known, bool of shape (records,)."""

    tags: Mask
    known: Mask


def find_truth(observed: Observed) -> Truth:
    """Return gold tags where there are any, else the given ones."""
    inputs = observed.inputs
    matrix = observed.given_matrix
    if inputs.gold:
        matrix = gold_matrix(inputs.gold, len(inputs.records), inputs.vocabulary)
    return Truth(matrix.tags.toarray() > 0, matrix.labelled)


@dataclass(frozen=True, slots=True)
class Task:
    """A project's settings, its votes, what is right, and what is tried on it."""

    settings: Settings
    voted: Voted
    truth: Truth
    mixtures: Sequence[Mixture]
    pool: Pool | None = None

    @property
    def needs(self) -> frozenset[Need]:
        """What the strategies need."""
        return frozenset[Need]().union(*(mixture.needs for mixture in self.mixtures))

    def vote_on(self, given: Sequence[ResolvedTags]) -> Votes:
        """Return the votes that labeling functions cast where authors gave other tags."""
        observed = self.voted.observed
        return vote_on_copy(self.settings, observed.inputs, observed.cast, given)

    def with_given(self, given: Sequence[ResolvedTags], cast: Votes) -> Voted:
        """Return votes beside other given tags."""
        inputs = self.voted.observed.inputs
        return self.voted._replace(observed=Observed.of(self.settings, inputs, cast, given))

    def chart(self, unit: str, measure: str, spent: Counts, values: Sequence[Sequence[Floats]]) -> Chart:
        """Return what was measured for each seed and strategy as a chart."""
        curves = (
            Curve(mixture.name, np.array([of_seed[i] for of_seed in values])) for i, mixture in enumerate(self.mixtures)
        )
        return Chart(unit, measure, spent, tuple(curves))


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was simulated.

    Attributes
    ----------
    goal
        What for.
    charts
        For `correction` by verdicts and by records; for `learning` by records.
    seeds
        Of what was planted, hidden and drawn.
    says
        What was hidden, in a sentence.
    """

    goal: Goal
    charts: tuple[Chart, ...]
    seeds: tuple[int, ...]
    says: str

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON has it."""
        charts = [chart.to_dict() for chart in self.charts]
        return {"goal": self.goal, "says": self.says, "seeds": list(self.seeds), "charts": charts}
