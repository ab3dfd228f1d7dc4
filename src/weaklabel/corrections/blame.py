"""Which votes decided cells contradict, and which of them led the label model astray.

A label model gives every pattern of votes a probability. Without labeling function j, a cell is what all cells with the
same other votes are on the mean (the law of total probability, as in :mod:`weaklabel.evaluate.lf_value`):

    P(y | s without j) = Σ_{s' equal to s but for j} n_{s'} P(y | s') / Σ n_{s'}

so no model is fitted anew. A vote *pushes* by the difference of log-odds. Each cell that the label model gets wrong is
one unit of *blame*, shared among the contradicted votes on it by how far each pushes it the wrong way; equally, where
none does by itself (two that say the same hide each other). Of exclusive classes, what is without j is the records on
which all others vote alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.terms import CellProbabilities, Votes
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.measures import MIN_P

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
HASHES = 2**64


@dataclass(frozen=True, slots=True, eq=False)
class DecidedCells:
    """Cells that people settled.

    Attributes
    ----------
    record, tag
        int32 of shape (cells,): positions, no cell twice.
    is_right
        bool of shape (cells,): whether the tag is right.
    """

    record: Ints
    tag: Ints
    is_right: Flags

    def __len__(self) -> int:
        return len(self.record)


@dataclass(frozen=True, slots=True, eq=False)
class BlamedVotes:
    """The votes on decided cells.

    Attributes
    ----------
    cell, lf
        Of shape (votes,): positions in the decided cells, and in `Votes.lf_ids`.
    is_confirmed
        bool of shape (votes,): whether the cell is decided as it says.
    without
        float64 of shape (votes,): the cell's probability without its labeling function.
    blame
        float64 of shape (votes,): its share of a cell that the label model gets wrong; 0 elsewhere.
    is_alone
        bool of shape (votes,): the label model gets the cell wrong, and would not without it.
    """

    cell: npt.NDArray[np.intp]
    lf: Ints
    is_confirmed: Flags
    without: Floats
    blame: Floats
    is_alone: Flags


def blame_votes(
    votes: Votes, model: CellProbabilities, decided: DecidedCells, *, is_exclusive: bool = False
) -> BlamedVotes:
    """Return the votes on decided cells, and what each has to do with what the label model gets wrong.

    Parameters
    ----------
    votes
        Those that the label model has seen.
    model
        What it says alone, of all cells with votes.
    decided
        What is known to be right.
    is_exclusive
        Whether each record has exactly one tag: all votes on a record are then one pattern.
    """
    key = decided.tag.astype(np.int64) * votes.n_records + decided.record
    order = np.argsort(key)
    of_votes = votes.tag.astype(np.int64) * votes.n_records + votes.record
    place = np.searchsorted(key, of_votes, sorter=order) if len(key) else np.zeros(len(votes), dtype=np.intp)
    found = order[np.minimum(place, len(key) - 1)] if len(key) else place
    rows = np.flatnonzero(key[found] == of_votes) if len(key) else np.zeros(0, dtype=np.intp)
    cell = found[rows]
    patterns = _Patterns(votes, model, is_exclusive)
    without = np.array([patterns.without(row) for row in rows.tolist()], dtype=np.float64)
    is_present = votes.vote[rows] > 0
    is_confirmed = is_present == decided.is_right[cell]
    probability = probability_by_votes(model, decided.record, decided.tag)[cell]
    is_wrong = ((probability > LIKELY) != decided.is_right[cell]) & ~np.isnan(probability)
    blamed = is_wrong & ~is_confirmed
    push = np.where(is_present, 1, -1) * (_log_odds(probability) - _log_odds(without))
    push = np.where(blamed, np.maximum(np.nan_to_num(push), 0), 0)
    total = np.bincount(cell, push, minlength=len(decided))[cell]
    count = np.bincount(cell, blamed, minlength=len(decided))[cell]
    shares = np.divide(push, total, out=np.zeros_like(push), where=total > 0)
    equal = np.divide(1.0, count, out=np.zeros_like(push), where=count > 0)
    blame = np.where(blamed, np.where(total > 0, shares, equal), 0.0)
    is_alone = blamed & ((without > LIKELY) == decided.is_right[cell])
    return BlamedVotes(cell, votes.lf[rows], is_confirmed, without, blame, is_alone)


def probability_by_votes(model: CellProbabilities, record: Ints, tag: Ints) -> Floats:
    """Return what a label model says of some cells, also of those on which nothing votes; nan where it says nothing."""
    n_tags = len(model.silent)
    known = model.record.astype(np.int64) * n_tags + model.tag
    wanted = record.astype(np.int64) * n_tags + tag
    silent = model.silent[tag, model.has_positive[record].astype(np.intp)] if len(tag) else np.zeros(0)
    if not len(known):
        return np.asarray(silent, dtype=np.float64)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, model.probability[place], silent)


def _log_odds(probability: Floats) -> Floats:
    p = np.clip(probability, MIN_P, 1 - MIN_P)
    return np.asarray(np.log(p / (1 - p)))


class _Patterns:
    """The patterns of votes, tag by tag: how many cells have each, and how probable they are on the mean."""

    def __init__(self, votes: Votes, model: CellProbabilities, is_exclusive: bool) -> None:
        self._votes, self._model, self._is_exclusive = votes, model, is_exclusive
        random = np.random.default_rng(0)  # hashes of Zobrist: a pattern's is the sum of its votes'
        size = 2 * max(len(votes.lf_ids), 1)
        of_sign = random.integers(HASHES, size=size, dtype=np.uint64)
        of_tag = random.integers(HASHES, size=int(votes.tag.max(initial=0)) + 1, dtype=np.uint64)
        self._code = of_sign[2 * votes.lf + (votes.vote > 0)]
        self._opposite = of_sign[2 * votes.lf + (votes.vote < 0)]
        if is_exclusive:
            self._code = self._code * (of_tag[votes.tag] | np.uint64(1))
        self._known: dict[int, tuple[Hashes, dict[int, tuple[float, float]]]] = {}

    def without(self, row: int) -> float:
        """Return the mean probability of the cells that have all votes of a vote's cell but its labeling function's."""
        votes, tag = self._votes, int(self._votes.tag[row])
        of_record, table = self._tabulate(tag)
        own = int(of_record[votes.record[row]])
        if self._is_exclusive:
            its = (votes.record == votes.record[row]) & (votes.lf == votes.lf[row])
            alike = {own, (own - sum(self._code[its].tolist())) % HASHES}
        else:
            base = own - int(self._code[row])
            alike = {own, base % HASHES, (base + int(self._opposite[row])) % HASHES}
        size, total = np.sum([table.get(each, (0.0, 0.0)) for each in alike], axis=0)
        return float(total / size) if size else float("nan")

    def _tabulate(self, tag: int) -> tuple[Hashes, dict[int, tuple[float, float]]]:
        """Return the hash of each record's votes, and for each hash how many cells of a tag have it, and their sum."""
        if tag not in self._known:
            votes = self._votes
            rows = slice(None) if self._is_exclusive else votes.rows_of_tag(tag)
            hashes = np.zeros(votes.n_records, dtype=np.uint64)
            np.add.at(hashes, votes.record[rows], self._code[rows])
            everywhere = np.arange(votes.n_records, dtype=np.int32)
            p = probability_by_votes(self._model, everywhere, np.full(votes.n_records, tag, dtype=np.int32))
            p = np.nan_to_num(p) if self._is_exclusive else p  # of classes, what has no row is improbable
            is_known = ~np.isnan(p)
            found, group, size = np.unique(hashes[is_known], return_inverse=True, return_counts=True)
            total = np.bincount(group, p[is_known], minlength=len(found))
            rows_of = zip(found.tolist(), size.astype(np.float64).tolist(), total.tolist(), strict=True)
            self._known[tag] = hashes, {each: (n, sum_) for each, n, sum_ in rows_of}
        return self._known[tag]
