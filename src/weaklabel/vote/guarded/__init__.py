"""Labeling functions that may be slow, hang or crash (regular expressions, spaCy, Python), called by a guard."""

from weaklabel.vote.guarded.calls import explain_given_up
from weaklabel.vote.guarded.voter import GuardedVoter, Task

__all__ = ["GuardedVoter", "Task", "explain_given_up"]
