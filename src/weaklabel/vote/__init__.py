"""Run labeling functions over records: phrases, patterns, Python; the engine; and the spans behind a vote."""

from weaklabel.vote.cache import VoteCache
from weaklabel.vote.call import Outcome, call_lf
from weaklabel.vote.conditions import ConditionMatcher, Seen
from weaklabel.vote.engine import apply_lfs
from weaklabel.vote.phrases import PhraseMatcher
from weaklabel.vote.precedence import count_groups_once, withdraw_generated
from weaklabel.vote.spans import find_spans
from weaklabel.vote.text import TextMatcher

__all__ = [
    "ConditionMatcher",
    "Outcome",
    "PhraseMatcher",
    "Seen",
    "TextMatcher",
    "VoteCache",
    "apply_lfs",
    "call_lf",
    "count_groups_once",
    "find_spans",
    "withdraw_generated",
]
