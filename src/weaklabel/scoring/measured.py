"""A model's metrics on all records, in every slice and for every tag: exactly, and in every round of a bootstrap."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from weaklabel.scoring.answers import Answers, Bools, Floats
from weaklabel.scoring.metrics import OVER_TAGS, Evidence, find_evidence, mean_of_defined, score_sums, score_tags
from weaklabel.scoring.precision_levels import Ranking
from weaklabel.scoring.resamples import Resamples
from weaklabel.scoring.sums import Memberships, Statistics


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The metrics of some units: of all records (one unit), of slices, or of tags.

    Attributes
    ----------
    values
        By metric, of shape (units,).
    draws
        By metric, of shape (units, rounds).
    evidence
        How much each metric rests on, of shape (units,).
    """

    values: dict[str, Floats]
    draws: dict[str, Floats]
    evidence: dict[Evidence, Floats]

    def less(self, other: Measured) -> Measured:
        """Return the differences from another's, of the same units and rounds, in the metrics that both have."""
        both = [name for name in self.values if name in other.values]
        return Measured(
            {name: self.values[name] - other.values[name] for name in both},
            {name: self.draws[name] - other.draws[name] for name in both},
            self.evidence,
        )

    def without(self, names: Collection[str]) -> Measured:
        """Return the same without some metrics."""
        return replace(
            self,
            values={name: value for name, value in self.values.items() if name not in names},
            draws={name: draws for name, draws in self.draws.items() if name not in names},
        )


@dataclass(frozen=True, slots=True, eq=False)
class ModelMeasured:
    """What is measured of one model.

    Attributes
    ----------
    whole, slices, tags
        On all records, in slices, and for tags.
    cells
        How many cells of each tag are predicted (`said`), gold (`due`), and both (`hits`) in each slice: float64 of
        shape (tags, slices).
    """

    whole: Measured
    slices: Measured
    tags: Measured
    cells: dict[str, Floats]

    def less(self, other: ModelMeasured) -> ModelMeasured:
        """Return the differences from another model's figures, on the same records and resamples."""
        return ModelMeasured(
            self.whole.less(other.whole), self.slices.less(other.slices), self.tags.less(other.tags), self.cells
        )


def measure(answers: Answers, members: Bools, resamples: Resamples) -> ModelMeasured:
    """Measure a model.

    Parameters
    ----------
    members
        bool of shape (records, slices).
    """
    n_tags, everyone = len(answers.tags), np.arange(answers.n_records)
    groups = np.column_stack([np.ones(answers.n_records, dtype=np.bool_), members])
    statistics = Statistics.of(answers, by_tag=True)
    whole = statistics.sum(everyone, resamples)
    alone = statistics.sum(everyone, Memberships(groups[:, :1]))
    whole_draws, tag_draws = score_sums(whole, n_tags), score_tags(whole)
    tag_values = score_tags(alone)
    tag_evidence: dict[Evidence, Floats] = {
        "records": np.full(n_tags, float(answers.n_records)),
        "said": alone.tags["said"][:, 0],
        "due": alone.tags["due"][:, 0],
        "either": (alone.tags["said"] + alone.tags["due"])[:, 0],
    }
    del whole, alone
    if members.shape[1] and n_tags > 1:
        statistics = Statistics.of(answers)
    sums = statistics.sum(everyone, Memberships(groups))
    values, evidence = score_sums(sums, n_tags), find_evidence(sums)
    cells = {name: sums.tags[name][:, 1:].copy() for name in ("hits", "said", "due")}
    del sums
    draws = [whole_draws]
    draws += [score_sums(statistics.sum(np.flatnonzero(column), resamples), n_tags) for column in members.T]
    stacked = {name: np.stack([round_[name] for round_ in draws]) for name in values}
    tags = Measured(
        {name: value[:, 0] for name, value in tag_values.items()}, tag_draws, tag_evidence
    )  # fmt: skip
    everything = Measured(values, stacked, evidence)
    if answers.probability is not None:
        everything, tags = _with_exact_precision(answers, groups, everything, tags)
    if answers.task == "binary":
        everything = everything.without(OVER_TAGS)
    return ModelMeasured(_take(everything, slice(0, 1)), _take(everything, slice(1, None)), tags, cells)


def _take(measured: Measured, units: slice) -> Measured:
    return Measured(
        {name: value[units] for name, value in measured.values.items()},
        {name: draws[units] for name, draws in measured.draws.items()},
        {name: amount[units] for name, amount in measured.evidence.items()},
    )


def _with_exact_precision(
    answers: Answers, groups: Bools, everything: Measured, tags: Measured
) -> tuple[Measured, Measured]:
    """Return both with exact average precisions in the place of those by levels, by which rounds are shifted too."""
    of_all = Ranking.of_all(answers)
    exact = np.array([of_all.average_precision(column)[0] for column in groups.T])
    by_tag = exact[:, np.newaxis]
    if len(answers.tags) != 1:
        of_tags = Ranking.of_tags(answers)
        by_tag = np.array([of_tags.average_precision(column) for column in groups.T])
    everything = _moved(_moved(everything, "ap", exact), "macro_ap", mean_of_defined(by_tag.T))
    return everything, _moved(tags, "ap", by_tag[0])


def _moved(measured: Measured, name: str, values: Floats) -> Measured:
    """Return the same with other values of a metric, and its rounds moved by the difference."""
    shift = (values - measured.values[name])[:, np.newaxis]
    return replace(
        measured,
        values={**measured.values, name: values},
        draws={**measured.draws, name: measured.draws[name] + shift},
    )
