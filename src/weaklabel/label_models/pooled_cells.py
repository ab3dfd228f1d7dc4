"""How often authors gave a tag where a cell shows some pattern of evidence, pooled over tags.

For pattern s and tag t, N_ts cells of labelled records show s, and the author gave t in S_ts of them. Tags differ (an
alias may be ambiguous), but few have many cells, so each is shrunk towards what is usual for the pattern:

    μ_s = (Σ_t S_ts + ½) / (Σ_t N_ts + 1)         p_ts = (S_ts + κ_s μ_s) / (N_ts + κ_s)

with κ_s from the moments of a beta-binomial (Kleinman, "Proportions with Extraneous Variance", JASA 1973): the less
tags differ beyond chance, the larger. A labelled record's own tags are left out of its own probabilities. A tag that no
author gave is not counted (whether they know it cannot be told), and has what is usual; unless none gave any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.label_models.cell_symbols import BELOW_GIVEN, Symbols
from weaklabel.label_models.patterns import Probabilities
from weaklabel.terms import CellProbabilities, GivenMatrix, Votes, smoothed_share

LEAST_SHRUNK, MOST_SHRUNK = 0.5, 200.0
BLOCK = 4096  # records at a time


@dataclass(frozen=True, slots=True, eq=False)
class PooledPrecision:
    """What was learnt of every pattern that occurs.

    Attributes
    ----------
    row
        int16 of shape (256,): the row of a symbol in the tables; of one never seen, that of the largest part of it that
        was.
    given, shown
        float64 of shape (patterns, tags): S and N.
    shrunk
        float64 of shape (patterns,): κ.
    counted
        bool of shape (tags,).
    """

    row: npt.NDArray[np.int16]
    given: Probabilities
    shown: Probabilities
    shrunk: Probabilities
    counted: npt.NDArray[np.bool_]

    def of_symbols(
        self, symbols: Symbols, own: Probabilities | None = None, labelled: npt.NDArray[np.bool_] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return P(given | pattern) for rows of symbols, float32 of the same shape.

        With `own`, the tags that the `labelled` ones were given, float64 of the same shape, each of these is predicted
        from the others.
        """
        row = self.row[symbols]
        tags = np.arange(symbols.shape[1])
        S, N = self.given[row, tags], self.shown[row, tags]
        given, shown = self.given.sum(axis=1)[row], self.shown.sum(axis=1)[row]
        if own is not None and labelled is not None:
            left_out = labelled[:, None] & self.counted
            S, N = S - own, N - left_out
            given, shown = given - own, shown - left_out
        kappa, usual = self.shrunk[row], smoothed_share(given, shown)
        result: npt.NDArray[np.float32] = ((S + kappa * usual) / (N + kappa)).astype(np.float32)
        return result


def fit_pooled_precision(symbols: Symbols, given: GivenMatrix) -> PooledPrecision:
    """Count patterns and given tags among labelled records.

    Parameters
    ----------
    symbols
        uint8 of shape (records, tags), from :func:`~weaklabel.label_models.tabulate_symbols`.
    given
        The given tags that may be learnt from.
    """
    n_tags = symbols.shape[1]
    labelled = np.flatnonzero(given.labelled)
    seen = np.unique(symbols[labelled]) if len(labelled) else np.zeros(1, dtype=np.uint8)
    row = _find_rows(seen)
    size = len(seen) * n_tags
    S, N = np.zeros(size), np.zeros(size)
    for start in range(0, len(labelled), BLOCK):
        rows = labelled[start : start + BLOCK]
        flat = row[symbols[rows]].astype(np.intp) * n_tags + np.arange(n_tags)
        N += np.bincount(flat.ravel(), minlength=size)
        positive = given.tags[rows].tocoo()
        S += np.bincount(flat[positive.row, positive.col], minlength=size)
    S, N = S.reshape(-1, n_tags), N.reshape(-1, n_tags)
    used = S.sum(axis=0) > 0
    counted = used if used.any() else ~used
    N[:, ~counted] = 0
    usual = smoothed_share(S.sum(axis=1), N.sum(axis=1))
    shrunk = np.array([_estimate_kappa(S[i], N[i], usual[i]) for i in range(len(seen))])
    return PooledPrecision(row, S, N, shrunk, counted)


def _find_rows(seen: Symbols) -> npt.NDArray[np.int16]:
    parts = np.arange(256, dtype=np.uint8)[:, None] & seen == seen  # (symbols, seen)
    kinds = np.array([int(symbol).bit_count() for symbol in seen])
    return np.where(parts, kinds, -1).argmax(axis=1).astype(np.int16) if len(seen) else np.zeros(256, dtype=np.int16)


def _estimate_kappa(S: Probabilities, N: Probabilities, usual: float) -> float:
    shown = N > 0
    if shown.sum() < 2 or not 0 < usual < 1:
        return MOST_SHRUNK
    weight = N[shown] / N.sum()
    variance = float((weight * (S[shown] / N[shown] - usual) ** 2).sum()) / (usual * (1 - usual))
    by_chance = float((weight / N[shown]).sum())
    if by_chance >= 1 or variance <= by_chance:
        return MOST_SHRUNK
    correlation = (variance - by_chance) / (1 - by_chance)
    return float(np.clip(1 / correlation - 1, LEAST_SHRUNK, MOST_SHRUNK))


def pool_cells(symbols: Symbols, given: GivenMatrix, precision: PooledPrecision) -> npt.NDArray[np.float32]:
    """Return P(given | pattern), float32 of shape (records, tags); a labelled record is left out of its own."""
    result = np.empty(symbols.shape, dtype=np.float32)
    for start in range(0, len(symbols), BLOCK):
        rows = slice(start, start + BLOCK)
        labelled = given.labelled[rows]
        own = given.tags[rows].toarray()
        result[rows] = precision.of_symbols(symbols[rows], own, labelled)
    return result


def without_given(symbols: Symbols) -> Symbols:
    """Return what symbols say where it is not known what the author gave: nothing of the given tags below."""
    return symbols & ~np.uint8(BELOW_GIVEN)


def resolve_by_pooling(
    votes: Votes, symbols: Symbols, given: GivenMatrix, precision: PooledPrecision
) -> CellProbabilities:
    """Give every cell with votes its pooled probability, as :func:`~weaklabel.label_models.resolve_cells` does.

    A labelled record's own tags are left out of its cells with votes, and of those that its author gave: with them, a
    rare tag would support itself. The other silent cells of a tag share the probability that all records give: a
    labelled one's is lower by what it itself counts, one of all.

    Parameters
    ----------
    votes
        The vote matrix.
    symbols
        uint8 of shape (records, tags), from :func:`without_given`: what authors gave below a tag plays no part.
    given
        The given tags that may be learnt from.
    precision
        What was fitted to these.
    """
    n_tags = symbols.shape[1]
    cell = np.unique(votes.record.astype(np.int64) * n_tags + votes.tag)
    record, tag = np.divmod(cell, n_tags)
    probability = pool_cells(symbols, given, precision)
    silent = precision.of_symbols(np.zeros((1, n_tags), dtype=np.uint8))[0].astype(np.float64)
    has_votes = np.isin(np.arange(n_tags), votes.tag)
    return CellProbabilities(
        record=record.astype(np.int32),
        tag=tag.astype(np.int32),
        probability=probability[record, tag].astype(np.float64),
        voted=np.ones(len(cell), dtype=np.bool_),
        raised=np.zeros(len(cell), dtype=np.bool_),
        silent=np.where(has_votes, silent, np.nan)[:, None].repeat(2, axis=1),
        has_positive=votes.has_positive(),
        given_silent=_find_given_silent(probability, symbols, given, has_votes),
    )


def _find_given_silent(
    probability: npt.NDArray[np.float32], symbols: Symbols, given: GivenMatrix, has_votes: npt.NDArray[np.bool_]
) -> dict[tuple[int, int], float]:
    """Return the probabilities of given cells that show no evidence, of tags that have votes at all.

    Given cells with a vote below them are not counted among the silent ones, whose probability they have.
    """
    positive = given.tags.tocoo()
    is_silent = has_votes[positive.col] & (symbols[positive.row, positive.col] == 0)
    record, tag = positive.row[is_silent], positive.col[is_silent]
    cells = zip(record.tolist(), tag.tolist(), strict=True)
    return dict(zip(cells, probability[record, tag].astype(np.float64).tolist(), strict=True))
