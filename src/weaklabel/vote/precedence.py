"""Which votes stand, and which count once.

A generated labeling function is a default that yields to what a person wrote; those of a group are one witness.
"""

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


def count_groups_once(votes: Votes, lfs: Sequence[LabelingFunction]) -> Votes:
    """Return votes in which the labeling functions of a group are one, `group:NAME`, as label models count them.

    A group says of a tag what most of those say that vote on it; where as many say the reverse, nothing. Labeling
    functions that are near copies would else be taken for so many independent witnesses.

    Parameters
    ----------
    votes
        The votes that stand.
    lfs
        The labeling functions, in the order of `votes.lf_ids`.
    """
    groups = sorted({lf.group for lf in lfs} - {""})
    if not groups:
        return votes
    ids = [*(lf.id for lf in lfs if not lf.group), *(f"group:{group}" for group in groups)]
    position = {name: i for i, name in enumerate(ids)}
    column = np.array([position[f"group:{lf.group}" if lf.group else lf.id] for lf in lfs], dtype=np.int64)
    cell = votes.tag.astype(np.int64) * votes.n_records + votes.record
    key, first, said = np.unique(cell * len(ids) + column[votes.lf], return_index=True, return_inverse=True)
    balance = np.sign(np.bincount(said, votes.vote, minlength=len(key))).astype(np.int8)
    kept = first[balance != 0]
    return replace(
        votes,
        record=votes.record[kept],
        tag=votes.tag[kept],
        lf=(key[balance != 0] % len(ids)).astype(np.int32),
        vote=balance[balance != 0],
        lf_ids=tuple(ids),
    )
