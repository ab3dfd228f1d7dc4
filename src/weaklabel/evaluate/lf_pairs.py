"""Who votes with whom, and against whom: overlaps, conflicts, correlations, duplicates and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, triu
from scipy.sparse.csgraph import connected_components

from weaklabel.evaluate.vote_units import CastVotes, Positions, VoteUnits
from weaklabel.terms import LabelingFunction, LFPair, Vocabulary, Votes
from weaklabel.terms.quality import CORRELATED, MIN_ALIKE

MAX_PAIRS = 1_000  # of those with most conflicts, and of those that correlate most
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The pairs of units that meet.

    Attributes
    ----------
    first, second
        Positions of units, the first the smaller; of two labeling functions.
    both, alike, conflicts
        int64: how often both vote, vote alike on one tag, and vote otherwise.
    correlation, jaccard
        float64; the former nan between two tags, and where it is not defined.
    same
        bool: they cast the same votes.
    """

    first: Positions
    second: Positions
    both: Counts
    alike: Counts
    conflicts: Counts
    correlation: npt.NDArray[np.float64]
    jaccard: npt.NDArray[np.float64]
    same: npt.NDArray[np.bool_]


def find_pairs(cast: CastVotes, units: VoteUnits) -> Pairs:
    """Return all pairs of labeling functions that vote on one tag of a record, or where each has exactly one, on it."""
    votes, unit = cast.votes, units.find(cast.votes)
    cell = votes.record.astype(np.int64) * units.n_tags + votes.tag
    in_cell, signed = (_meetings(cell, unit, value, len(units)) for value in (np.abs(votes.vote), votes.vote))
    in_record, in_class = (in_cell, signed) if cast.classes is None else _meetings_of_classes(cast, units, unit)
    first, second = (_as_ones(in_cell) + _as_ones(in_record)).tocoo().coords
    of_two = units.lf[first] != units.lf[second]
    first, second = first[of_two], second[of_two]
    here, products, both, agreed = (_values(table, first, second) for table in (in_cell, signed, in_record, in_class))
    alike = (here + products) // 2
    is_one_tag = units.tag[first] == units.tag[second]
    n, total = _count_votes(unit, votes, len(units))
    correlation = _correlate(products, (n[first], n[second]), (total[first], total[second]), votes.n_records)
    return Pairs(
        first.astype(np.intp),
        second.astype(np.intp),
        both,
        alike,
        here - alike if cast.classes is None else both - agreed,
        np.where(is_one_tag, correlation, np.nan),
        alike / (n[first] + n[second] - here),
        is_one_tag & (alike == n[first]) & (alike == n[second]),
    )


def _meetings_of_classes(cast: CastVotes, units: VoteUnits, unit: Positions) -> tuple[csr_array, csr_array]:
    """Return how often each two units vote for a class of one record, and for the same class."""
    classes = cast.classes_of_votes()
    held = classes >= 0
    record, ones = cast.votes.record[held].astype(np.int64), np.ones(held.sum(), dtype=np.int8)
    in_record = _meetings(record, unit[held], ones, len(units))
    return in_record, _meetings(record * units.n_tags + classes[held], unit[held], ones, len(units))


def _meetings(row: Counts, unit: Positions, value: npt.NDArray[np.int8], n_units: int) -> csr_array:
    """Return the sums of products of units' values in a row, for each two units, the first before the second."""
    rows = np.unique(row, return_inverse=True)[1]
    table = csr_array((value.astype(np.int64), (rows, unit)), shape=(int(rows.max(initial=-1)) + 1, n_units))
    return csr_array(triu(table.T @ table, k=1))


def _as_ones(table: csr_array) -> csr_array:
    return csr_array((np.ones(table.nnz, dtype=np.int64), table.indices, table.indptr), shape=table.shape)


def _values(table: csr_array, first: Positions, second: Positions) -> Counts:
    """Return the values of a table at some places, 0 where it has none."""
    width, stored = table.shape[1], table.tocoo()
    known = np.append(stored.coords[0].astype(np.int64) * width + stored.coords[1], -1)
    values = np.append(stored.data, 0)
    order = np.argsort(known)
    wanted = first.astype(np.int64) * width + second
    where = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    return np.where(known[where] == wanted, values[where], 0)


def _count_votes(unit: Positions, votes: Votes, n_units: int) -> tuple[Counts, Counts]:
    """Return how many votes each unit has, and their sum."""
    n = np.bincount(unit, minlength=n_units)
    present = np.bincount(unit[votes.vote > 0], minlength=n_units)
    return n, 2 * present - n


def _correlate(
    products: Counts, squares: tuple[Counts, Counts], sums: tuple[Counts, Counts], n_records: int
) -> npt.NDArray[np.float64]:
    """Return Pearson's correlation of votes over all records; nan where one votes the same everywhere."""
    covariance = n_records * products - sums[0] * sums[1]
    variances = [n_records * square - total**2 for square, total in zip(squares, sums, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(covariance / np.sqrt(variances[0].astype(np.float64) * variances[1]))


def find_duplicates(pairs: Pairs, n_units: int) -> Positions:
    """Return for each unit the first that casts the same votes: itself, where none before it does."""
    return _first_of_group(pairs, pairs.same, n_units)


def find_clusters(pairs: Pairs, n_units: int) -> Positions:
    """Return for each unit the first of its cluster, or -1 where it correlates with none.

    Clusters are connected components of the graph of units with a correlation of CORRELATED and MIN_ALIKE votes alike.
    """
    linked = (pairs.alike >= MIN_ALIKE) & (pairs.correlation >= CORRELATED)
    first = _first_of_group(pairs, linked, n_units)
    return np.where(np.bincount(first, minlength=n_units)[first] > 1, first, -1)


def _first_of_group(pairs: Pairs, linked: npt.NDArray[np.bool_], n_units: int) -> Positions:
    ends = pairs.first[linked], pairs.second[linked]
    links = csr_array((np.ones(linked.sum(), dtype=np.int8), ends), shape=(n_units, n_units))
    group = connected_components(links, directed=False)[1]
    _, firsts = np.unique(group, return_index=True)
    return np.asarray(firsts[group])


def list_pairs(pairs: Pairs, units: VoteUnits, lfs: Sequence[LabelingFunction], vocabulary: Vocabulary) -> list[LFPair]:
    """Return the pairs with most conflicts, then the others with a correlation of CORRELATED, MAX_PAIRS of each."""
    order = np.lexsort((pairs.second, pairs.first, -pairs.both, -pairs.conflicts))
    conflicting = order[pairs.conflicts[order] > 0][:MAX_PAIRS]
    correlation = np.nan_to_num(pairs.correlation)
    order = np.lexsort((pairs.second, pairs.first, -pairs.both, -correlation))
    alike = order[(correlation[order] >= CORRELATED) & ~np.isin(order, conflicting)][:MAX_PAIRS]
    return [_pair(pairs, index, units, lfs, vocabulary) for index in (*conflicting.tolist(), *alike.tolist())]


def _pair(
    pairs: Pairs, index: int, units: VoteUnits, lfs: Sequence[LabelingFunction], vocabulary: Vocabulary
) -> LFPair:
    first, second = pairs.first[index], pairs.second[index]
    lf, other = lfs[int(units.lf[first])], lfs[int(units.lf[second])]
    return LFPair(
        lf=lf.id,
        tag=vocabulary.names[int(units.tag[first])],
        other=other.id,
        other_tag=vocabulary.names[int(units.tag[second])],
        family=lf.family,
        other_family=other.family,
        both=int(pairs.both[index]),
        conflicts=int(pairs.conflicts[index]),
        correlation=float(pairs.correlation[index]),
        jaccard=float(pairs.jaccard[index]),
    )
