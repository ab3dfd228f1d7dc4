"""Rare tags first: where a record may have a tag of which few records are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weaklabel.sampling.interface import Evidence, Floats, Scored
from weaklabel.sampling.words import as_share


def long_tail(evidence: Evidence) -> Scored:
    """Score a tag that was not given by its probability, divided by the number of records that have it, and one."""
    not_given: Floats = np.where(evidence.given, 0.0, evidence.probability)
    return Scored(not_given / (1 + _uses(evidence)))


def _uses(evidence: Evidence) -> Floats:
    uses: Floats = evidence.given.sum(axis=0, dtype=np.float64)
    return uses


def say_rare(evidence: Evidence, record: int, tags: Sequence[int]) -> str:
    """Say how rare the tags are, and how probable here."""
    uses = _uses(evidence)
    named = [
        f"{evidence.tags[tag]} (given {uses[tag]:.0f} times) {as_share(float(evidence.probability[record, tag]))}"
        for tag in tags
    ]
    return f"rare tags: {', '.join(named)}" if named else "no tag is rare"
