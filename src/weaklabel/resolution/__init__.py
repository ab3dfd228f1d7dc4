"""From votes to probabilities: label model, end model, closure."""

from weaklabel.resolution.cells import resolve_cells_by_votes, resolve_multilabel
from weaklabel.resolution.classes import resolve_classes_by_votes, resolve_multiclass
from weaklabel.resolution.explain import Explainer, explain_record, find_record, find_tag
from weaklabel.resolution.result import Resolution

__all__ = [
    "Explainer",
    "Resolution",
    "explain_record",
    "find_record",
    "find_tag",
    "resolve_cells_by_votes",
    "resolve_classes_by_votes",
    "resolve_multiclass",
    "resolve_multilabel",
]
