"""Measure labeling functions and findings against what is given and what is gold."""

from weaklabel.evaluate.findings import read_gold, score_findings
from weaklabel.evaluate.lf_summary import summarise_lfs, wilson_interval

__all__ = ["read_gold", "score_findings", "summarise_lfs", "wilson_interval"]
