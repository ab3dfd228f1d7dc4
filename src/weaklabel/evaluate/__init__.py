"""Measure labeling functions, findings and probabilities against what is given and what is gold."""

from weaklabel.evaluate.calibration import calibration_error
from weaklabel.evaluate.findings import read_gold, score_findings
from weaklabel.evaluate.lf_summary import summarise_lfs, wilson_interval
from weaklabel.evaluate.metrics import Scores, average_precision, score_cells, score_classes

__all__ = [
    "Scores",
    "average_precision",
    "calibration_error",
    "read_gold",
    "score_cells",
    "score_classes",
    "score_findings",
    "summarise_lfs",
    "wilson_interval",
]
