"""Label models: from conflicting votes to probabilities."""

from weaklabel.label_models.cells import resolve_cells
from weaklabel.label_models.interface import METHODS, FittedLabelModel, fit_label_model

__all__ = ["METHODS", "FittedLabelModel", "fit_label_model", "resolve_cells"]
