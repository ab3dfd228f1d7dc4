"""`weaklabel evaluate`: read predictions, gold and slices, and score them."""

from weaklabel.evaluation.evaluate import Evaluated, evaluate
from weaklabel.evaluation.record_errors import RecordErrors, errors_of_predictions
from weaklabel.evaluation.reference import Reference, load_reference
from weaklabel.evaluation.request import Request
from weaklabel.evaluation.slices import ReferenceSlices, read_slices

__all__ = [
    "Evaluated",
    "RecordErrors",
    "Reference",
    "ReferenceSlices",
    "Request",
    "errors_of_predictions",
    "evaluate",
    "load_reference",
    "read_slices",
]
