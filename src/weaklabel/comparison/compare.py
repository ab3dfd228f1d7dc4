"""All label models, and the settings' one with its end model."""

from __future__ import annotations

from dataclasses import dataclass, replace

from weaklabel.comparison.advice import LEAST_RECORDS, find_better
from weaklabel.comparison.score import Measured, ModelScore, score_end_model, score_label_model
from weaklabel.comparison.target import Target
from weaklabel.end_models import Embeddings
from weaklabel.errors import Problem, RecordsError
from weaklabel.label_models import METHODS
from weaklabel.resolution import Observed
from weaklabel.terms import OnProgress, Settings, unreported


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison found.

    Attributes
    ----------
    rows
        One a label model; below them, where the settings have an end model, one for both.
    records, tags
        How many labelled records and how many tags were scored.
    advice
        Which label model does better than the settings' one, in a sentence; None where none does, or it cannot be
        told.
    """

    rows: tuple[ModelScore, ...]
    records: int
    tags: int
    advice: str | None

    @property
    def is_telling(self) -> bool:
        """Whether there are enough labelled records to tell label models apart."""
        return self.records >= LEAST_RECORDS


def compare_models(
    settings: Settings,
    observed: Observed,
    embeddings: Embeddings | None = None,
    on_progress: OnProgress = unreported,
) -> Comparison:
    """Score every label model, built in or installed, without an end model; then the settings' one with theirs.

    Parameters
    ----------
    observed
        Votes and given tags. Tags given at least once are scored.
    embeddings
        For the end model; None for none.
    on_progress
        Called with the number of models done and to do.

    Raises
    ------
    RecordsError
        Where nothing was given.
    """
    target = Target.of(observed)
    if target.is_empty:
        fix = "Label some records: give each the tags of the vocabulary that are right for it."
        raise RecordsError(Problem("no record has given tags, so there is nothing to compare with.", fix=fix))
    has_end_model = settings.end_model != "none"
    total = len(METHODS) + has_end_model
    measured: list[Measured] = []
    for name in METHODS:
        measured.append(score_label_model(replace(settings, label_model=name), observed, target))
        on_progress(len(measured), total)
    rows = [model.score for model in measured]
    if has_end_model:
        rows.append(score_end_model(settings, observed, embeddings, target))
        on_progress(total, total)
    comparison = Comparison(tuple(rows), len(target.rows), len(target.tags), None)
    current = next(model for model in measured if model.score.name == settings.label_model)
    if not comparison.is_telling:
        return comparison
    better = find_better(settings, current, measured, has_end_model=has_end_model and not rows[-1].problem)
    return replace(comparison, advice=f"{better}.") if better else comparison
