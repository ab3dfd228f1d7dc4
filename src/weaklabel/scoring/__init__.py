"""A model's predictions, held against gold or given tags: on all records, slice by slice, tag by tag."""

from weaklabel.scoring.answers import THRESHOLD, Answers, Cells, Task, find_answers, task_of
from weaklabel.scoring.expectations import (
    Breach,
    Expectation,
    Limit,
    check_expectations,
    read_expectations,
)
from weaklabel.scoring.metrics import METRICS, Metric
from weaklabel.scoring.resamples import ROUNDS
from weaklabel.scoring.results import (
    LEAST_GOLD,
    LEAST_RECORDS,
    CalibrationBin,
    Compared,
    Difference,
    Estimate,
    Evaluation,
    ModelComparison,
    Scored,
    SliceTag,
)
from weaklabel.scoring.score import compare, score

__all__ = [
    "LEAST_GOLD",
    "LEAST_RECORDS",
    "METRICS",
    "ROUNDS",
    "THRESHOLD",
    "Answers",
    "Breach",
    "CalibrationBin",
    "Cells",
    "Compared",
    "Difference",
    "Estimate",
    "Evaluation",
    "Expectation",
    "Limit",
    "Metric",
    "ModelComparison",
    "Scored",
    "SliceTag",
    "Task",
    "check_expectations",
    "compare",
    "find_answers",
    "read_expectations",
    "score",
    "task_of",
]
