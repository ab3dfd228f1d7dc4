"""Phrases: many of them against many texts at once."""

from weaklabel.vote.phrases.matcher import PhraseMatcher, takes_plural
from weaklabel.vote.phrases.native import SlowMatcherWarning

__all__ = ["PhraseMatcher", "SlowMatcherWarning", "takes_plural"]
