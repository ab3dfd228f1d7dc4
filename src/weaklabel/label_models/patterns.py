"""Distinct vote patterns and how often each occurs: all that a label model needs to know of a vote matrix.

Votes repeat. A million records voted on by a few dozen labeling functions have some thousand different rows, so a
model that learns from rows and counts costs hardly more for many records than for few; and patterns of parts, counted
on many machines, add up to those of the whole.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from weaklabel.errors import LabelModelError, Problem

Probabilities = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
ABSTAIN = -1
BLOCK_BYTES = 1 << 21  # how much of a matrix is looked at in one go
SALTS = (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)


@dataclass(frozen=True, slots=True)
class VotePatterns:
    """The distinct rows of a vote matrix, with counts, in an order that only the rows decide.

    Attributes
    ----------
    votes
        Sparse, int8 (int32 for more than 126 classes), of shape (patterns, LFs): the class voted for plus 1; what is
        not stored is an abstain.
    counts
        int64 of shape (patterns,): how many records have each pattern.
    """

    votes: csr_array
    counts: Counts

    @classmethod
    def of(cls, L: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> VotePatterns:
        """Find the patterns of a vote matrix.

        Parameters
        ----------
        L
            int array of shape (records, LFs); -1 abstains, 0, 1, … are classes.
        counts
            int of shape (records,): how many records each row stands for; one by default, and 0 leaves it out.

        Raises
        ------
        LabelModelError
            Where `L` is no vote matrix, or `counts` does not fit it.

        Examples
        --------
        >>> patterns = VotePatterns.of([[0, -1], [1, 1], [0, -1]])
        >>> sorted(zip(patterns.dense().tolist(), patterns.counts.tolist()))
        [([0, -1], 2), ([1, 1], 1)]
        """
        votes = check_votes(L)
        if counts is None:
            return group_rows(votes)[0]
        weights = np.asarray(counts)
        if weights.shape != votes.shape[:1] or not np.issubdtype(weights.dtype, np.integer) or (weights < 0).any():
            what = f"the counts must be {len(votes)} whole numbers, none below 0."
            raise LabelModelError(Problem(what, fix="Give one count for each row of L."))
        rows = _to_sparse(votes)
        return _merge(rows, weights.astype(np.int64))

    def __add__(self, other: VotePatterns) -> VotePatterns:
        """Return the patterns of both matrices together; they must have the same labeling functions."""
        if not isinstance(other, VotePatterns):
            return NotImplemented
        if self.n_lfs != other.n_lfs:
            what = f"patterns of {self.n_lfs} and of {other.n_lfs} labeling functions cannot be added."
            raise LabelModelError(Problem(what, fix="Use the same labeling functions, in the same order."))
        rows = csr_array(vstack([self.votes, other.votes], format="csr"))
        return _merge(rows, np.concatenate([self.counts, other.counts]))

    def __len__(self) -> int:
        """Return the number of distinct patterns."""
        return len(self.counts)

    @property
    def n_lfs(self) -> int:
        """The number of labeling functions, voting or not."""
        return int(self.votes.shape[1])

    @property
    def n_records(self) -> int:
        """The number of records."""
        return int(self.counts.sum())

    @property
    def n_votes(self) -> Counts:
        """int64 of shape (patterns,): how many labeling functions vote in each."""
        n_votes: Counts = np.diff(self.votes.indptr).astype(np.int64)
        return n_votes

    def dense(self) -> npt.NDArray[np.signedinteger]:
        """Return the patterns as rows of a vote matrix: int8 of shape (patterns, LFs), -1 for abstain."""
        rows: npt.NDArray[np.signedinteger] = self.votes.toarray()
        rows -= 1
        return rows

    def one_hot(
        self, cardinality: int, lfs: npt.NDArray[np.intp] | None = None, dtype: npt.DTypeLike = np.float64
    ) -> csr_array:
        """Return a sparse 0/1 matrix of shape (patterns, LFs · classes); LF j's vote c is at j · classes + c.

        Only votes are stored, 12 bytes each. With `lfs`, of these alone, in the order given.
        """
        votes = self.votes if lfs is None else self.votes[:, lfs]
        index_type = np.int32 if votes.shape[1] * cardinality < np.iinfo(np.int32).max else np.int64
        columns = votes.indices.astype(index_type) * index_type(cardinality) + votes.data - index_type(1)
        shape = (len(self), votes.shape[1] * cardinality)
        one_hot = csr_array((np.ones(len(columns), dtype=dtype), columns, votes.indptr), shape=shape)
        if lfs is not None:
            one_hot.sort_indices()  # sums over a row are to depend on the order of `lfs` alone
        return one_hot

    def class_counts(self, cardinality: int) -> Counts:
        """Return how many labeling functions vote for each class: int64 of shape (patterns, classes)."""
        row = np.repeat(np.arange(len(self)), self.n_votes)
        flat = np.bincount(row * cardinality + self.votes.data - 1, minlength=len(self) * cardinality)
        return flat.reshape(len(self), cardinality)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> VotePatterns:
        """Return some of the patterns."""
        return VotePatterns(self.votes[rows], self.counts[rows])

    def with_votes(self) -> VotePatterns:
        """Return the patterns in which any labeling function votes."""
        has_votes = self.n_votes > 0
        return self if has_votes.all() else self.take(np.flatnonzero(has_votes))

    def of_lfs(self, columns: npt.NDArray[np.intp]) -> VotePatterns:
        """Return the patterns of some labeling functions alone, in the order given."""
        rows = csr_array(self.votes[:, columns])
        rows.sort_indices()
        return _merge(rows, self.counts)


def group_rows(L: npt.NDArray[np.integer]) -> tuple[VotePatterns, npt.NDArray[np.intp]]:
    """Return the patterns of a checked vote matrix and, for each of its rows, which of them it is.

    Blocks of rows are made sparse and grouped, on all cores, then the groups are: no second copy of the matrix is
    needed.
    """
    step = max(1, BLOCK_BYTES // max(1, L.shape[1]))
    blocks = [L[start : start + step] for start in range(0, max(1, len(L)), step)]
    if len(blocks) == 1:
        rows = _to_sparse(L)
        chosen, total, inverse = _find_equal(_hash_rows(rows), np.ones(len(L), dtype=np.int64))
        return VotePatterns(rows[chosen], total), inverse
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        grouped = list(threads.map(_group_block, blocks))
    parts, hashes, counts, inverses = (list(each) for each in zip(*grouped, strict=True))
    del grouped
    chosen, total, where = _find_equal(np.concatenate(hashes, axis=1), np.concatenate(counts))
    begins = np.cumsum([0, *map(len, counts)])
    inverse = np.concatenate([where[begin + part] for begin, part in zip(begins, inverses, strict=False)])
    return VotePatterns(_gather(parts, chosen, L.shape[1]), total), inverse


def _gather(parts: list[csr_array], chosen: npt.NDArray[np.intp], width: int) -> csr_array:
    """Return rows of parts that stand below each other, in the order chosen; nothing else of their size is made."""
    lengths = np.concatenate([np.diff(part.indptr) for part in parts])
    ends = np.cumsum(lengths[chosen])
    n_votes = int(ends[-1]) if len(ends) else 0
    index_type = np.int32 if n_votes < np.iinfo(np.int32).max else np.int64
    indptr = np.concatenate([[0], ends]).astype(index_type)
    data = np.empty(n_votes, dtype=np.result_type(*(part.dtype for part in parts)))
    indices = np.empty(n_votes, dtype=index_type)
    place = np.full(len(lengths), -1)
    place[chosen] = np.arange(len(chosen))

    def copy(part: csr_array, goes: npt.NDArray[np.intp]) -> None:
        kept = part if (goes >= 0).all() else part[goes >= 0]
        goes = goes[goes >= 0]
        to = np.repeat(indptr[goes] - kept.indptr[:-1], np.diff(kept.indptr))
        to += np.arange(kept.nnz, dtype=index_type)
        data[to], indices[to] = kept.data, kept.indices

    ends_of_parts = np.cumsum([part.shape[0] for part in parts])
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        list(threads.map(copy, parts, np.split(place, ends_of_parts[:-1])))
    return csr_array((data, indices, indptr), shape=(len(chosen), width))


def _group_block(
    L: npt.NDArray[np.integer],
) -> tuple[csr_array, npt.NDArray[np.uint64], Counts, npt.NDArray[np.intp]]:
    """Return distinct rows with hashes and counts, and where each row of the block went."""
    rows = _to_sparse(L)
    hashes = _hash_rows(rows)
    chosen, total, inverse = _find_equal(hashes, np.ones(len(L), dtype=np.int64))
    if len(chosen) == len(L):  # nothing repeats: sorting once is enough
        return rows, hashes, total, np.arange(len(L))
    return rows[chosen], hashes[:, chosen], total, inverse


def check_votes(L: npt.ArrayLike, cardinality: int | None = None) -> npt.NDArray[np.integer]:
    """Return `L` as an int array of shape (records, LFs), or raise LabelModelError where it is no vote matrix."""
    try:
        votes = np.asarray(L)
    except ValueError:
        raise LabelModelError(
            Problem("the rows of L differ in length.", fix="Give every record a vote of every LF.")
        ) from None
    if votes.ndim != 2 or (votes.size and not np.issubdtype(votes.dtype, np.integer)):
        what = f"L must be an int array of shape (records, labeling functions); it is {votes.dtype} {votes.shape}."
        raise LabelModelError(Problem(what, fix="Use -1 for abstain and 0, 1, … for the classes."))
    if not votes.size:
        return votes.astype(np.int8)
    limit = np.iinfo(np.int32).max if cardinality is None else cardinality
    if votes.min() < ABSTAIN or votes.max() >= limit:
        row, column = np.argwhere((votes < ABSTAIN) | (votes >= limit))[0]
        classes = "classes are 0, 1, …" if cardinality is None else f"{limit} classes are 0 … {limit - 1}"
        what = f"L[{row}, {column}] is {votes[row, column]}; the {classes}."
        raise LabelModelError(Problem(what, fix="Check the cardinality."))
    return votes


def _to_sparse(L: npt.NDArray[np.integer]) -> csr_array:
    symbol_type = np.int8 if L.max(initial=0) < np.iinfo(np.int8).max else np.int32
    where = np.flatnonzero(L.ravel() != ABSTAIN)
    data: npt.NDArray[np.signedinteger] = L.ravel()[where].astype(symbol_type)
    data += symbol_type(1)
    width = max(1, L.shape[1])
    index_type = np.int32 if len(where) < np.iinfo(np.int32).max else np.int64
    indptr = np.searchsorted(where, np.arange(len(L) + 1) * width).astype(index_type)
    return csr_array((data, (where % width).astype(index_type), indptr), shape=L.shape)


def _hash_rows(rows: csr_array) -> npt.NDArray[np.uint64]:
    """Return 128 bits for each row, uint64 of shape (2, rows): the sum of a random number for each of its votes.

    Zobrist, "A New Hashing Method with Application for Game Playing", 1970. Two different rows share all 128 bits with
    a probability of 2⁻¹²⁸, so rows that do are taken to be equal.
    """
    hashes = np.zeros((2, rows.shape[0]), dtype=np.uint64)
    filled = np.flatnonzero(np.diff(rows.indptr))
    if not len(filled):
        return hashes
    symbols = int(rows.data.max()) + 1
    lf, symbol = np.divmod(np.arange(rows.shape[1] * symbols, dtype=np.uint64), np.uint64(symbols))
    numbers = lf << np.uint64(32) | symbol
    cells = rows.indices * rows.indices.dtype.type(symbols) + rows.data
    starts = rows.indptr[filled]
    for half, salt in zip(hashes, SALTS, strict=True):
        half[filled] = np.add.reduceat(_mix(numbers + np.uint64(salt))[cells], starts)
    return hashes


def _mix(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return splitmix64's finaliser of each number (Steele, Lea and Flood, OOPSLA 2014)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed


def _merge(rows: csr_array, counts: Counts) -> VotePatterns:
    """Join equal rows, and leave out those that count nothing."""
    chosen, total, _ = _find_equal(_hash_rows(rows), counts)
    return VotePatterns(rows[chosen[total > 0]], total[total > 0])


def _find_equal(
    hashes: npt.NDArray[np.uint64], counts: Counts
) -> tuple[npt.NDArray[np.intp], Counts, npt.NDArray[np.intp]]:
    """Return one row of each hash in the order of the hashes, the sums of counts, and where each row went."""
    order = np.argsort(hashes[0])
    ordered = hashes[:, order]
    is_first = np.ones((2, len(order)), dtype=np.bool_)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=is_first[:, 1:])
    if (is_first[1] > is_first[0]).any():  # the second half tells apart what the first does not
        order = np.lexsort((hashes[1], hashes[0]))
        ordered = hashes[:, order]
        np.not_equal(ordered[:, 1:], ordered[:, :-1], out=is_first[:, 1:])
    starts = is_first.any(axis=0)
    inverse = np.empty(len(order), dtype=np.intp)
    inverse[order] = np.cumsum(starts) - 1
    if starts.all():
        return order, counts[order], inverse
    total: Counts = np.add.reduceat(counts[order], np.flatnonzero(starts))
    return order[starts], total, inverse
