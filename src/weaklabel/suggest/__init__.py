"""Suggest labeling functions: find candidates in texts, rank them by expected gain, write them as YAML."""

from weaklabel.suggest.candidates import (
    LEAST_RECORDS,
    Evidence,
    fire_beginnings,
    list_nearby,
    list_phrases,
    ones_at,
)
from weaklabel.suggest.precision import Estimate, LiftPrior
from weaklabel.suggest.rank import Reference, Suggestion, rank_absent, rank_present
from weaklabel.suggest.write import ITEMS, Entry, is_declared, make_id, render_entry

__all__ = [
    "ITEMS",
    "LEAST_RECORDS",
    "Entry",
    "Estimate",
    "Evidence",
    "LiftPrior",
    "Reference",
    "Suggestion",
    "fire_beginnings",
    "is_declared",
    "list_nearby",
    "list_phrases",
    "make_id",
    "ones_at",
    "rank_absent",
    "rank_present",
    "render_entry",
]
