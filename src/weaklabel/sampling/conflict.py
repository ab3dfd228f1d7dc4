"""What labeling functions contradict each other on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weaklabel.sampling.interface import Evidence, Scored


def lf_conflict(evidence: Evidence) -> Scored:
    """Score by the share of votes that are in the minority: on each cell, or, of one class, on the record.

    One vote against one is .5, the most there is between two sides. Without votes, 0.
    """
    present, absent = evidence.present, evidence.absent
    if not evidence.is_exclusive:
        votes = present + absent
        return Scored(np.minimum(present, absent) / np.maximum(votes, 1))
    votes = present.sum(axis=1)
    shares = present / np.maximum(votes, 1)[:, None]
    minority = np.where(votes > 0, 1 - shares.max(axis=1, initial=0.0), 0.0)
    return Scored(np.where(minority[:, None] > 0, shares, 0.0), minority)


def say_conflict(evidence: Evidence, record: int, tags: Sequence[int]) -> str:
    """Say how many labeling functions vote for and against each tag."""
    counts = [(evidence.tags[tag], evidence.present[record, tag], evidence.absent[record, tag]) for tag in tags]
    named = ", ".join(f"{name} {pro:.0f} for, {contra:.0f} against" for name, pro, contra in counts if pro + contra)
    return f"votes conflict: {named}" if named else "no votes conflict"
