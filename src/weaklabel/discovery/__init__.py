"""Slices on which a model does worst, found by search."""

from weaklabel.discovery.discover import Discovery, ErrorGap, Options, WeakSlice, compare_errors, discover_slices
from weaklabel.discovery.features import (
    cluster_literals,
    metadata_literals,
    tag_literals,
    uncertainty_literals,
    vote_literals,
    word_literals,
)
from weaklabel.discovery.literals import KINDS, Column, Literal, Literals, join_conditions, say_all
from weaklabel.discovery.record_errors import errors_of_counts, record_errors

__all__ = [
    "KINDS",
    "Column",
    "Discovery",
    "ErrorGap",
    "Literal",
    "Literals",
    "Options",
    "WeakSlice",
    "cluster_literals",
    "compare_errors",
    "discover_slices",
    "errors_of_counts",
    "join_conditions",
    "metadata_literals",
    "record_errors",
    "say_all",
    "tag_literals",
    "uncertainty_literals",
    "vote_literals",
    "word_literals",
]
