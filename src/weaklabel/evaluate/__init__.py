"""Measure labeling functions, findings and probabilities against what is given and what is gold."""

from weaklabel.evaluate.calibration import calibration_error
from weaklabel.evaluate.findings import gold_file, read_gold, score_findings
from weaklabel.evaluate.lf_analysis import LFAnalysis, Reference, analyse_lfs, find_wrong
from weaklabel.evaluate.lf_summary import summarise_lfs, wilson_interval
from weaklabel.evaluate.metrics import Scores, average_precision, score_cells, score_classes
from weaklabel.evaluate.vote_units import CastVotes, JudgedVotes, VoteUnits, judge_votes

__all__ = [
    "CastVotes",
    "JudgedVotes",
    "LFAnalysis",
    "Reference",
    "Scores",
    "VoteUnits",
    "analyse_lfs",
    "average_precision",
    "calibration_error",
    "find_wrong",
    "gold_file",
    "judge_votes",
    "read_gold",
    "score_cells",
    "score_classes",
    "score_findings",
    "summarise_lfs",
    "wilson_interval",
]
