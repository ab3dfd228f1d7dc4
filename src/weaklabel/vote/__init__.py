"""Run labeling functions over records: the phrase matcher, the engine, and the spans behind a vote."""

from weaklabel.vote.call import Outcome, call_lf
from weaklabel.vote.engine import apply_lfs
from weaklabel.vote.matcher import PhraseMatcher
from weaklabel.vote.precedence import withdraw_generated
from weaklabel.vote.spans import find_spans
from weaklabel.vote.text import TextMatcher

__all__ = ["Outcome", "PhraseMatcher", "TextMatcher", "apply_lfs", "call_lf", "find_spans", "withdraw_generated"]
