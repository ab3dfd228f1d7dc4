"""The slices on which a model is worst, one after the other.

The best slice of a search is taken, its records are set aside, and the search begins anew on those that are left, until
none is left that is worse than chance draws from all records. So a slice is never listed for what one above it has
said: neither a part of it, nor a wider one that is weak only where they meet. A slice that shares half or more of its
records with one above it is another way of saying that one, and is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from weaklabel.discovery.literals import Flags, Literal, Literals
from weaklabel.discovery.search import MOST_CONDITIONS, Candidate, Space, search
from weaklabel.discovery.tail_bound import Floats, TailBound
from weaklabel.terms import OnProgress, unreported

LEAST_RECORDS = 10
LEAST_SHARE = 0.005
SAME = 0.5  # Jaccard index from which two slices say the same
CONFIDENCE = 0.95
MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How slices are searched.

    Attributes
    ----------
    limit
        How many at the most.
    significance
        The greatest corrected p-value; with 1, the best slices are listed however likely they are by chance.
    most_conditions
        How many conditions a definition has at the most: 1, 2 or 3.
    least_records
        How many records a slice has at the least; None for the greater of 10 and half a percent.
    """

    limit: int = 10
    significance: float = 0.05
    most_conditions: int = MOST_CONDITIONS
    least_records: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ErrorGap:
    """The mean error inside a slice less that outside, and Welch's 95 % interval, as if nothing had been searched."""

    inside: float
    outside: float
    low: float
    high: float

    @property
    def points(self) -> float:
        """The difference."""
        return self.inside - self.outside


@dataclass(frozen=True, slots=True, eq=False)
class WeakSlice:
    """A slice on which a model is worse than elsewhere.

    Attributes
    ----------
    literals
        All of them hold on its records.
    members
        bool of shape (records,), also of records whose error is not known.
    size
        How many of them have a known error.
    error
        Inside and outside.
    p_value
        At the most, corrected for all slices that were searched: that of the records which slices above have left it,
        against all records.
    alternatives
        Other definitions that share half or more of its records.
    """

    literals: tuple[Literal, ...]
    members: Flags
    size: int
    error: ErrorGap
    p_value: float
    alternatives: tuple[tuple[Literal, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Discovery:
    """What was found.

    Attributes
    ----------
    slices
        The worst first.
    searched
        For each number of conditions, how many definitions p-values are corrected for.
    n_judged
        How many records have a known error.
    mean_error
        Over those.
    least_records
        Of a slice.
    """

    slices: tuple[WeakSlice, ...]
    searched: tuple[int, ...]
    n_judged: int
    mean_error: float
    least_records: int


def discover_slices(
    literals: Literals, errors: Floats, options: Options | None = None, on_progress: OnProgress = unreported
) -> Discovery:
    """Return the slices on which a model is worst.

    Parameters
    ----------
    literals
        Of what definitions are made.
    errors
        float64 of shape (records,): how wrong the model is about each record, from 0 to 1; nan where that is not known.
    options
        How to search.
    on_progress
        Called with the number of slices found, and the limit.
    """
    options = options or Options()
    judged = np.flatnonzero(~np.isnan(errors))
    least = options.least_records or max(LEAST_RECORDS, int(np.ceil(LEAST_SHARE * len(judged))))
    space = Space.of(literals, judged, least, options.most_conditions)
    rounds = _Rounds(space, errors, judged)
    while len(rounds.taken) < options.limit and rounds.take_next(options.significance):
        on_progress(len(rounds.taken), options.limit)
    return Discovery(
        tuple(_describe(taken, space.literals, errors) for taken in rounds.taken),
        space.sizes,
        len(judged),
        float(errors[judged].mean()) if len(judged) else float("nan"),
        least,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """A slice that was taken: its definition and score, its members, and other definitions of nearly the same."""

    candidate: Candidate
    members: Flags
    others: tuple[tuple[int, ...], ...]


class _Rounds:
    """One search after the other, each on the records that slices taken before have left."""

    def __init__(self, space: Space, errors: Floats, rows: npt.NDArray[np.intp]) -> None:
        self.taken: list[_Taken] = []
        self._space, self._errors, self._left = space, errors, rows
        self._bound = TailBound.of(errors[rows]) if len(rows) else None

    def take_next(self, significance: float) -> bool:
        """Search once; say whether there was a slice that chance does not explain."""
        if self._bound is None:
            return False
        least_score = -np.log(significance) if significance < 1 else -np.inf
        ranked = search(self._space, self._bound, self._errors, self._left, least_score)
        if not ranked:
            return False
        best, *rivals = ranked
        members = self._members(best)
        self._left = self._left[~members[self._left]]
        for i, above in enumerate(self.taken):
            if jaccard(above.members, members) >= SAME:
                self.taken[i] = replace(above, others=(*above.others, best.definition))
                return True
        same = [rival for rival in rivals if jaccard(self._members(rival), members) >= SAME]
        self.taken.append(_Taken(best, members, tuple(self._told_apart(best, same))))
        return True

    def _members(self, candidate: Candidate) -> Flags:
        return self._space.literals.members(candidate.definition)

    def _told_apart(self, best: Candidate, others: Iterable[Candidate]) -> list[tuple[int, ...]]:
        """Return definitions that say something new beside the best: not the same features, nor some besides."""
        features = self._space.literals.features
        kept: list[tuple[tuple[int, ...], set[int]]] = [(best.definition, set(features[list(best.definition)]))]
        for other in others:
            own = set(features[list(other.definition)])
            if not any(known <= own for _, known in kept):
                kept.append((other.definition, own))
        return [definition for definition, _ in kept[1:]]


def p_value(candidate: Candidate) -> float:
    """Return the corrected p-value that a score stands for."""
    return float(np.exp(min(0.0, -candidate.score)))


def jaccard(left: Flags, right: Flags) -> float:
    """Return how much of what two sets hold both hold."""
    return float((left & right).sum() / max(1, (left | right).sum()))


def _describe(taken: _Taken, literals: Literals, errors: Floats) -> WeakSlice:
    definition, *others = (
        tuple(literals.items[i] for i in positions)
        for positions in (taken.candidate.definition, *taken.others[:MOST_ALTERNATIVES])
    )
    return WeakSlice(
        definition,
        taken.members,
        int((taken.members & ~np.isnan(errors)).sum()),
        compare_errors(errors, taken.members),
        p_value(taken.candidate),
        tuple(others),
    )


def compare_errors(errors: Floats, members: Flags) -> ErrorGap:
    """Return the mean errors inside and outside a slice, and an interval of their difference by Welch's formulas.

    Source: Welch, "The Generalization of 'Student's' Problem when Several Different Population Variances are Involved",
    Biometrika 1947.
    """
    known = ~np.isnan(errors)
    inside, outside = errors[known & members], errors[known & ~members]
    parts = np.array([_variance(inside) / max(len(inside), 1), _variance(outside) / max(len(outside), 1)])
    freedom = np.array([max(len(inside) - 1, 1), max(len(outside) - 1, 1)])
    spread = parts.sum()
    means = _mean(inside), _mean(outside)
    half = 0.0
    if spread > 0:
        half = float(student.ppf((1 + CONFIDENCE) / 2, spread**2 / (parts**2 / freedom).sum()) * np.sqrt(spread))
    return ErrorGap(*means, means[0] - means[1] - half, means[0] - means[1] + half)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _variance(values: Floats) -> float:
    return float(np.var(values, ddof=1)) if len(values) > 1 else 0.0
