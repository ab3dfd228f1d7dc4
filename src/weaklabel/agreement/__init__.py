"""How far annotators agree: coefficients with intervals, who is right how often, and how each works."""

from weaklabel.agreement.accuracy import Accuracy, expect_accuracy, find_shared, is_identified
from weaklabel.agreement.alpha import measure_alpha, measure_alpha_by_tag
from weaklabel.agreement.annotations import Annotations, Decision
from weaklabel.agreement.coefficient import FEW_RECORDS, RELIABLE, TENTATIVE, Coefficient
from weaklabel.agreement.contested import ContestedRecord, ContestedTag, find_contested
from weaklabel.agreement.habits import Drift, Habits, find_habits
from weaklabel.agreement.kappa import Pair, measure_pairs

__all__ = [
    "FEW_RECORDS",
    "RELIABLE",
    "TENTATIVE",
    "Accuracy",
    "Annotations",
    "Coefficient",
    "ContestedRecord",
    "ContestedTag",
    "Decision",
    "Drift",
    "Habits",
    "Pair",
    "expect_accuracy",
    "find_contested",
    "find_habits",
    "find_shared",
    "is_identified",
    "measure_alpha",
    "measure_alpha_by_tag",
    "measure_pairs",
]
