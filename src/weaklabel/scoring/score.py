"""Score a model, and compare two: figures, intervals, and which differences are more than chance."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weaklabel.scoring.answers import Answers, Bools, Floats
from weaklabel.scoring.measured import Measured, ModelMeasured, measure
from weaklabel.scoring.metrics import METRICS, divide
from weaklabel.scoring.resamples import ROUNDS, Resamples
from weaklabel.scoring.results import (
    LEAST_GOLD,
    LEAST_RECORDS,
    CalibrationBin,
    Compared,
    Difference,
    Estimate,
    Evaluation,
    ModelComparison,
    Note,
    Scored,
    SliceTag,
)
from weaklabel.scoring.significance import correct_by_holm, two_sided_p
from weaklabel.scoring.sums import bin_of
from weaklabel.terms import Membership
from weaklabel.terms.measures import N_BINS

PERCENTILES = (2.5, 97.5)
OF_TAGS = {"f1": "macro_f1", "precision": "macro_precision", "recall": "macro_recall", "ap": "macro_ap"}
"""What a tag's figures are compared with."""


def score(
    answers: Answers, slices: Membership, *, threshold: float | None = None, rounds: int = ROUNDS, seed: int = 0
) -> Evaluation:
    """Score a model's answers on all records, in every slice and for every tag.

    Parameters
    ----------
    slices
        Of the same records.
    threshold
        What :func:`~weaklabel.scoring.answers.find_answers` decided by, to be told.
    """
    resamples = Resamples.draw(answers.n_records, rounds, seed)
    return _tell(answers, slices, measure(answers, slices.members, resamples), threshold, rounds, seed)


def compare(
    one: Answers,
    other: Answers,
    slices: Membership,
    *,
    threshold: float | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> tuple[Evaluation, ModelComparison]:
    """Score a model as :func:`score` does, and say how it differs from another, on the same resamples.

    Parameters
    ----------
    one, other
        Answers on the same records, with the same gold and tags.
    """
    resamples = Resamples.draw(one.n_records, rounds, seed)
    measured = measure(one, slices.members, resamples)
    less = measured.less(measure(other, slices.members, resamples))
    units = _Units.of(measured)
    parts = {
        "whole": _compared(("all",), units.whole, less.whole),
        "slices": _compared(slices.names, units.slices, less.slices),
        "tags": _compared(one.tags, units.tags, less.tags),
    }
    comparison = ModelComparison(parts["whole"][0], parts["slices"], parts["tags"])
    return _tell(one, slices, measured, threshold, rounds, seed), comparison


@dataclass(frozen=True, slots=True, eq=False)
class _Sizes:
    """Of slices or tags, each of shape (units,): how much there is, whether it is enough to test, what is noted."""

    records: Sequence[int]
    gold: Sequence[int]
    said: Sequence[int]
    is_tested: Bools
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    whole: _Sizes
    slices: _Sizes
    tags: _Sizes

    @classmethod
    def of(cls, measured: ModelMeasured) -> _Units:
        n = measured.whole.evidence["records"]
        whole = _sizes(measured.whole, is_everything=np.zeros(1, dtype=np.bool_))
        n_tags = len(measured.tags.evidence["due"])
        by_tag = _sizes(measured.tags, is_everything=np.full(n_tags, n_tags == 1))
        return cls(
            whole=replace(whole, notes=["" if whole.is_tested[0] else "small"]),
            slices=_sizes(measured.slices, is_everything=measured.slices.evidence["records"] == n),
            tags=replace(by_tag, records=by_tag.gold),
        )


def _sizes(measured: Measured, *, is_everything: Bools) -> _Sizes:
    records, gold, said = (measured.evidence[name].astype(np.int64) for name in ("records", "due", "said"))
    enough = (records >= LEAST_RECORDS) & (gold >= LEAST_GOLD)
    notes = np.select([records == 0, is_everything, ~enough], ["empty", "everything", "small"], "")
    return _Sizes(records.tolist(), gold.tolist(), said.tolist(), enough, notes.tolist())


def _tell(
    answers: Answers, slices: Membership, measured: ModelMeasured, threshold: float | None, rounds: int, seed: int
) -> Evaluation:
    units, whole = _Units.of(measured), measured.whole
    same = {name: name for name in whole.values}
    by_slice = _differences(measured.slices, whole, same, units.slices)
    of_tags = {name: other for name, other in OF_TAGS.items() if other in whole.values}
    by_tag = _differences(measured.tags, whole, of_tags, units.tags)
    return Evaluation(
        task=answers.task,
        positive=answers.tags[0] if answers.task == "binary" else None,
        threshold=threshold,
        rounds=rounds,
        seed=seed,
        whole=_scored(("all",), units.whole, whole, [{}])[0],
        slices=_scored(slices.names, units.slices, measured.slices, by_slice),
        tags=_scored(answers.tags, units.tags, measured.tags, by_tag),
        slice_tags=tuple(_tags_in_slices(slices.names, answers.tags, measured)),
        calibration=_calibrate(answers),
    )


def _tags_in_slices(slices: Sequence[str], tags: Sequence[str], measured: ModelMeasured) -> Iterator[SliceTag]:
    """Yield the tags of each slice in which they are gold or predicted."""
    hits, said, due = (measured.cells[name] for name in ("hits", "said", "due"))
    if len(tags) < 2:
        return
    precision, recall, f1 = divide(hits, said), divide(hits, due), divide(2 * hits, said + due)
    for column, name in enumerate(slices):
        for row in np.flatnonzero((said + due)[:, column]):
            at = row, column
            counts = int(due[at]), int(said[at])
            yield SliceTag(name, tags[int(row)], *counts, float(precision[at]), float(recall[at]), float(f1[at]))


def _scored(
    names: Sequence[str], sizes: _Sizes, measured: Measured, differences: Sequence[Mapping[str, Difference]]
) -> tuple[Scored, ...]:
    bounds = {
        name: np.clip(_interval(draws, measured.values[name]), 0.0, METRICS[name].greatest)
        for name, draws in measured.draws.items()
    }
    return tuple(
        Scored(
            name=name,
            records=sizes.records[i],
            gold=sizes.gold[i],
            said=sizes.said[i],
            note=sizes.notes[i],
            metrics={
                metric: Estimate(float(value[i]), *_bounds_of(bounds[metric], i, value[i]))
                for metric, value in measured.values.items()
            },
            differences=differences[i],
        )
        for i, name in enumerate(names)
    )


def _compared(names: Sequence[str], sizes: _Sizes, less: Measured) -> tuple[Compared, ...]:
    rows = _as_differences(less.values, less.draws, {}, sizes.is_tested)
    return tuple(
        Compared(name, sizes.records[i], sizes.gold[i], sizes.notes[i], rows[i]) for i, name in enumerate(names)
    )


def _differences(
    units: Measured, whole: Measured, counterparts: Mapping[str, str], sizes: _Sizes
) -> list[dict[str, Difference]]:
    """Return how units differ from the whole in some metrics; nothing for a unit that is the whole."""
    values = {name: units.values[name] - whole.values[other] for name, other in counterparts.items()}
    draws = {name: units.draws[name] - whole.draws[other] for name, other in counterparts.items()}
    least = {name: _error_by_chance(units, whole, name) for name in counterparts}
    is_part = np.array([note != "everything" for note in sizes.notes], dtype=np.bool_)
    rows = _as_differences(values, draws, least, sizes.is_tested & is_part)
    return [row if part else {} for row, part in zip(rows, is_part, strict=True)]


def _error_by_chance(units: Measured, whole: Measured, metric: str) -> Floats:
    """Return the standard error that a random part of the whole, with as much evidence, would have.

    It is the whole's own, scaled: a mean over e of E has the variance of the whole's × (E / e - 1).
    """
    evidence = METRICS[metric].evidence
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = whole.evidence[evidence] / units.evidence[evidence]
        return np.asarray(_deviation(whole.draws[metric]) * np.sqrt(np.maximum(ratio - 1, 0)))


def _as_differences(
    values: Mapping[str, Floats], draws: Mapping[str, Floats], least: Mapping[str, Floats], is_tested: Bools
) -> list[dict[str, Difference]]:
    """Return differences by unit and metric; `least` is what their standard errors are at least."""
    rows: list[dict[str, Difference]] = [{} for _ in is_tested]
    for metric, value in values.items():
        error = np.maximum(_deviation(draws[metric]), least.get(metric, 0.0))
        p = np.where(is_tested, two_sided_p(value, error), np.nan)
        corrected, bounds = correct_by_holm(p), _interval(draws[metric], value)
        for i, row in enumerate(rows):
            low, high = _bounds_of(bounds, i, value[i])
            row[metric] = Difference(float(value[i]), low, high, float(p[i]), float(corrected[i]))
    return rows


def _interval(draws: Floats, values: Floats) -> Floats:
    """Return the bounds of the percentile interval less the bootstrap's bias, of shape (2, units).

    The bias is what the mean of the rounds (those that are not nan) is above the figure itself.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all nan: so is the interval
        bias = np.nanmean(draws, axis=-1) - values
        return np.asarray(np.nanpercentile(draws, PERCENTILES, axis=-1) - bias)


def _bounds_of(bounds: Floats, unit: int, value: float) -> tuple[float, float]:
    """Return a unit's interval; none where there is no value."""
    if np.isnan(value):
        return float("nan"), float("nan")
    return float(bounds[0, unit]), float(bounds[1, unit])


def _deviation(draws: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanstd(draws, axis=-1, ddof=1))


def _calibrate(answers: Answers) -> tuple[CalibrationBin, ...]:
    if answers.probability is None:
        return ()
    probability, gold = answers.probability[answers.shown], answers.gold[answers.shown]
    bins = bin_of(probability)
    counts, said, right = (np.bincount(bins, w, N_BINS) for w in (None, probability, gold))
    return tuple(
        CalibrationBin(i / N_BINS, (i + 1) / N_BINS, int(n), float(said[i] / n), float(right[i] / n))
        for i, n in enumerate(counts)
        if n
    )
