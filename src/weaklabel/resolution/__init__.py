"""From votes to probabilities: label model, end model, closure."""

from weaklabel.resolution.by_task import resolve, resolve_by_votes
from weaklabel.resolution.explain import Explainer, explain_record, find_record, find_tag, read_tag
from weaklabel.resolution.observed import Observed
from weaklabel.resolution.result import Resolution

__all__ = [
    "Explainer",
    "Observed",
    "Resolution",
    "explain_record",
    "find_record",
    "find_tag",
    "read_tag",
    "resolve",
    "resolve_by_votes",
]
