"""Search all conjunctions of a few literals for the slices that are hardest to explain by chance.

The search is SliceLine's (Sagadeeva and Boehm, "SliceLine: Fast, Linear-Algebra-based Slice Finding for ML Model
Debugging", SIGMOD 2021): level by level, sizes and errors of all candidates of a block as products of sparse matrices,
slices dropped that are too small or whose parts cannot be among the best. It is exact. Two things are otherwise. A
conjunction is made once, from the one that lacks its last literal. And the score is the evidence of a slice less the
price of its level, the logarithm of how many slices the search looks at:

    score = s · I(mean error) − log(levels · slices of that level)

so that exp(−score) is the slice's p-value by Bonferroni's correction, with an equal share of the error for each level.
A longer definition is better than a shorter one only where its evidence outweighs the greater number of its rivals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from weaklabel.discovery.literals import Literals
from weaklabel.discovery.tail_bound import Floats, TailBound

Ints = npt.NDArray[np.intp]

MOST_CONDITIONS = 3
GREATEST_SHARE = 0.5  # of the records: where most are weak there is no slice to name
BLOCK = 256  # slices that are extended at a time
KEPT = 50  # best slices of a search; what overlaps with the best of them is told beside it


class Candidate(NamedTuple):
    """A definition, as positions of literals, and its score."""

    definition: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """What is searched.

    Attributes
    ----------
    literals
        Those that hold on `least` records or more.
    least
        The least number of records of a slice.
    sizes
        For each number of conditions, how many definitions hold on `least` records or more; of three conditions, how
        many have three pairs that do, which are as many or more.
    """

    literals: Literals
    least: int
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, literals: Literals, rows: Ints, least: int, most_conditions: int = MOST_CONDITIONS) -> Space:
        """Return the space of all definitions of up to `most_conditions` literals, which are 1, 2 or 3.

        `rows` are the records that count.
        """
        counts = np.asarray(literals.held[rows].sum(axis=0)).ravel()
        frequent = literals.where(np.flatnonzero(counts >= least))
        together = _meet(frequent, rows, least) if most_conditions > 1 else csr_array((0, 0))
        triples = ((together @ together) * together).sum() / 6 if most_conditions > 2 else 0
        return cls(frequent, least, (len(frequent), int(together.nnz / 2), int(triples))[:most_conditions])

    @property
    def prices(self) -> Floats:
        """What the search costs each number of conditions, in nats, of shape (levels,); never less for more of them."""
        prices: Floats = np.log(len(self.sizes) * np.maximum(np.maximum.accumulate(self.sizes), 1))
        return prices


def _meet(literals: Literals, rows: Ints, least: int) -> csr_array:
    """Return which two literals of different features hold together often enough, float64 (literals, literals)."""
    held = literals.held[rows]
    counts = (held.T @ held).tocoo()
    features = literals.features
    often = (counts.data >= least) & (features[counts.row] != features[counts.col])
    row, col = counts.row[often], counts.col[often]
    return csr_array((np.ones(len(row)), (row, col)), shape=counts.shape)


def search(space: Space, bound: TailBound, errors: Floats, rows: Ints, least_score: float = 0.0) -> list[Candidate]:
    """Return the best definitions, best first: those with a score above the least and any evidence, 50 at the most.

    Parameters
    ----------
    space
        Which definitions there are.
    bound
        Of the errors that slices are held against.
    errors
        float64 of shape (records,), between 0 and 1.
    rows
        The records that count, distinct.
    """
    if not len(rows) or not len(space.literals):
        return []
    return _Search.of(space, bound, errors, rows, least_score).run()


class _Slices(NamedTuple):
    """Slices of one level: literals, int of shape (slices, level), ascending; sizes and sums of errors."""

    definition: Ints
    size: Floats
    total: Floats

    def take(self, chosen: npt.NDArray[np.bool_] | Ints) -> _Slices:
        return _Slices(self.definition[chosen], self.size[chosen], self.total[chosen])


@dataclass(slots=True, eq=False)
class _Search:
    """One search, over records in the order of their errors, the greatest first.

    Attributes
    ----------
    held, by_record
        float64, sparse, of shape (records, literals): by column and by row.
    best
        So far.
    """

    space: Space
    held: csc_array
    by_record: csr_array
    errors: Floats
    bound: TailBound
    features: Ints
    least_score: float
    best: list[Candidate] = field(default_factory=list)

    @classmethod
    def of(cls, space: Space, bound: TailBound, errors: Floats, rows: Ints, least_score: float) -> _Search:
        rows = rows[np.argsort(-errors[rows], kind="stable")]
        by_record = csr_array(space.literals.held)[rows]
        return cls(space, csc_array(by_record), by_record, errors[rows], bound, space.literals.features, least_score)

    def run(self) -> list[Candidate]:
        size = np.asarray(self.held.sum(axis=0)).ravel()
        slices = _Slices(np.arange(len(size))[:, None], size, self.errors @ self.held)
        slices = slices.take(size >= self.space.least)
        self._note(slices)
        for level in range(1, len(self.space.sizes)):
            slices = self._extend(slices, level + 1)
        return self.best

    def _floor(self, level: int) -> float:
        """Return the evidence below which a slice of a level is not among the best."""
        least_score = self.best[-1].score if len(self.best) == KEPT else self.least_score
        return max(float(self.space.prices[level - 1]) + least_score, 0.0)

    def _note(self, slices: _Slices) -> None:
        """Put slices among the best where they belong."""
        level = slices.definition.shape[1]
        evidence = self.bound.evidence(slices.size, slices.total)
        is_small = slices.size <= GREATEST_SHARE * len(self.errors)
        good = np.flatnonzero(is_small & (evidence > self._floor(level)))
        good = good[np.argsort(-evidence[good], kind="stable")[:KEPT]]
        scores = evidence[good] - self.space.prices[level - 1]
        found = zip(map(tuple, slices.definition[good].tolist()), scores.tolist(), strict=True)
        ranked = sorted([*self.best, *(Candidate(*each) for each in found)], key=_rank)
        self.best = ranked[:KEPT]

    def _extend(self, slices: _Slices, level: int) -> _Slices:
        """Return the slices of a level that have one literal more than some; the good ones are noted."""
        ceiling = self.bound.ceiling(slices.size, slices.total, self.space.least)
        most_promising_first = np.argsort(-ceiling, kind="stable")
        longer = [_Slices(np.empty((0, level), np.intp), np.empty(0), np.empty(0))]
        for start in range(0, len(ceiling), BLOCK):
            block = most_promising_first[start : start + BLOCK]
            block = block[ceiling[block] > self._floor(level)]
            if not len(block):
                break
            extended = self._lengthen(slices.take(block), self._floor(level))
            self._note(extended)
            longer.append(extended)
        return _Slices(*(np.concatenate(parts) for parts in zip(*longer, strict=True)))

    def _lengthen(self, slices: _Slices, floor: float) -> _Slices:
        """Return what slices become with one literal more: a later one, of another feature."""
        extents = self._intersect(slices.definition)
        promising = np.flatnonzero(self.bound.ceiling_of(extents, self.errors, self.space.least) > floor)
        slices, extents = slices.take(promising), extents[:, promising]
        # Sizes in the real part, sums of errors in the imaginary one: one product of matrices in the place of two.
        weights = 1 + 1j * self.errors[extents.indices]
        weighted = csc_array((weights, extents.indices, extents.indptr), shape=extents.shape)
        product = (weighted.T @ self.by_record).toarray()
        size, total = product.real, product.imag
        allowed = (size >= self.space.least) & (np.arange(size.shape[1]) > slices.definition[:, -1:])
        for column in slices.definition.T:
            allowed &= self.features != self.features[column][:, None]
        parent, literal = np.nonzero(allowed)
        definition = np.column_stack([slices.definition[parent], literal])
        return _Slices(definition, size[parent, literal], total[parent, literal])

    def _intersect(self, definition: Ints) -> csc_array:
        """Return the records of some slices, sparse, of shape (records, slices)."""
        extents = self.held[:, definition[:, 0]]
        for column in definition.T[1:]:
            extents = extents.multiply(self.held[:, column])
        extents = csc_array(extents)
        extents.sort_indices()
        return extents


def _rank(candidate: Candidate) -> tuple[float, int, tuple[int, ...]]:
    """Sort the best first; of equals the shortest, then the one whose literals stand first."""
    return -candidate.score, len(candidate.definition), candidate.definition
