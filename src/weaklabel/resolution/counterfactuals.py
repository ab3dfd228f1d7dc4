"""What a resolution would say of a cell, had other votes been cast on its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import CellChanges, ClassPrediction, Prediction, evidence_of_votes
from weaklabel.label_models import BELOW_GIVEN, DENIED, EVIDENCE_KINDS, resolve_cells, without_given
from weaklabel.resolution.cells import pools_given_tags
from weaklabel.resolution.classes import resolve_votes_on_classes
from weaklabel.resolution.observed import Observed
from weaklabel.resolution.result import Resolution
from weaklabel.terms import GivenMatrix, Settings, Votes
from weaklabel.vote import count_groups_once


class _ClassesOfRecord(NamedTuple):
    """What the label model says of a record's classes, and before any vote: float64 of shape (classes,) each."""

    probability: npt.NDArray[np.float64]
    balance: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counterfactuals:
    """Resolves single cells as if labeling functions had not voted on a record.

    What the end model has learnt of all records is held as it is.

    Attributes
    ----------
    settings, observed, resolution
        What was resolved, and how.
    """

    settings: Settings
    observed: Observed
    resolution: Resolution
    _classes: dict[tuple[int, tuple[str, ...]], _ClassesOfRecord] = field(default_factory=dict)

    def predict(
        self, prediction: Prediction | ClassPrediction, record: int, tag: int, lfs: Sequence[str]
    ) -> tuple[float, dict[str, float]]:
        """Return what the end model would say of a cell: the tag's usual log-odds, and what each part adds."""
        if isinstance(prediction, ClassPrediction):
            evidence = evidence_of_votes(*self._classes_without(record, lfs))
            usual, parts = prediction.explain(record, tag, evidence)
        else:
            votes = self._votes_without(record, lfs)
            usual, parts = prediction.explain(record, tag, self._change(prediction, record, tag, votes))
        return usual, {str(part): share for part, share in parts.items()}

    def resolve(self, record: int, tag: int, lfs: Sequence[str]) -> float:
        """Return what the label model would say of a cell, fitted anew."""
        if self.settings.task == "multiclass":
            return float(self._classes_without(record, lfs).probability[tag])
        return self._resolve_cell(record, tag, self._votes_without(record, lfs))

    def _votes_without(self, record: int, lfs: Sequence[str]) -> Votes:
        cast = self.observed.votes
        silent = [cast.lf_ids.index(lf) for lf in lfs]
        return cast.where(~((cast.record == record) & np.isin(cast.lf, silent)))

    def _classes_without(self, record: int, lfs: Sequence[str]) -> _ClassesOfRecord:
        """Return what is said of all classes of a record; it is kept, as each of them is asked for."""
        key = record, tuple(lfs)
        if key not in self._classes:
            found = resolve_votes_on_classes(self.settings, self.observed, self._votes_without(record, lfs))
            self._classes[key] = _ClassesOfRecord(found.probability[record], found.balance)
        return self._classes[key]

    def _resolve_cell(self, record: int, tag: int, votes: Votes) -> float:
        if pools_given_tags(self.settings, self.observed):
            return self._pool(record, tag, votes, alone=True)[1]
        cells = resolve_cells(
            count_groups_once(votes, self.observed.inputs.lfs),
            len(self.observed.inputs.vocabulary),
            self.settings.label_model,
            class_balance=self.resolution.class_balance,
            seed=self.settings.seed,
            only=[tag],
        )
        return replace(self.resolution, label_model=cells).by_votes(record, tag)

    def _change(self, prediction: Prediction, record: int, tag: int, votes: Votes) -> CellChanges:
        """Return what other votes say of one cell."""
        looks_below = self.observed.learnt_from.labelled[record] and prediction.by_relatives
        symbol, pooled = self._pool(record, tag, votes, alone=not looks_below)
        flags = {name: bool(symbol & kind) for name, kind in EVIDENCE_KINDS.items()}
        flags["only denied"] = symbol & ~BELOW_GIVEN == DENIED
        flags["voted"] = bool(((votes.record == record) & (votes.tag == tag)).any())
        chances = {"pooled": pooled, "label model": self._resolve_cell(record, tag, votes)}
        return CellChanges(flags, chances)

    def _pool(self, record: int, tag: int, votes: Votes, *, alone: bool) -> tuple[int, float]:
        """Return a cell's symbol, and what it is worth; `alone` without what the author gave below."""
        rows = votes.record == record
        own = replace(votes.where(rows), record=np.zeros(rows.sum(), dtype=np.int32), n_records=1)
        learnt_from = self.observed.learnt_from
        given = GivenMatrix(learnt_from.tags[[record]], learnt_from.labelled[[record]])
        symbols, before = self.observed.symbols_of(own, given), self.observed.symbols[[record]]
        precision = self.observed.precision
        if alone:
            symbols, before, precision = without_given(symbols), without_given(before), self.observed.precision_alone
        # The record was counted where its own votes put it; under other votes there is nothing of it to leave out.
        counted = bool(symbols[0, tag] == before[0, tag])
        pooled = precision.of_symbols(symbols, given.tags.toarray() * counted, given.labelled & counted)
        return int(symbols[0, tag]), float(pooled[0, tag])
