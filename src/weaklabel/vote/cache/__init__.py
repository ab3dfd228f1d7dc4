"""Votes of earlier runs, so that only what changed is voted on again."""

from weaklabel.vote.cache.reuse import ReusedVotes
from weaklabel.vote.cache.store import VoteCache

__all__ = ["ReusedVotes", "VoteCache"]
