"""How far to trust what annotators decided: their agreement, and how good each of them is."""

from weaklabel.annotator_quality.decision_files import read_decision_files
from weaklabel.annotator_quality.measure import (
    AnnotationQuality,
    AnnotatorQuality,
    TagQuality,
    check_comparable,
    find_open,
    measure_quality,
    only_tag,
)
from weaklabel.annotator_quality.words import (
    say_accuracy,
    say_drift,
    say_figure,
    say_interval,
    say_number,
    say_share,
    say_value,
)

__all__ = [
    "AnnotationQuality",
    "AnnotatorQuality",
    "TagQuality",
    "check_comparable",
    "find_open",
    "measure_quality",
    "only_tag",
    "read_decision_files",
    "say_accuracy",
    "say_drift",
    "say_figure",
    "say_interval",
    "say_number",
    "say_share",
    "say_value",
]
