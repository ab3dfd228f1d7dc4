"""Votes on many files: each records file becomes a file of votes, here, on Dask or on Spark."""

from weaklabel.cluster.arrow_voter import ArrowVoter
from weaklabel.cluster.bundle import Bundle, build_bundle
from weaklabel.cluster.engines import ENGINES, cast_votes, find_engine
from weaklabel.cluster.plan import VotePlan, plan_votes
from weaklabel.cluster.report import FileReport, LFFailures

__all__ = [
    "ENGINES",
    "ArrowVoter",
    "Bundle",
    "FileReport",
    "LFFailures",
    "VotePlan",
    "build_bundle",
    "cast_votes",
    "find_engine",
    "plan_votes",
]
