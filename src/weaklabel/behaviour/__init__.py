"""Behavioural checks: what a model's answers must do when its texts change.

Source: Ribeiro, Wu, Guestrin and Singh, "Beyond accuracy: behavioral testing of NLP models with CheckList", ACL 2020.
"""

from weaklabel.behaviour.cases import Case, CaseSource, draw_cases
from weaklabel.behaviour.check import Change, Check, Demand, Filler, Kind
from weaklabel.behaviour.command import ask_command
from weaklabel.behaviour.declare import declare_checks
from weaklabel.behaviour.function import ask_function
from weaklabel.behaviour.model_answers import Answer, read_answers
from weaklabel.behaviour.verdicts import CheckResult, Failure, has_subject, judge

__all__ = [
    "Answer",
    "Case",
    "CaseSource",
    "Change",
    "Check",
    "CheckResult",
    "Demand",
    "Failure",
    "Filler",
    "Kind",
    "ask_command",
    "ask_function",
    "declare_checks",
    "draw_cases",
    "has_subject",
    "judge",
    "read_answers",
]
