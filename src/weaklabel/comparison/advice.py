"""Whether another label model would do better than the settings' one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from weaklabel.comparison.score import Measured, ModelScore, score_label_model
from weaklabel.comparison.target import Rows, Target, find_labelled, shown_matrix
from weaklabel.resolution import Observed, Resolution
from weaklabel.terms import Settings, Votes

LEAD, LOSS, ERRORS = 0.01, 0.02, 2.0  # of average precision, of micro-F1, in standard errors
ADVISED = ("auto", "majority", "pooled", "snorkel")  # dawid-skene takes as long as all of these
LEAST_RECORDS = 50  # labelled; with fewer, differences are chance
SAMPLE = 3_000  # records
MAX_TAGS = 1_000  # with votes; more would take seconds


def advise(settings: Settings, observed: Observed, resolution: Resolution) -> str | None:
    """Say in one sentence which label model would do better than the settings' one, and by how much.

    See :func:`find_better` for what better is. So that a run takes no longer for it, the others are `auto`, `majority`,
    `pooled` and `snorkel`, fitted on 3,000 records, labelled ones first. The settings' one is taken from the run, where
    it was fitted on all records: so others may be passed over, but none is named for the small sample's sake.

    Parameters
    ----------
    settings, observed
        As they were resolved.
    resolution
        What the run says.

    Returns
    -------
    str or None
        None where no other does better, fewer than 50 records are labelled, or more than 1,000 tags have votes.
    """
    labelled = find_labelled(observed)
    if len(labelled) < LEAST_RECORDS or len(observed.votes.tags()) > MAX_TAGS:
        return None
    shape = observed.given_matrix.tags.shape
    chosen = _choose_records(labelled, shape[0], settings.seed)
    sample = observed
    if len(chosen) < shape[0]:
        given = [observed.given[record] for record in chosen.tolist()]
        sample = replace(observed, votes=_take_votes(observed.votes, chosen), given=given)
    target = Target.of(sample)
    if target.is_empty:
        return None
    said = target.take(shown_matrix(resolution.label_model, shape)[chosen])
    score = ModelScore(settings.label_model, "none").of(target, said)
    current = Measured(score, target.precision_of_groups(said))
    others = [
        score_label_model(replace(settings, label_model=name), sample, target)
        for name in ADVISED
        if name != settings.label_model
    ]
    found = find_better(settings, current, others, has_end_model=resolution.prediction is not None)
    return f"{found} (`weaklabel models compare`)." if found else None


def find_better(
    settings: Settings, current: Measured, others: Sequence[Measured], *, has_end_model: bool
) -> str | None:
    """Say which label model does better, in a sentence without its full stop; None where none does.

    `has_end_model`, the sentence says that it is about label models alone.

    One does better where its average precision is higher by more than .01, and by more than two standard errors of the
    difference in ten groups of records; its log-loss is no higher; and its micro-F1 is lower by no more than .02: with
    a better ranking one can move the threshold, with a better threshold not the ranking. Of several, the one with the
    highest average precision is named; of equals, that with the lowest log-loss.
    """
    better = [other for other in others if _is_better(other, current)]
    if not better:
        return None
    best = min(better, key=lambda model: (-_figure(model.score.average_precision), _figure(model.score.log_loss))).score
    own = current.score
    against = f"gainst the given {'classes' if settings.task == 'multiclass' else 'tags'}"
    where = f"Before the end model, a{against}" if has_end_model else f"A{against}"
    figures = f"average precision {_short(best.average_precision)}, against {_short(own.average_precision)}"
    decided = "accuracy" if settings.task == "multiclass" else "micro-F1"
    if _short(best.micro_f1) != _short(own.micro_f1):
        figures += f"; {decided} {_short(best.micro_f1)}, against {_short(own.micro_f1)}"
    return f"{where}, label model `{best.name}` does better than `{own.name}`: {figures}"


def _is_better(other: Measured, current: Measured) -> bool:
    if other.groups is None or current.groups is None:
        return False
    a, b = other.score, current.score
    lead = _figure(a.average_precision) - _figure(b.average_precision)
    loss = _figure(b.micro_f1) - _figure(a.micro_f1)
    if lead <= LEAD or loss > LOSS or _figure(a.log_loss) > _figure(b.log_loss):
        return False
    leads = other.groups - current.groups
    leads = leads[~np.isnan(leads)]
    return len(leads) > 1 and bool(leads.mean() > ERRORS * leads.std(ddof=1) / np.sqrt(len(leads)))


def _figure(value: float | None) -> float:
    return float("nan") if value is None else value


def _short(value: float | None) -> str:
    return f"{_figure(value):.3f}".removeprefix("0")


def _choose_records(labelled: Rows, n_records: int, seed: int) -> Rows:
    """Return a sample of records, labelled ones first, ascending."""
    if n_records <= SAMPLE:
        return np.arange(n_records)
    rng = np.random.default_rng(seed)
    known = rng.choice(labelled, min(SAMPLE, len(labelled)), replace=False)
    others = np.setdiff1d(np.arange(n_records), labelled)
    return np.sort(np.concatenate([known, rng.choice(others, min(SAMPLE - len(known), len(others)), replace=False)]))


def _take_votes(votes: Votes, chosen: Rows) -> Votes:
    """Return the votes on some records, which are counted anew."""
    position = np.full(votes.n_records, -1, dtype=np.int32)
    position[chosen] = np.arange(len(chosen))
    kept = position[votes.record] >= 0
    record = position[votes.record[kept]]
    return replace(
        votes, record=record, lf=votes.lf[kept], tag=votes.tag[kept], vote=votes.vote[kept], n_records=len(chosen)
    )
