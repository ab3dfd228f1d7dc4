"""`weaklabel evaluate`: read predictions, gold and slices, and score them."""

from weaklabel.evaluation.evaluate import Evaluated, Request, evaluate
from weaklabel.evaluation.reference import Reference, load_reference
from weaklabel.evaluation.slices import Sliced, read_slices

__all__ = ["Evaluated", "Reference", "Request", "Sliced", "evaluate", "load_reference", "read_slices"]
