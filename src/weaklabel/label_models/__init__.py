"""Label models: from conflicting votes to probabilities."""

from weaklabel.label_models.cells import resolve_cells
from weaklabel.label_models.fit import fit_label_model
from weaklabel.label_models.interface import FittedLabelModel
from weaklabel.label_models.methods import METHODS
from weaklabel.label_models.patterns import VotePatterns

__all__ = ["METHODS", "FittedLabelModel", "VotePatterns", "fit_label_model", "resolve_cells"]
