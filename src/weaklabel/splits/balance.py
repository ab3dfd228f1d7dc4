"""How near splits come to the shares that they are to have, in all and of each tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.splits.shares import Shares

MIN_RECORDS = 10  # of rarer tags, no split can have a tenth


@dataclass(frozen=True, slots=True)
class TagBalance:
    """One tag: its records in all, and in each split."""

    tag: str
    records: int
    in_split: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SplitBalance:
    """How near the splits come to their shares.

    Attributes
    ----------
    splits, aims
        Their names and shares.
    records
        How many records each has.
    mean_deviation
        How far a split's share of a tag's records is from its aim, on the mean over splits and tags of ten records or
        more; 0 without such tags.
    tags
        Every tag that occurs, those furthest off first: by their largest deviation in records.
    """

    splits: tuple[str, ...]
    aims: tuple[float, ...]
    records: tuple[int, ...]
    mean_deviation: float
    tags: tuple[TagBalance, ...]

    def lacking(self) -> dict[str, int]:
        """Return how many tags have no record in a split, for each split that is to have some and lacks some."""
        counts = {
            name: sum(not tag.in_split[s] for tag in self.tags)
            for s, (name, aim) in enumerate(zip(self.splits, self.aims, strict=True))
            if aim
        }
        return {name: count for name, count in counts.items() if count}


def measure_balance(tags: csr_array, names: Sequence[str], split: npt.NDArray[np.intp], shares: Shares) -> SplitBalance:
    """Compare what splits have with their shares; `tags` is of shape (records, tags), `split` of shape (records,)."""
    totals = tags.sum(axis=0).ravel()
    counts = np.stack([tags[split == s].sum(axis=0).ravel() for s in range(len(shares))])
    off = np.abs(counts - np.outer(list(shares.values()), totals))
    frequent = totals >= MIN_RECORDS
    deviation = off[:, frequent] / totals[frequent]
    order = sorted(np.flatnonzero(totals).tolist(), key=lambda tag: (-off[:, tag].max(), names[tag]))
    return SplitBalance(
        tuple(shares),
        tuple(shares.values()),
        tuple(np.bincount(split, minlength=len(shares)).tolist()),
        float(deviation.mean()) if deviation.size else 0.0,
        tuple(TagBalance(names[tag], int(totals[tag]), tuple(counts[:, tag].astype(int).tolist())) for tag in order),
    )
