"""Label models: from conflicting votes to probabilities."""

from weaklabel.label_models.cell_symbols import (
    BELOW_GIVEN,
    DENIED,
    EVIDENCE_KINDS,
    Symbols,
    kinds_of_lfs,
    tabulate_symbols,
)
from weaklabel.label_models.cells import resolve_cells
from weaklabel.label_models.classes import ClassProbabilities, resolve_classes
from weaklabel.label_models.fit import fit_label_model
from weaklabel.label_models.interface import FittedLabelModel
from weaklabel.label_models.methods import METHODS
from weaklabel.label_models.patterns import VotePatterns
from weaklabel.label_models.pooled_cells import (
    PooledPrecision,
    fit_pooled_precision,
    pool_cells,
    resolve_by_pooling,
    without_given,
)

__all__ = [
    "BELOW_GIVEN",
    "DENIED",
    "EVIDENCE_KINDS",
    "METHODS",
    "ClassProbabilities",
    "FittedLabelModel",
    "PooledPrecision",
    "Symbols",
    "VotePatterns",
    "fit_label_model",
    "fit_pooled_precision",
    "kinds_of_lfs",
    "pool_cells",
    "resolve_by_pooling",
    "resolve_cells",
    "resolve_classes",
    "tabulate_symbols",
    "without_given",
]
