"""Resolve votes as the task asks: any number of tags a record, or exactly one."""

from __future__ import annotations

from weaklabel.end_models import Embeddings
from weaklabel.resolution.cells import resolve_cells_by_votes, resolve_multilabel
from weaklabel.resolution.classes import resolve_classes_by_votes, resolve_multiclass
from weaklabel.resolution.observed import Observed
from weaklabel.resolution.result import Resolution
from weaklabel.terms import CellProbabilities, OnProgress, Settings, unreported


def resolve(
    settings: Settings,
    observed: Observed,
    embeddings: Embeddings | None = None,
    on_progress: OnProgress = unreported,
    earlier: Resolution | None = None,
) -> Resolution:
    """Return the probability of each cell: by the label model, then by the end model, closed over the tag graph.

    With `earlier`, a resolution of the same records and votes under other given tags, what does not depend on given
    tags is taken from there; the result is the same.

    Raises
    ------
    WeaklabelError
        Where the label model fails, or the tags or given tags do not fit the task.
    """
    if settings.task == "multiclass":
        return resolve_multiclass(settings, observed, embeddings)
    return resolve_multilabel(settings, observed, embeddings, on_progress, earlier)


def resolve_by_votes(settings: Settings, observed: Observed) -> CellProbabilities:
    """Return what the label model alone says, before closure; raises as :func:`resolve` does."""
    if settings.task == "multiclass":
        return resolve_classes_by_votes(settings, observed)
    return resolve_cells_by_votes(settings, observed)
