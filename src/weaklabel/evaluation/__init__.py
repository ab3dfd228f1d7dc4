"""`weaklabel evaluate`: read predictions, gold and slices, and score them."""

from weaklabel.evaluation.evaluate import Evaluated, Request, evaluate
from weaklabel.evaluation.record_errors import RecordErrors, errors_of_predictions
from weaklabel.evaluation.reference import Reference, load_reference
from weaklabel.evaluation.slices import Sliced, read_slices

__all__ = [
    "Evaluated",
    "RecordErrors",
    "Reference",
    "Request",
    "Sliced",
    "errors_of_predictions",
    "evaluate",
    "load_reference",
    "read_slices",
]
