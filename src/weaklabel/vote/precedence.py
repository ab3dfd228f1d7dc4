"""Which votes stand: a generated labeling function is a default that yields to what a person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from weaklabel.terms import ABSENT, PRESENT, LabelingFunction, Votes


def withdraw_generated(votes: Votes, lfs: Sequence[LabelingFunction]) -> Votes:
    """Drop generated votes for a tag in every record in which a hand-written labeling function votes it absent.

    A hand-written "absent" says why a surface does not mean the tag there: it explains the generated vote away. Left
    in, the two would always occur together, and a label model that takes them for independent would learn that
    "absent" speaks for the tag (docs/decisions/0006-absent-votes.md has the figures).

    Parameters
    ----------
    votes
        The votes as cast.
    lfs
        The labeling functions, in the order of `votes.lf_ids`.
    """
    is_generated = np.array([lf.origin == "generated" for lf in lfs], dtype=np.bool_)
    if not len(votes) or is_generated.all():
        return votes
    cell = votes.tag.astype(np.int64) * votes.n_records + votes.record
    generated = is_generated[votes.lf]
    denied = np.unique(cell[~generated & (votes.vote == ABSENT)])
    stands = ~(generated & (votes.vote == PRESENT) & np.isin(cell, denied))
    return replace(
        votes, record=votes.record[stands], lf=votes.lf[stands], tag=votes.tag[stands], vote=votes.vote[stands]
    )
