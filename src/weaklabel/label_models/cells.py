"""Multi-label resolution: one small binary label model a tag, over its cells.

For each tag the vote matrix has its own labeling functions and two more (DESIGN: "silence and competitor LFs"):
*silence* votes absent where nothing of this tag fires, *competitor* votes absent where moreover some labeling
function says "present" for another tag. Without them, labeling functions that only ever say "present" give a label
model nothing to weigh them against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weaklabel.label_models.interface import ABSTAIN, FittedLabelModel, Labels, fit_label_model
from weaklabel.terms import PRESENT, CellProbabilities, Votes

OnProgress = Callable[[int, int], None]
ABSENT_CLASS, PRESENT_CLASS = 0, 1


def resolve_cells(
    votes: Votes,
    n_tags: int,
    method: str,
    *,
    priors: npt.NDArray[np.float64] | None = None,
    seed: int = 0,
    on_progress: OnProgress = lambda _done, _total: None,
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
    priors
        float64 of shape (tags,): P(tag) before any vote; one half by default.
    seed
        Seed of the label models.
    on_progress
        Called with the number of tags done and to do.

    Returns
    -------
    CellProbabilities
        Sorted by record and tag; every cell has votes.
    """
    has_positive = np.zeros(votes.n_records, dtype=np.bool_)
    has_positive[votes.record[votes.vote == PRESENT]] = True
    silent = np.full((n_tags, 2), np.nan)
    columns: list[tuple[npt.NDArray[np.int32], int, npt.NDArray[np.float64]]] = []
    tags = votes.tags()
    fit = _Memory(method, seed)
    for done, tag in enumerate(tags.tolist(), start=1):
        prior = 0.5 if priors is None else float(priors[tag])
        matrix, records, _ = votes.matrix_of_tag(tag)
        model, patterns = fit(matrix, has_positive, records, prior)
        own = np.where(matrix == 0, ABSTAIN, np.where(matrix == PRESENT, PRESENT_CLASS, ABSENT_CLASS))
        columns.append((records, tag, model.predict_proba(patterns.complete(own))[:, PRESENT_CLASS]))
        silent[tag] = model.predict_proba(patterns.silent)[:, PRESENT_CLASS]
        on_progress(done, len(tags))
    return _as_cells(columns, silent, has_positive)


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How the votes of a tag's own labeling functions become rows of its label model's matrix."""

    n_own: int
    has_silence: bool

    def complete(self, own: Labels) -> Labels:
        """Add the silence and competitor columns (both abstain where the tag has votes)."""
        if not self.has_silence:
            return own
        return np.hstack([own, np.full((len(own), 2), ABSTAIN)])

    @property
    def silent(self) -> Labels:
        """The rows of a record without votes on the tag: without, and with, a vote for another tag."""
        rows = self.complete(np.full((2, self.n_own), ABSTAIN))
        if self.has_silence:
            rows[:, self.n_own] = ABSENT_CLASS
            rows[1, self.n_own + 1] = ABSENT_CLASS
        return rows


class _Memory:
    """Fits label models, and fits only once where two tags' votes form the same table of patterns and counts."""

    def __init__(self, method: str, seed: int) -> None:
        self._method, self._seed = method, seed
        self._fitted: dict[bytes, FittedLabelModel] = {}

    def __call__(
        self,
        matrix: npt.NDArray[np.int8],
        has_positive: npt.NDArray[np.bool_],
        records: npt.NDArray[np.int32],
        prior: float,
    ) -> tuple[FittedLabelModel, _Patterns]:
        # Majority vote needs no counterweight: silence would outvote nothing, and only hide that a cell has no vote.
        patterns = _Patterns(matrix.shape[1], has_silence=self._method != "majority")
        own = np.where(matrix == 0, ABSTAIN, np.where(matrix == PRESENT, PRESENT_CLASS, ABSENT_CLASS))
        distinct, counts = np.unique(patterns.complete(own), axis=0, return_counts=True)
        with_competitor = int(has_positive.sum() - has_positive[records].sum())
        without = len(has_positive) - len(records) - with_competitor
        rows = np.vstack([distinct, patterns.silent])
        repeats = np.concatenate([counts, [without, with_competitor]])
        key = b"|".join([str(prior).encode(), str(rows.shape).encode(), rows.tobytes(), repeats.tobytes()])
        if key not in self._fitted:
            L = np.repeat(rows, repeats, axis=0)
            balance = [1 - prior, prior]
            self._fitted[key] = fit_label_model(L, 2, self._method, class_balance=balance, seed=self._seed)
        return self._fitted[key], patterns


def _as_cells(
    columns: list[tuple[npt.NDArray[np.int32], int, npt.NDArray[np.float64]]],
    silent: npt.NDArray[np.float64],
    has_positive: npt.NDArray[np.bool_],
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
        silent=silent,
        has_positive=has_positive,
    )
