"""Iterative stratification of records with several tags, where some records have their split already.

Records are taken in the order of Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data"
(ECML PKDD 2011): those with the rarest remaining tag first. Each goes where it makes χ² grow least: the sum over splits
and tags of (records there − aim)² ÷ aim. They put a record where its rarest tag lacks most; counting all of its tags is
as good for the whole, and holds the proportion where few records come at a time, among which every tag is rare.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, hstack

NEW = -1
Counts = npt.NDArray[np.float64]


def stratify(
    tags: csr_array,
    groups: npt.NDArray[np.intp],
    kept: npt.NDArray[np.intp],
    shares: Sequence[float],
    rng: np.random.Generator,
) -> npt.NDArray[np.intp]:
    """Return the split of each record, intp of shape (records,).

    Parameters
    ----------
    tags
        1 where a record has a tag, sparse, of shape (records, tags). Records without any are a stratum of their own.
    groups
        The group of each record, from 0; of shape (records,). New records of a group go to one split: to that of
        its records that have one, to that of most of them where these differ.
    kept
        The split of each record that has one, else -1; of shape (records,).
    shares
        The share of the records that each split is to have. One of share 0 gets no new records, unless by its groups.
    rng
        Decides between splits that are equally good.
    """
    split = _follow(groups, kept, len(shares))
    strata = _as_strata(tags)
    totals: Counts = strata.sum(axis=0).ravel()
    aims = np.outer(shares, totals)
    filled = np.stack([strata[split == s].sum(axis=0).ravel() for s in range(len(shares))])
    waiting = np.flatnonzero(split == NEW)
    if not len(waiting):
        return split
    own, members = np.unique(groups[waiting], return_inverse=True)
    items = _sum_rows(strata[waiting], members, len(own))
    chosen = _place_items(items, filled, aims, rng)
    split[waiting] = chosen[members]
    return split


def _follow(groups: npt.NDArray[np.intp], kept: npt.NDArray[np.intp], n_splits: int) -> npt.NDArray[np.intp]:
    """Return the kept splits, with each new record of a group that has one in the one that most of it has."""
    has = kept != NEW
    votes = np.zeros((int(groups.max(initial=-1)) + 1, n_splits), dtype=np.intp)
    np.add.at(votes, (groups[has], kept[has]), 1)
    of_group = np.where(votes.any(axis=1), votes.argmax(axis=1), NEW)
    followed: npt.NDArray[np.intp] = np.where(has, kept, of_group[groups])
    return followed


def _as_strata(tags: csr_array) -> csr_array:
    """Return the tags with two columns more: records without tags, and all records."""
    untagged = (np.diff(tags.indptr) == 0).astype(np.float64)
    return hstack([tags, csr_array(untagged[:, None]), csr_array(np.ones((tags.shape[0], 1)))], format="csr")


def _sum_rows(rows: csr_array, members: npt.NDArray[np.intp], n_sums: int) -> csr_array:
    """Return the sums of rows that belong together; `members` says to which sum each belongs."""
    ones = np.ones(len(members))
    return (coo_array((ones, (members, np.arange(len(members)))), shape=(n_sums, len(members))).tocsr() @ rows).tocsr()


def _place_items(items: csr_array, filled: Counts, aims: Counts, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Return the split of each item; `filled` counts what the splits have, and grows.

    Parameters
    ----------
    items
        How many records of each stratum an item has, of shape (items, strata); all records are the last stratum.
    filled, aims
        How many records of each stratum each split has and is to have, of shape (splits, strata).
    """
    placed = np.full(items.shape[0], NEW, dtype=np.intp)
    by_stratum = items.tocsc()
    remaining = np.diff(by_stratum.indptr).astype(np.float64)
    totals = aims.sum(axis=0)
    sizes = items[:, [-1]].toarray().ravel()
    open_splits = np.flatnonzero(aims[:, -1] > 0)
    while (placed == NEW).any():
        waiting = np.where(remaining > 0, remaining, np.inf)
        rarest = np.flatnonzero(waiting == waiting.min())
        stratum = rarest[np.argmin(totals[rarest])]
        own = by_stratum.indices[by_stratum.indptr[stratum] : by_stratum.indptr[stratum + 1]]
        own = rng.permutation(own[placed[own] == NEW])
        for item in own[np.argsort(-sizes[own], kind="stable")]:  # the largest groups first
            begin, end = items.indptr[item], items.indptr[item + 1]
            columns, counts = items.indices[begin:end], items.data[begin:end]
            s = _least_growth(filled, aims, open_splits, columns, counts, rng)
            placed[item] = s
            filled[s, columns] += counts
            remaining[columns] -= 1
    return placed


def _least_growth(
    filled: Counts,
    aims: Counts,
    open_splits: npt.NDArray[np.intp],
    columns: npt.NDArray[np.int32],
    counts: Counts,
    rng: np.random.Generator,
) -> int:
    """Return the split whose share of χ² grows least by an item: ((n + c − aim)² − (n − aim)²) ÷ aim, summed."""
    aim = aims[np.ix_(open_splits, columns)]
    lacking = aim - filled[np.ix_(open_splits, columns)]
    growth = (counts * (counts - 2 * lacking) / aim).sum(axis=1)
    best = np.flatnonzero(growth <= growth.min() + 1e-9)
    return int(open_splits[best[0] if len(best) == 1 else rng.choice(best)])
