"""From votes to probabilities: label model, end model, closure."""

from weaklabel.resolution.cells import resolve_multilabel
from weaklabel.resolution.classes import resolve_multiclass
from weaklabel.resolution.result import Resolution

__all__ = ["Resolution", "resolve_multiclass", "resolve_multilabel"]
