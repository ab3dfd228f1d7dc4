"""Rank candidates by what each would add to the labeling functions that are there, best first.

For each tag the candidate with the highest expected gain is taken, the records on which it fires are set aside, and
the others are counted anew on what is left. The gain is the cells that become right less those that become wrong: a
candidate of precision p that reaches m new records gains m·p − m·(1 − p). So a phrase that says nothing new is never
suggested beside the one that says it, and of equals the more general is taken. One that holds all records of another,
and is as good on the rest, has the higher gain and comes first. This is the greedy algorithm of weighted maximum
coverage (Nemhauser, Wolsey & Fisher, Mathematical Programming 1978).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from weaklabel.suggest.candidates import Evidence
from weaklabel.suggest.precision import LiftPrior
from weaklabel.terms import ABSENT, PRESENT

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LEAST_RIGHT = 2
LEAST_BESIDE = 0.5  # of a phrase's records hold the surface, or it speaks of other things than the surface
ROUNDING = 1e-9
BASE_STEP = 4  # the prior is fitted on base rates rounded to a quarter in log-odds


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What candidates are held against.

    Attributes
    ----------
    tags
        float64, sparse, of shape (records, tags): 1 where the record has the tag.
    judged
        bool of shape (records,): whether it is known which tags the record has.
    covered
        float64, sparse, of shape (records, tags): 1 where labeling functions have said something of the cell.
    deniable
        float64, sparse, of shape (records, tags): 1 where generated labeling functions alone say "present".
    """

    tags: csr_array
    judged: Flags
    covered: csr_array
    deniable: csr_array


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """One labeling function that is suggested.

    Attributes
    ----------
    tag
        Its position in the vocabulary.
    polarity
        +1 present, -1 absent.
    evidence
        What it looks for.
    precision, low, high
        The estimate, and its 90 % interval.
    right, judged
        How many of the judged records that it changes have the tag (absent: lack it), and how many there are.
    changed
        The records that it changes: those not covered yet, or (absent) those where generated votes are withdrawn.
    fired
        All records in which it fires.
    gain
        Cells that are expected to become right, less those that become wrong.
    """

    tag: int
    polarity: int
    evidence: Evidence
    precision: float
    low: float
    high: float
    right: int
    judged: int
    changed: npt.NDArray[np.intp]
    fired: npt.NDArray[np.intp]
    gain: float


def rank_present(
    evidence: Sequence[Evidence],
    fires: csr_array,
    reference: Reference,
    least_precision: float,
    tags: Iterable[int] | None = None,
) -> list[Suggestion]:
    """Return the labeling functions "present" whose estimated precision is at least so much, best first.

    Parameters
    ----------
    evidence
        What the candidates look for.
    fires
        float64, sparse, of shape (records, candidates): 1 where a candidate fires.
    reference
        What they are held against.
    least_precision
        The least posterior mean of a precision, from .5.
    tags
        The tags to suggest for; all by default. Precisions are the same whichever they are.
    """
    known, given, covered = (m[reference.judged] for m in (fires, reference.tags, reference.covered))
    open_given = given - given.multiply(covered)
    right, hidden = (csc_array(known.T @ m) for m in (open_given, covered))
    n_open = reference.judged.sum() - _sums(covered)
    base = (_sums(open_given) + 0.5) / (n_open + 1)
    prior = _fit_present(_sums(known), right, hidden, base, _sums(open_given) > 0)
    is_open = lambda tag: _column(reference.covered, tag) == 0  # noqa: E731
    rank = _Ranking(
        evidence, csc_array(fires), reference, least_precision, PRESENT, prior, base, np.zeros(len(base)), is_open
    )
    return rank.all(right, tags)


def rank_absent(
    evidence: Sequence[Evidence],
    fires: csr_array,
    near: csr_array,
    reference: Reference,
    least_precision: float,
    tags: Iterable[int] | None = None,
) -> list[Suggestion]:
    """Return the labeling functions "absent", best first: phrases beside which generated labeling functions are wrong.

    A surface may be wrong more often than not whatever stands beside it. So the low end of a phrase's interval has to
    lie above how often the surface is wrong anyway, and the surface has to stand in half of the phrase's records.

    Parameters
    ----------
    evidence, fires, reference, least_precision, tags
        As in :func:`rank_present`.
    near
        float64, sparse, of shape (candidates, tags): 1 where a candidate stands by a surface of the tag.
    """
    beside = csr_array((fires.T @ reference.deniable).multiply(near))
    beside.data = (beside.data >= LEAST_BESIDE * np.repeat(_sums(fires), np.diff(beside.indptr))).astype(np.float64)
    known, given, deniable = (m[reference.judged] for m in (fires, reference.tags, reference.deniable))
    wrong = deniable - deniable.multiply(given)
    counts = csc_array((known.T @ deniable).multiply(beside))
    right = csc_array((known.T @ wrong).multiply(beside))
    base = (_sums(wrong) + 0.5) / (_sums(deniable) + 1)
    least_low = base + ROUNDING
    pairs = counts.tocoo()
    prior = _fit(_at(right, pairs.row, pairs.col), pairs.data, base[pairs.col], np.ones(len(pairs.data)))
    is_open = lambda tag: _column(reference.deniable, tag) > 0  # noqa: E731
    rank = _Ranking(evidence, csc_array(fires), reference, least_precision, ABSENT, prior, base, least_low, is_open)
    return rank.all(right, tags)


def _fit_present(total: Floats, right: csc_array, hidden: csc_array, base: Floats, is_given: Flags) -> LiftPrior:
    """Fit the prior to all pairs of a candidate and a tag that anybody gave.

    Most pairs never occur together. They are not listed but counted: by how often the candidate fires, and by tag.
    """
    pairs = ((right > 0) + (hidden > 0)).tocoo()
    kept = is_given[pairs.col]
    row, col = pairs.row[kept], pairs.col[kept]
    k, n = _at(right, row, col), total[row] - _at(hidden, row, col)
    sizes, size_of = np.unique(total, return_inverse=True)
    rest = np.bincount(size_of, minlength=len(sizes))[:, None] * np.ones(len(base))
    np.subtract.at(rest, (size_of[row], col), 1)
    at_size, at_tag = np.nonzero((rest > 0) & is_given)
    return _fit(
        np.concatenate([k, np.zeros(len(at_size))]),
        np.concatenate([n, sizes[at_size]]),
        np.concatenate([base[col], base[at_tag]]),
        np.concatenate([np.ones(len(k)), rest[at_size, at_tag]]),
    )


def _fit(k: Floats, n: Floats, base: Floats, count: Floats) -> LiftPrior:
    """Fit the prior to what occurs, alike counts taken together."""
    odds = np.round(np.log(base / (1 - base)) * BASE_STEP) / BASE_STEP
    kinds, kind = np.unique(np.column_stack([k, n, odds])[n > 0], axis=0, return_inverse=True)
    counts = np.bincount(kind.ravel(), count[n > 0], minlength=len(kinds)).astype(np.float64)
    return LiftPrior.fit(kinds[:, 0], kinds[:, 1], 1 / (1 + np.exp(-kinds[:, 2])), counts)


@dataclass(frozen=True, slots=True, eq=False)
class _Ranking:
    """Takes candidates tag by tag; `is_open` says which records a labeling function would change.

    `least_low` is the least low end of an interval, float64 of shape (tags,).
    """

    evidence: Sequence[Evidence]
    fires: csc_array
    reference: Reference
    least_precision: float
    polarity: int
    prior: LiftPrior
    base: Floats
    least_low: Floats
    is_open: Callable[[int], Flags]

    def all(self, right: csc_array, tags: Iterable[int] | None) -> list[Suggestion]:
        """Return the suggestions of some tags; `right` counts for each candidate and tag how often it is right."""
        found: list[Suggestion] = []
        for tag in range(right.shape[1]) if tags is None else tags:
            column = right[:, [tag]].tocoo()
            found += self._of_tag(tag, np.sort(column.row[column.data >= LEAST_RIGHT]))
        return sorted(found, key=lambda s: (-s.gain, s.tag, s.evidence))

    def _of_tag(self, tag: int, candidates: npt.NDArray[np.int32]) -> Iterator[Suggestion]:
        """Yield the best candidate for a tag, then the best on what it leaves, and so on."""
        order = sorted(candidates.tolist(), key=lambda i: self.evidence[i].generality)
        fires = self.fires[:, order]
        has_tag = _column(self.reference.tags, tag) > 0
        right = has_tag if self.polarity == PRESENT else ~has_tag
        left = self.is_open(tag)
        while order:
            counted = self._count(fires, left, right)
            estimate = self.prior.estimate(counted.right, counted.judged, self.base[tag])
            gain = counted.reached * estimate.mean - counted.reached * (1 - estimate.mean)
            is_enough = (estimate.mean >= self.least_precision) & (counted.right >= LEAST_RIGHT)
            gain[~is_enough | (estimate.low < self.least_low[tag])] = 0
            best = int(np.argmax(gain))  # the first of equals, which is the most general
            if gain[best] <= 0:
                return
            fired = _column(fires, best) > 0
            yield Suggestion(
                tag=tag,
                polarity=self.polarity,
                evidence=self.evidence[order[best]],
                precision=float(estimate.mean[best]),
                low=float(estimate.low[best]),
                high=float(estimate.high[best]),
                right=int(counted.right[best]),
                judged=int(counted.judged[best]),
                changed=np.flatnonzero(fired & left),
                fired=np.flatnonzero(fired),
                gain=float(gain[best]),
            )
            left &= ~fired

    def _count(self, fires: csc_array, left: Flags, right: Flags) -> _Counts:
        judged = left & self.reference.judged
        return _Counts(*(fires.T @ rows.astype(np.float64) for rows in (left, judged, judged & right)))


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """How many records each candidate reaches, how many of them are judged, and how many of these are right."""

    reached: Floats
    judged: Floats
    right: Floats


def _sums(matrix: csr_array) -> Floats:
    """Return the sum of each column."""
    sums: Floats = np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()
    return sums


def _at(matrix: csc_array, row: npt.NDArray[np.int32], column: npt.NDArray[np.int32]) -> Floats:
    if not len(row):
        return np.zeros(0)
    found = matrix[row, column]
    values: Floats = found if isinstance(found, np.ndarray) else found.toarray().ravel()
    return values.astype(np.float64)


def _column(matrix: csr_array | csc_array, column: int) -> Floats:
    dense: Floats = matrix[:, [column]].toarray().ravel()
    return dense
