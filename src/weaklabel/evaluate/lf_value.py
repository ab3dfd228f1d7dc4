"""What the label model loses without a labeling function, in closed form.

A label model gives every pattern of votes s a probability P(y | s). Without labeling function j, patterns that differ
only in j's vote cannot be told apart, and what is known of a cell is what is known of all cells with the same other
votes (the law of total probability):

    P(y | s without j) = Σ_{s' equal to s but for j} n_{s'} P(y | s') / Σ n_{s'}

with n the number of cells. So no model is fitted anew, and it holds for every label model. Where an alias never stands
without the name, the cells with the name alone are told apart from none, and nothing is lost. The value is the
difference that this makes to the decisions (micro-F1) and to the log-loss, over the cells of the reference.

Cells are (record, tag); the silent ones, on which nothing votes, are patterns too. Where each record has exactly one
class, the cells are records, and y a class. A cell without votes is decided as absent, or as of no class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.evaluate.vote_units import CastVotes, Positions, VoteUnits, probability_of
from weaklabel.terms import CellProbabilities, GivenMatrix
from weaklabel.terms.measures import MIN_P

Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
BLOCK = 1 << 22  # probabilities that are made in one go
ABSENT_CLASS, PRESENT_CLASS = 0, 1


class Value(NamedTuple):
    """What is lost without each unit: float64 of shape (units,); nan where nothing is known.

    Attributes
    ----------
    f1
        Micro-F1 of the decisions at 0.5 (of the most probable class) less what it is without the unit.
    nats
        The log-loss without the unit less what it is with it, summed over all cells of the reference.
    """

    f1: Floats
    nats: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Patterns:
    """Cells with the same votes.

    Attributes
    ----------
    hash
        uint64 of shape (patterns,), ascending.
    probability
        float64 of shape (patterns, classes), the mean of their cells'.
    n, reference
        float64 of shape (patterns,) and (patterns, classes): how many cells, and how many of them have which class by
        the reference.
    pattern, owner, vote_hash
        Of shape (votes,): one entry for each vote of each pattern: which it is of, who cast it, and its share of the
        hash.
    counted
        bool of shape (classes,): which classes are decisions for something.
    """

    hash: Hashes
    probability: Floats
    n: Floats
    reference: Floats
    pattern: Positions
    owner: npt.NDArray[np.int64]
    vote_hash: Hashes
    counted: npt.NDArray[np.bool_]

    def is_covered(self) -> npt.NDArray[np.bool_]:
        return np.bincount(self.pattern, minlength=len(self.hash)) > 0


def value_lfs(standing: CastVotes, units: VoteUnits, cells: CellProbabilities, reference: GivenMatrix) -> Value:
    """Return what the label model loses without each unit.

    Parameters
    ----------
    standing
        The votes that the label model has seen.
    units
        The units to value.
    cells
        What the label model alone says, of all cells with votes.
    reference
        The tags that count as right.
    """
    if standing.classes is None:
        return _value(_patterns_of_cells(standing, units, cells, reference), len(units), reference)
    patterns = _patterns_of_records(standing, units, cells, reference)
    value = _value(patterns, int(units.lf.max(initial=-1)) + 1, reference)
    return Value(value.f1[units.lf], value.nats[units.lf])


def _patterns_of_cells(
    standing: CastVotes, units: VoteUnits, cells: CellProbabilities, reference: GivenMatrix
) -> _Patterns:
    """Return the patterns of each tag."""
    votes, n_tags = standing.votes, units.n_tags
    random = np.random.default_rng(0)
    of_tag, of_sign = _draw(random, n_tags), _draw(random, 2 * len(votes.lf_ids))
    key = votes.tag.astype(np.int64) * votes.n_records + votes.record  # ascending, as votes are sorted
    cell, begins, row = np.unique(key, return_index=True, return_inverse=True)
    tag, record = (part.astype(np.int32) for part in np.divmod(cell, max(votes.n_records, 1)))
    vote_hash = of_sign[2 * votes.lf.astype(np.int64) + (votes.vote > 0)]
    hashes = of_tag[tag]
    if len(begins):
        hashes = hashes + np.add.reduceat(vote_hash, begins)
    present = probability_of(cells, record, tag, n_tags)
    is_right = _known_as(reference, record, tag)
    flag = cells.has_positive.astype(np.intp)
    silent = _count_silent(tag, record, flag, is_right, reference)
    silent_tag, silent_flag = np.repeat(np.unique(tag), 2), np.tile([0, 1], len(np.unique(tag)))
    known = cells.silent[silent_tag, silent_flag]
    return _group(
        np.concatenate([hashes, of_tag[silent_tag]]),
        np.concatenate([_both_ways(present), _both_ways(known)]),
        np.concatenate([np.ones(len(cell)), silent[:, 0]]),
        np.concatenate([is_right, silent[:, 1:]]),
        (row, units.find(votes), vote_hash),
        np.array([False, True]),
    )


def _both_ways(present: Floats) -> Floats:
    return np.column_stack([1 - present, present])


def _known_as(reference: GivenMatrix, record: npt.NDArray[np.int32], tag: npt.NDArray[np.int32]) -> Floats:
    """Return whether each cell is absent, and present, by the reference; neither where it does not say."""
    has, labelled = reference.has(record, tag), reference.labelled[record]
    return np.column_stack([labelled & ~has, labelled & has]).astype(np.float64)


def _count_silent(
    tag: npt.NDArray[np.int32], record: npt.NDArray[np.int32], flag: Positions, is_right: Floats, reference: GivenMatrix
) -> Floats:
    """Return how many cells without votes each tag has, and how many of them are absent and present by the reference.

    Returns
    -------
    numpy.ndarray
        float64 of shape (tags with votes · 2, 3): records of which nothing says "present", then the others.
    """
    tags, place = np.unique(tag, return_inverse=True)
    group, size = 2 * place + flag[record], 2 * len(tags)
    voted = [np.bincount(group, weights, minlength=size) for weights in (None, is_right[:, 0], is_right[:, 1])]
    given = reference.tags.tocoo()
    of_tag = np.searchsorted(tags, given.col)
    kept = (of_tag < len(tags)) & reference.labelled[given.row]
    kept[kept] = tags[of_tag[kept]] == given.col[kept]
    positive = np.bincount(2 * of_tag[kept] + flag[given.row[kept]], minlength=size)
    records = np.tile(np.bincount(flag, minlength=2), len(tags))
    labelled = np.tile(np.bincount(flag[reference.labelled], minlength=2), len(tags))
    return np.column_stack([records, labelled - positive, positive]) - np.column_stack(voted)


def _patterns_of_records(
    standing: CastVotes, units: VoteUnits, cells: CellProbabilities, reference: GivenMatrix
) -> _Patterns:
    votes, n_classes = standing.votes, units.n_tags
    classes = standing.classes
    assert classes is not None
    row, column = np.nonzero(classes >= 0)
    lf = np.unique(votes.lf).astype(np.int64)[column]
    of_class = _draw(np.random.default_rng(0), n_classes * len(votes.lf_ids))
    vote_hash = of_class[lf * n_classes + classes[row, column]]
    hashes = np.zeros(votes.n_records, dtype=np.uint64)
    np.add.at(hashes, row, vote_hash)
    probability = csr_array((cells.probability, (cells.record, cells.tag)), shape=(votes.n_records, n_classes))
    known = reference.tags.multiply(reference.labelled[:, None])
    ones = np.ones(votes.n_records)
    return _group(hashes, probability, ones, csr_array(known), (row, lf, vote_hash), np.ones(n_classes, dtype=np.bool_))


def _draw(random: np.random.Generator, size: int) -> Hashes:
    """Return random numbers whose sums stand for sets (Zobrist, "A New Hashing Method", 1970)."""
    return random.integers(2**64, size=size, dtype=np.uint64)


def _group(
    hashes: Hashes,
    probability: Floats | csr_array,
    n: Floats,
    reference: Floats | csr_array,
    votes: tuple[Positions, npt.NDArray[np.int64] | Positions, Hashes],
    counted: npt.NDArray[np.bool_],
) -> _Patterns:
    """Join rows of one hash; `votes` are the row, the owner and the hash of each vote."""
    found, first, pattern = np.unique(hashes, return_index=True, return_inverse=True)
    sums = csr_array((n, (pattern, np.arange(len(hashes)))), shape=(len(found), len(hashes)))
    ones = csr_array((np.ones(len(hashes)), sums.indices, sums.indptr), shape=sums.shape)
    size: Floats = np.bincount(pattern, n, minlength=len(found)).astype(np.float64)
    mean = _dense(sums @ probability) / np.maximum(size, 1)[:, None]
    row, owner, vote_hash = votes
    kept = first[pattern[row]] == row  # the votes of one row of each pattern
    return _Patterns(
        found,
        mean,
        size,
        _dense(ones @ reference),
        pattern[row[kept]],
        owner[kept].astype(np.int64),
        vote_hash[kept],
        counted,
    )


def _dense(table: Floats | csr_array) -> Floats:
    return np.asarray(table.toarray() if isinstance(table, csr_array) else table)


def _value(patterns: _Patterns, n_owners: int, reference: GivenMatrix) -> Value:
    nothing = np.full(n_owners, np.nan)
    if not reference.labelled.any():
        return Value(nothing, nothing)
    lost = np.zeros((3, n_owners))
    order = np.argsort(patterns.owner, kind="stable")
    owners = patterns.owner[order]
    step = max(1, BLOCK // patterns.probability.shape[1])
    begin = 0
    while begin < len(order):
        last = owners[min(begin + step, len(order)) - 1]
        end = int(np.searchsorted(owners, last, side="right"))
        lost += _lose(patterns, order[begin:end], n_owners)
        begin = end
    hits, false = _count_hits(patterns.probability, patterns.is_covered(), patterns)
    positive = reference.tags[reference.labelled].sum()
    with np.errstate(invalid="ignore"):
        f1 = _f1(hits.sum(), false.sum(), positive) - _f1(hits.sum() - lost[0], false.sum() - lost[1], positive)
    return Value(f1, lost[2])


def _f1(hits: npt.ArrayLike, false: npt.ArrayLike, positive: float) -> Floats:
    right, wrong = np.asarray(hits), np.asarray(false)
    return np.asarray(2 * right / np.maximum(right + wrong + positive, 1))


def _lose(patterns: _Patterns, votes: Positions, n_owners: int) -> Floats:
    """Return the right decisions, the wrong ones and the nats that go without each owner, from all of its votes."""
    owner, own = patterns.owner[votes], patterns.pattern[votes]
    remaining = patterns.hash[own] - patterns.vote_hash[votes]
    of_owner = _draw(np.random.default_rng(1), n_owners)
    _, first, group = np.unique(remaining + of_owner[owner], return_index=True, return_inverse=True)
    silent = np.minimum(np.searchsorted(patterns.hash, remaining[first]), len(patterns.hash) - 1)
    is_there = np.flatnonzero(patterns.hash[silent] == remaining[first])
    member = np.concatenate([own, silent[is_there]])
    of_group = np.concatenate([group, is_there])
    sums = csr_array((patterns.n[member], (of_group, member)), shape=(len(first), len(patterns.hash)))
    size = np.maximum(np.bincount(of_group, patterns.n[member], minlength=len(first)), 1)
    without = (sums @ patterns.probability / size[:, None])[of_group]
    n_votes = np.bincount(patterns.pattern, minlength=len(patterns.hash))
    known = patterns.reference[member]
    with_it = patterns.probability[member]
    hits, false = _count_hits(with_it, n_votes[member] > 0, patterns, known)
    hits_without, false_without = _count_hits(without, (n_votes[own[first]] > 1)[of_group], patterns, known)
    row, right = np.nonzero(known)
    difference = known[row, right] * (_log(with_it[row, right]) - _log(without[row, right]))
    nats = np.bincount(row, difference, minlength=len(known))
    owners = owner[first][of_group]
    lost = (hits - hits_without, false - false_without, nats)
    return np.stack([np.bincount(owners, weights, minlength=n_owners) for weights in lost])


def _log(probability: Floats) -> Floats:
    return np.asarray(np.log(np.clip(probability, MIN_P, 1 - MIN_P)))


def _count_hits(
    probability: Floats, covered: npt.NDArray[np.bool_], patterns: _Patterns, known: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return how many cells of the reference are rightly decided for something, and how many wrongly."""
    known = patterns.reference if known is None else known
    chosen = probability.argmax(axis=1)
    decided = covered & patterns.counted[chosen]
    right = known[np.arange(len(chosen)), chosen] * decided
    return right, known.sum(axis=1) * decided - right
