"""`weaklabel evaluate`: read predictions, gold and slices, and score them."""

from weaklabel.evaluation.evaluate import Evaluated, Request, evaluate
from weaklabel.evaluation.reference import Reference, load_reference
from weaklabel.evaluation.slices import read_membership

__all__ = ["Evaluated", "Reference", "Request", "evaluate", "load_reference", "read_membership"]
