"""Many regular expressions against many texts: found where Python's `re` finds them, and asked of it seldom."""

from weaklabel.vote.patterns.pattern_set import Attempt, PatternSet, plain

__all__ = ["Attempt", "PatternSet", "plain"]
