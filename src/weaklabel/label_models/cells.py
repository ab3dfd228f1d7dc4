"""Multi-label resolution: one small binary label model a tag, over its cells.

For each tag the vote matrix has its own labeling functions and two more: *silence* votes absent where none of them
says "present", *competitor* votes absent where moreover some labeling function says "present" for another tag.
Without them, labeling functions that only ever say "present" give a label model nothing to weigh them against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from weaklabel.errors import DivergenceError
from weaklabel.label_models.fit import fit_label_model
from weaklabel.label_models.interface import FittedLabelModel
from weaklabel.label_models.patterns import ABSTAIN, VotePatterns
from weaklabel.label_models.snorkel import estimate_by_prior_accuracy
from weaklabel.terms import PRESENT, CellProbabilities, OnProgress, Votes, unreported

Labels = npt.NDArray[np.int64]
Column = tuple[npt.NDArray[np.int32], int, npt.NDArray[np.float64]]
"""The cells of one tag: their records, the tag, and their probabilities."""
ABSENT_CLASS, PRESENT_CLASS = 0, 1
EPSILON = 1e-9
ADDED = 2  # the silence and competitor columns, which stand last
SELF_SUFFICIENT = {"majority"}  # counts votes as they are: silence would only hide that a cell has none


def resolve_cells(
    votes: Votes,
    n_tags: int,
    method: str,
    *,
    class_balance: npt.NDArray[np.float64] | None = None,
    seed: int = 0,
    only: Sequence[int] | None = None,
    on_progress: OnProgress = unreported,
) -> CellProbabilities:
    """Fit a label model for each tag that has votes, and give every cell with votes a probability.

    Parameters
    ----------
    votes
        The vote matrix.
    n_tags
        The size of the vocabulary.
    method
        A method of :func:`~weaklabel.label_models.fit_label_model`.
    class_balance
        float64 of shape (tags,): P(tag) before any vote; one half each by default.
    seed
        Seed of the label models.
    only
        The tags to resolve; all that have votes by default.
    on_progress
        Called with the number of tags done and to do.

    Returns
    -------
    CellProbabilities
        Sorted by record and tag; every cell has votes. A tag on which the label model diverges is among `diverged`.

    Raises
    ------
    LabelModelError
        Where the label model is unknown, or a plugin that fails.
    """
    has_positive = votes.has_positive()
    silent = np.full((n_tags, 2), np.nan)
    columns: list[Column] = []
    tags = votes.tags() if only is None else np.intersect1d(votes.tags(), only)
    memory: dict[bytes, FittedLabelModel] = {}
    diverged: list[int] = []
    for done, tag in enumerate(tags.tolist(), start=1):
        matrix, records, _ = votes.matrix_of_tag(tag)
        table = _tabulate(matrix, has_positive, records, with_silence=method not in SELF_SUFFICIENT)
        p = 0.5 if class_balance is None else float(class_balance[tag])
        key = table.key(p)
        if key not in memory:
            memory[key] = _fit(table, method, [1 - p, p], seed)
        model = memory[key]
        if model.method != method:
            diverged.append(tag)
        columns.append((records, tag, _probabilities(model, table, p)))
        silent[tag] = model.predict_proba(table.silent)[:, PRESENT_CLASS]
        on_progress(done, len(tags))
    return _as_cells(columns, silent, has_positive, tuple(diverged))


def _fit(table: _VoteTable, method: str, balance: list[float], seed: int) -> FittedLabelModel:
    """Fit a label model; where it diverges, take every labeling function to be as accurate as Snorkel does at first."""
    try:
        return fit_label_model(table.patterns(), 2, method, class_balance=balance, seed=seed)
    except DivergenceError:
        even = estimate_by_prior_accuracy(np.array(balance))
        return FittedLabelModel("prior accuracy", np.array(balance), table.rows.shape[1], even)


def _probabilities(model: FittedLabelModel, table: _VoteTable, p: float) -> npt.NDArray[np.float64]:
    """Return P(present) for the rows of a table; `p` is that before any vote.

    Where a row has votes both ways, its two sides are weighed against each other: the log-odds of the row without
    its absent votes, and without its present ones, are added; and "absent" speaks against the tag at least as much
    as silence does. Asked for such a row as a whole, a model whose "absent" votes always stand beside "present" ones
    takes the former for the latter's support (docs/decisions/0006-absent-votes.md).
    """
    probabilities = model.predict_proba(table.rows)[:, PRESENT_CLASS]
    if table.own_only:
        return probabilities
    is_present, is_absent = table.rows == PRESENT_CLASS, table.rows == ABSENT_CLASS
    contested = is_present.any(axis=1) & is_absent.any(axis=1)
    if contested.any():
        silence = table.silent[1]
        absent_side = np.where(is_present, ABSTAIN, table.rows)[contested]
        absent_side[:, -ADDED:] = silence[-ADDED:]
        p_absent = model.predict_proba(absent_side)[:, PRESENT_CLASS]
        p_absent = np.minimum(p_absent, model.predict_proba(silence[None])[0, PRESENT_CLASS])
        p_present = model.predict_proba(np.where(is_absent, ABSTAIN, table.rows)[contested])[:, PRESENT_CLASS]
        probabilities[contested] = expit(_logit(p_present) + _logit(p_absent) - _logit(p))
    return probabilities


def _logit(probability: npt.ArrayLike) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = logit(np.clip(probability, EPSILON, 1 - EPSILON))
    return result


@dataclass(frozen=True, slots=True)
class _VoteTable:
    """The rows of one tag's label model: those of the records with votes, and the two kinds without.

    Attributes
    ----------
    rows
        int64 of shape (records with votes, LFs): 1 present, 0 absent, -1 abstain.
    silent
        int64 of shape (2, LFs): a record without votes on the tag, and with none or some for another tag.
    n_silent
        How many records there are of each of these two kinds.
    own_only
        Whether the columns are the tag's own labeling functions, without silence and competitor.
    """

    rows: Labels
    silent: Labels
    n_silent: tuple[int, int]
    own_only: bool

    def patterns(self) -> VotePatterns:
        """Return the patterns of all records."""
        counts = [1] * len(self.rows) + list(self.n_silent)
        return VotePatterns.of(np.vstack([self.rows, self.silent]), counts)

    def key(self, p: float) -> bytes:
        """Return what two tags share where their patterns and counts, and so their label models, are the same."""
        patterns, counts = np.unique(self.rows, axis=0, return_counts=True)
        return repr((p, patterns.shape, patterns.tobytes(), counts.tolist(), self.n_silent)).encode()


def _tabulate(
    matrix: npt.NDArray[np.int8],
    has_positive: npt.NDArray[np.bool_],
    records: npt.NDArray[np.int32],
    *,
    with_silence: bool,
) -> _VoteTable:
    own = np.where(matrix == 0, ABSTAIN, np.where(matrix == PRESENT, PRESENT_CLASS, ABSENT_CLASS))
    silent = np.full((2, matrix.shape[1]), ABSTAIN)
    if with_silence:
        silence = np.where((own == PRESENT_CLASS).any(axis=1), ABSTAIN, ABSENT_CLASS)
        competitor = np.where(has_positive[records], silence, ABSTAIN)
        own = np.column_stack([own, silence, competitor])
        silent = np.column_stack([silent, [ABSENT_CLASS, ABSENT_CLASS], [ABSTAIN, ABSENT_CLASS]])
    with_competitor = int(has_positive.sum() - has_positive[records].sum())
    without = len(has_positive) - len(records) - with_competitor
    return _VoteTable(own, silent, (without, with_competitor), own_only=not with_silence)


def _as_cells(
    columns: list[Column],
    silent: npt.NDArray[np.float64],
    has_positive: npt.NDArray[np.bool_],
    diverged: tuple[int, ...],
) -> CellProbabilities:
    record = np.concatenate([np.array([], dtype=np.int32), *(records for records, _, _ in columns)])
    tag = np.concatenate([np.array([], dtype=np.int32), *(np.full(len(r), t, dtype=np.int32) for r, t, _ in columns)])
    probability = np.concatenate([np.array([]), *(p for _, _, p in columns)])
    order = np.lexsort((tag, record))
    return CellProbabilities(
        record=record[order],
        tag=tag[order],
        probability=probability[order],
        voted=np.ones(len(order), dtype=np.bool_),
        raised=np.zeros(len(order), dtype=np.bool_),
        silent=silent,
        has_positive=has_positive,
        diverged=diverged,
    )
