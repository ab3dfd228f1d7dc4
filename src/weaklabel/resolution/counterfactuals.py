"""What a resolution would say of a cell, had other votes been cast on its record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from weaklabel.end_models import CellChanges, ClassPrediction, Prediction, evidence_of_votes
from weaklabel.inputs import Inputs
from weaklabel.label_models import (
    BELOW_GIVEN,
    DENIED,
    EVIDENCE_KINDS,
    PooledPrecision,
    fit_pooled_precision,
    kinds_of_lfs,
    resolve_cells,
    tabulate_symbols,
    without_given,
)
from weaklabel.resolution.classes import resolve_votes_on_classes
from weaklabel.resolution.result import Resolution
from weaklabel.tags import tag_relations
from weaklabel.terms import GivenMatrix, Settings, TagRelations, Votes


@dataclass(frozen=True, eq=False)
class Counterfactuals:
    """Resolves single cells under other votes; what the end model has learnt of all records is held as it is.

    Attributes
    ----------
    settings, inputs, votes, resolution
        What was resolved, and how; `votes` are those that were cast.
    """

    settings: Settings
    inputs: Inputs
    votes: Votes
    resolution: Resolution

    def predict(
        self, prediction: Prediction | ClassPrediction, record: int, tag: int, votes: Votes
    ) -> tuple[float, dict[str, float]]:
        """Return what the end model would say of a cell: the tag's usual log-odds, and what each part adds."""
        if isinstance(prediction, ClassPrediction):
            by_votes = resolve_votes_on_classes(self.settings, self.inputs, votes, self.resolution.given)
            evidence = evidence_of_votes(by_votes.probability[record], by_votes.balance)
            usual, parts = prediction.explain(record, tag, evidence)
        else:
            usual, parts = prediction.explain(record, tag, self._change(prediction, record, tag, votes))
        return usual, {str(part): share for part, share in parts.items()}

    def resolve(self, record: int, tag: int, votes: Votes) -> float:
        """Return what the label model would say of a cell, fitted anew."""
        if self.settings.task == "multiclass":
            by_votes = resolve_votes_on_classes(self.settings, self.inputs, votes, self.resolution.given)
            return float(by_votes.probability[record, tag])
        if self.settings.label_model == "pooled" and self.resolution.given.labelled.any():
            return self._pool(record, tag, votes, alone=True)[1]
        cells = resolve_cells(
            votes,
            len(self.inputs.vocabulary),
            self.settings.label_model,
            class_balance=self.resolution.class_balance,
            seed=self.settings.seed,
            only=[tag],
        )
        return replace(self.resolution, label_model=cells).by_votes(record, tag)

    def _change(self, prediction: Prediction, record: int, tag: int, votes: Votes) -> CellChanges:
        """Return what other votes say of one cell."""
        looks_below = self.resolution.given.labelled[record] and prediction.by_relatives
        symbol, pooled = self._pool(record, tag, votes, alone=not looks_below)
        flags = {name: bool(symbol & kind) for name, kind in EVIDENCE_KINDS.items()}
        flags["only denied"] = symbol & ~BELOW_GIVEN == DENIED
        flags["voted"] = bool(((votes.record == record) & (votes.tag == tag)).any())
        chances = {"pooled": pooled, "label model": self.resolve(record, tag, votes)}
        return CellChanges(flags, chances)

    def _pool(self, record: int, tag: int, votes: Votes, *, alone: bool) -> tuple[int, float]:
        """Return a cell's symbol, and what it is worth; `alone` without what the author gave below."""
        rows = votes.record == record
        own = replace(votes.where(rows), record=np.zeros(rows.sum(), dtype=np.int32), n_records=1)
        given = GivenMatrix(self.resolution.given.tags[[record]], self.resolution.given.labelled[[record]])
        symbols = tabulate_symbols(own, self._kinds, self._relations, given)
        if alone:
            symbols = without_given(symbols)
        precision = self._precision[1 if alone else 0]
        # The record was counted where its own votes put it; under other votes there is nothing of it to leave out.
        own_symbol = int(self._symbols[record, tag])
        counted = int(symbols[0, tag]) == (own_symbol & ~BELOW_GIVEN if alone else own_symbol)
        pooled = precision.of_symbols(symbols, given.tags.toarray() * counted, given.labelled & counted)
        return int(symbols[0, tag]), float(pooled[0, tag])

    @cached_property
    def _relations(self) -> TagRelations:
        return tag_relations(self.inputs.graph, self.inputs.vocabulary)

    @cached_property
    def _kinds(self) -> npt.NDArray[np.uint8]:
        return kinds_of_lfs(self.inputs.lfs, self.inputs.records.fields)

    @cached_property
    def _symbols(self) -> npt.NDArray[np.uint8]:
        return tabulate_symbols(self.votes, self._kinds, self._relations, self.resolution.given)

    @cached_property
    def _precision(self) -> tuple[PooledPrecision, PooledPrecision]:
        """What patterns are worth, with and without what is known of given tags below."""
        return (
            fit_pooled_precision(self._symbols, self.resolution.given),
            fit_pooled_precision(without_given(self._symbols), self.resolution.given),
        )
