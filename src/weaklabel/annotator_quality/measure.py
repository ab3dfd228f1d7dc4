"""From decisions to all that is said of their quality."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.agreement import (
    Accuracy,
    Annotations,
    Coefficient,
    ContestedRecord,
    Decision,
    Habits,
    Pair,
    expect_accuracy,
    find_contested,
    find_habits,
    find_shared,
    is_identified,
    measure_alpha,
    measure_alpha_by_tag,
    measure_pairs,
)
from weaklabel.errors import Place, Problem, ReviewError, did_you_mean
from weaklabel.label_models import VotePatterns, fit_label_model
from weaklabel.terms.records import RecordId

MODEL = "dawid-skene"
STEPS = 100
TOLERANCE = 1e-4
LEAST_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class TagQuality:
    """How far annotators agree on one tag: α of its cells, and how many of these are contested or unsure."""

    tag: str
    alpha: Coefficient
    contested: int
    unsure: int


@dataclass(frozen=True, slots=True)
class AnnotatorQuality:
    """How good one annotator is, and how they work.

    Attributes
    ----------
    estimated
        The accuracy that Dawid and Skene's model estimates from all verdicts; None where it cannot.
    adjudicated
        The accuracy against a reviewer's verdicts; None where nothing of theirs was adjudicated.
    """

    name: str
    habits: Habits
    estimated: Accuracy | None
    adjudicated: Accuracy | None


@dataclass(frozen=True, slots=True)
class AnnotationQuality:
    """How far to trust what annotators decided.

    Attributes
    ----------
    records, cells, unsure
        How many records and cells were decided on, and how many verdicts are unsure, which count as missing.
    alpha
        Krippendorff's α over all cells.
    tags
        The tags on which two or more annotators decided, the least agreed on first; undefined ones last.
    pairs
        Cohen's κ of each two annotators.
    is_identified
        Whether Dawid and Skene's model can tell who errs: it takes three annotators who share records.
    contested
        The records on which annotators disagree or are unsure and no reviewer has decided, the most contested first.
    adjudicated
        How many records a reviewer has decided on.
    """

    records: int
    cells: int
    unsure: int
    alpha: Coefficient
    tags: tuple[TagQuality, ...]
    pairs: tuple[Pair, ...]
    annotators: tuple[AnnotatorQuality, ...]
    is_identified: bool
    contested: tuple[ContestedRecord, ...]
    adjudicated: int


def measure_quality(decisions: Iterable[Decision], seed: int = 0) -> AnnotationQuality:
    """Measure how far annotators agree, and how good each is.

    Parameters
    ----------
    decisions
        Those that stand. A reviewer's final ones are what annotators are held against; they are no annotator's.
    seed
        Of the resamples that intervals are made of.
    """
    rows = list(decisions)
    annotations = Annotations.of(row for row in rows if not row.is_final)
    final = {(row.record_id, row.tag): row.verdict == "yes" for row in rows if row.is_final and row.verdict != "unsure"}
    settled = {row.record_id for row in rows if row.is_final}
    return AnnotationQuality(
        records=len(annotations.record_ids),
        cells=len(annotations.votes),
        unsure=int(annotations.unsure.sum()),
        alpha=measure_alpha(annotations, seed),
        tags=_measure_tags(annotations, seed),
        pairs=measure_pairs(annotations, seed),
        annotators=_measure_annotators(annotations, final, seed),
        is_identified=is_identified(annotations),
        contested=_leave_out(find_contested(annotations), settled),
        adjudicated=len(settled),
    )


def find_open(decisions: Iterable[Decision]) -> tuple[ContestedRecord, ...]:
    """Return what :attr:`AnnotationQuality.contested` is, without all else."""
    rows = list(decisions)
    settled = {row.record_id for row in rows if row.is_final}
    return find_contested(Annotations.of(row for row in rows if not (row.is_final or row.record_id in settled)))


def _leave_out(records: Iterable[ContestedRecord], settled: Collection[RecordId]) -> tuple[ContestedRecord, ...]:
    return tuple(each for each in records if each.record_id not in settled)


def _measure_tags(annotations: Annotations, seed: int) -> tuple[TagQuality, ...]:
    is_contested = annotations.counts.all(axis=1)
    contested = np.bincount(annotations.cell_tag[is_contested], minlength=len(annotations.tags)).tolist()
    unsure = np.bincount(annotations.cell_tag, annotations.unsure, len(annotations.tags)).astype(int).tolist()
    alphas = measure_alpha_by_tag(annotations, seed)
    tags = [TagQuality(*row) for row in zip(annotations.tags, alphas, contested, unsure, strict=True)]
    shown = [tag for tag in tags if tag.alpha.cells or tag.unsure]
    return tuple(sorted(shown, key=lambda tag: (np.inf if tag.alpha.value is None else tag.alpha.value, tag.tag)))


def _measure_annotators(
    annotations: Annotations, final: Mapping[tuple[RecordId, str], bool], seed: int
) -> tuple[AnnotatorQuality, ...]:
    probability = _estimate(annotations)
    habits = find_habits(annotations, probability, seed)
    is_known = np.isfinite(probability)
    estimated = expect_accuracy(annotations.votes[is_known], probability[is_known])
    adjudicated = _hold_against(annotations, final)
    return tuple(
        AnnotatorQuality(*row) for row in zip(annotations.annotators, habits, estimated, adjudicated, strict=True)
    )


def _estimate(annotations: Annotations) -> npt.NDArray[np.float64]:
    """Return P(yes) of each cell that two or more decided on, by Dawid and Skene's model; nan of others.

    Annotators are the model's voters, cells its records, yes and no its classes.

    The label model keeps to the class balance that it is given. Here it is estimated as in their equation 2.4, from the
    answers, until it is steady: most tags are rare, and from an even balance the model would not come back.
    """
    probability = np.full(len(annotations.votes), np.nan)
    if not is_identified(annotations):
        return probability
    is_shared = find_shared(annotations)
    votes = annotations.votes[is_shared]
    patterns = VotePatterns.of(votes)
    share = float((votes == 1).sum() / (votes >= 0).sum())
    for _ in range(STEPS):
        before = min(max(share, LEAST_SHARE), 1 - LEAST_SHARE)
        model = fit_label_model(patterns, 2, MODEL, class_balance=(1 - before, before))
        share = float(np.average(model.predict_proba(patterns)[:, 1], weights=patterns.counts))
        if abs(share - before) < TOLERANCE:
            break
    probability[is_shared] = model.predict_proba(votes)[:, 1]
    return probability


def _hold_against(annotations: Annotations, final: Mapping[tuple[RecordId, str], bool]) -> tuple[Accuracy | None, ...]:
    cells = zip(annotations.cell_record.tolist(), annotations.cell_tag.tolist(), strict=True)
    known = [final.get((annotations.record_ids[record], annotations.tags[tag])) for record, tag in cells]
    is_known = np.array([each is not None for each in known], dtype=np.bool_)
    right = np.array([each for each in known if each is not None], dtype=np.float64)
    return expect_accuracy(annotations.votes[is_known], right)


def only_tag(decisions: Sequence[Decision], tag: str, place: Place) -> list[Decision]:
    """Return the decisions on one tag.

    Raises
    ------
    ReviewError
        Where nobody decided on it, with the nearest tag on which somebody did.
    """
    found = [row for row in decisions if row.tag == tag]
    if not found:
        fix = did_you_mean(tag, {row.tag for row in decisions}, otherwise="Name a tag as the decisions have it.")
        raise ReviewError(Problem(f"nobody decided on a tag {tag!r}.", place, fix))
    return found


def check_comparable(quality: AnnotationQuality, place: Place | None) -> None:
    """Raise where there is nothing to compare.

    Raises
    ------
    ReviewError
        Where nothing was decided, one annotator alone decided, or no two on the same record and tag.
    """
    again = "Let a second person decide on the same records: `weaklabel review --overlap 2 --annotator …`."
    if not quality.annotators:
        raise ReviewError(Problem("nothing was decided yet.", place, "Decide with `weaklabel review` first."))
    if len(quality.annotators) == 1:
        what = f"{quality.annotators[0].name} alone has decided: there is nobody to compare with."
        raise ReviewError(Problem(what, place, again))
    if quality.alpha.undefined == "no overlap":
        what = f"no two of the {len(quality.annotators)} annotators said yes or no of the same record and tag."
        raise ReviewError(Problem(what, place, again))
