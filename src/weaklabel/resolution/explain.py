"""Say why a cell has its probability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.special import logit

from weaklabel.end_models import ClassPrediction, Prediction
from weaklabel.errors import Problem, RecordsError, TagsError, did_you_mean
from weaklabel.inputs import Inputs
from weaklabel.label_models import (
    BELOW_GIVEN,
    DENIED,
    KINDS,
    PooledPrecision,
    fit_pooled_precision,
    kinds_of_lfs,
    resolve_cells,
    tabulate_symbols,
    without_given,
)
from weaklabel.resolution.classes import resolve_votes_on_classes
from weaklabel.resolution.result import Resolution
from weaklabel.tags import given_matrix, tag_relations
from weaklabel.terms import (
    Evidence,
    Explanation,
    GivenMatrix,
    ResolvedTags,
    Settings,
    Share,
    SimilarRecord,
    TagRelations,
    Votes,
    WithoutVote,
)
from weaklabel.terms.records import RecordId

SIMILAR = 3
LEAST = 1e-9
USUAL = "usual for the tag"


def explain_record(explainer: Explainer, record_id: RecordId, tag: str | None = None) -> tuple[Explanation, ...]:
    """Explain one tag of a record, or all that were given, voted on, or are likely.

    Raises
    ------
    RecordsError, TagsError
        Where there is no such record or tag.
    """
    ids = explainer.inputs.records.ids
    places = {str(known): place for place, known in enumerate(ids)}
    if str(record_id) not in places:
        fix = did_you_mean(str(record_id), places) or "Give the id of a record."
        raise RecordsError(Problem(f"no record has the id {str(record_id)!r}.", fix=fix))
    record = places[str(record_id)]
    if tag is None:
        return tuple(explainer.explain(record, place) for place in explainer.tags_worth_telling(record))
    vocabulary = explainer.inputs.vocabulary
    if tag not in vocabulary:
        raise TagsError(Problem(f"there is no tag {tag!r}.", fix=vocabulary.explain_unknown(tag)))
    return (explainer.explain(record, vocabulary.index[tag]),)


@dataclass(frozen=True, eq=False)
class Explainer:
    """Explains cells of one resolution.

    Attributes
    ----------
    settings, inputs, votes, given, resolution
        What was resolved, and how.
    find_evidence
        Returns every vote on a cell, with its spans.
    """

    settings: Settings
    inputs: Inputs
    votes: Votes
    given: Sequence[ResolvedTags]
    resolution: Resolution
    find_evidence: Callable[[int, int], tuple[Evidence, ...]]

    def explain(self, record: int, tag: int) -> Explanation:
        """Explain one cell, by the positions of its record and its tag."""
        own, shares = self._own_log_odds(record, tag, self.votes)
        by_tag = self._probabilities_of(record)
        if self.resolution.prediction is None:
            closed, raised_by = self._look_up(record, tag, _expit(own))
        else:
            closed, raised_by = self._close(tag, _expit(own), by_tag)
        if np.isnan(closed):  # nothing ever votes on the tag
            own, shares = float("nan"), ()
        if raised_by is not None:
            shares = (*shares, Share(f"raised to {raised_by!r}, a tag below it", float(_logit(closed)) - own))
        evidence = self.find_evidence(record, tag)
        without = tuple(
            WithoutVote(lf, self._without(record, tag, self.votes.lf_ids.index(lf), by_tag))
            for lf in dict.fromkeys(vote.lf for vote in evidence)
        )
        return Explanation(
            record=record,
            record_id=self.inputs.records.ids[record],
            tag=self.inputs.vocabulary.names[tag],
            probability=closed,
            is_given=None if self.given[record] is None else bool(self._given.tags[record, tag]),
            shares=shares,
            raised_by=raised_by,
            votes=evidence,
            without=without,
            similar=self._similar(record, tag),
        )

    def tags_worth_telling(self, record: int, least: float = 0.05, most: int = 12) -> list[int]:
        """Return the tags of a record that were given, voted on, or are likely, the most probable first."""
        cells = self.resolution.cells
        rows = slice(*np.searchsorted(cells.record, [record, record + 1]).tolist())
        tags, probability = cells.tag[rows], np.nan_to_num(cells.probability[rows])
        given = np.asarray(self._given.tags[[record]].toarray()).ravel()[tags] > 0
        worth = (probability >= least) | given | cells.voted[rows]
        order = np.argsort(-probability[worth], kind="stable")
        return [int(tag) for tag in tags[worth][order]][:most]

    @cached_property
    def _given(self) -> GivenMatrix:
        return given_matrix(self.given, self.inputs.vocabulary)

    @cached_property
    def _below(self) -> list[list[int]]:
        """For each tag, the tags below it."""
        index = self.inputs.vocabulary.index
        return [
            sorted(index[below] for below in nx.ancestors(self.inputs.graph, name))  # edges go child → parent
            for name in self.inputs.vocabulary.names
        ]

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
        symbols = self._symbols
        return (
            fit_pooled_precision(symbols, self.resolution.given),
            fit_pooled_precision(without_given(symbols), self.resolution.given),
        )

    def _probabilities_of(self, record: int) -> npt.NDArray[np.float64]:
        """Return the probability of each tag of a record before closure, nan where nothing is known."""
        prediction = self.resolution.prediction
        if prediction is not None:
            return np.asarray(prediction.probability[record], dtype=np.float64)
        full = np.full(len(self.inputs.vocabulary), np.nan)
        cells = self.resolution.label_model
        rows = slice(*np.searchsorted(cells.record, [record, record + 1]).tolist())
        full[cells.tag[rows]] = cells.probability[rows]
        return full

    def _close(self, tag: int, own: float, by_tag: npt.NDArray[np.float64]) -> tuple[float, str | None]:
        """Return a tag's probability after closure, and the tag below that it is from, if it is not its own."""
        below = self._below[tag]
        if not below or np.isnan(by_tag[below]).all():
            return own, None
        best = below[int(np.nanargmax(by_tag[below]))]
        return (float(by_tag[best]), self.inputs.vocabulary.names[best]) if by_tag[best] > own else (own, None)

    def _look_up(self, record: int, tag: int, own: float) -> tuple[float, str | None]:
        """Return a cell's probability among the resolution's, and the tag below that it is from, if it is not its own.

        Without an end model, a tag on which nothing votes has the probability of the tag below it, or none at all.
        """
        cells = self.resolution.cells
        rows = slice(*np.searchsorted(cells.record, [record, record + 1]).tolist())
        known = dict(zip(cells.tag[rows].tolist(), cells.probability[rows].tolist(), strict=True))
        closed = known.get(tag, own)
        below = {other: known[other] for other in self._below[tag] if other in known}
        if abs(closed - own) <= LEAST or not below:
            return closed, None
        return closed, self.inputs.vocabulary.names[max(below, key=lambda other: np.nan_to_num(below[other]))]

    def _own_log_odds(self, record: int, tag: int, votes: Votes) -> tuple[float, tuple[Share, ...]]:
        """Return the log-odds of a cell before closure under some votes, and their shares."""
        prediction = self.resolution.prediction
        if prediction is None:
            usual = self._usual(tag)
            log_odds = float(_logit(self._by_label_model(record, tag, votes)))
            return log_odds, (Share(USUAL, usual), Share("labeling functions", log_odds - usual))
        if isinstance(prediction, ClassPrediction):
            if votes is not self.votes:
                by_votes = resolve_votes_on_classes(self.settings, self.inputs, votes, self.resolution.given)
                prediction = prediction.with_votes(record, by_votes.probability[record], by_votes.balance)
            usual, parts = prediction.explain(record, tag)
        else:
            if votes is not self.votes:
                prediction = self._with_votes(prediction, record, tag, votes)
            usual, parts = prediction.explain(record, tag)
        shares = (Share(USUAL, usual), *(Share(part, share) for part, share in parts.items()))
        return usual + sum(parts.values()), shares

    def _usual(self, tag: int) -> float:
        if self.settings.task == "multiclass":
            return float(_logit(self.resolution.base_rates[tag]))
        if self.resolution.priors is not None:
            return float(_logit(self.resolution.priors[tag]))
        return 0.0  # a label model begins with even odds

    def _by_label_model(self, record: int, tag: int, votes: Votes) -> float:
        """Return the label model's probability of a cell, fitted anew where the votes are others."""
        if self.settings.task == "multiclass":
            by_votes = resolve_votes_on_classes(self.settings, self.inputs, votes, self.resolution.given)
            return float(by_votes.probability[record, tag])
        cells = self.resolution.label_model
        if votes is not self.votes:
            if self.settings.label_model == "pooled" and self.resolution.given.labelled.any():
                return self._pooled(record, tag, votes, alone=True)[1]
            method, priors = self.settings.label_model, self.resolution.priors
            cells = resolve_cells(votes, len(cells.silent), method, priors=priors, seed=self.settings.seed, only=[tag])
        rows = (cells.record == record) & (cells.tag == tag)
        if rows.any():
            return float(cells.probability[rows][0])
        silent = float(cells.silent[tag, int(cells.has_positive[record])])
        return float(self.resolution.base_rates[tag]) if np.isnan(silent) else silent

    def _pooled(self, record: int, tag: int, votes: Votes, *, alone: bool) -> tuple[int, float]:
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

    def _with_votes(self, prediction: Prediction, record: int, tag: int, votes: Votes) -> Prediction:
        """Return the prediction with what other votes say of one cell."""
        is_alone = not (self.resolution.given.labelled[record] and prediction.by_relatives)
        symbol, pooled = self._pooled(record, tag, votes, alone=is_alone)
        flags = {name: bool(symbol & kind) for name, kind in KINDS.items()}
        flags["only denied"] = symbol & ~BELOW_GIVEN == DENIED
        flags["voted"] = bool(((votes.record == record) & (votes.tag == tag)).any())
        chances = {"pooled": pooled, "label model": self._by_label_model(record, tag, votes)}
        return prediction.with_signals(record, tag, flags, chances)

    def _without(self, record: int, tag: int, lf: int, by_tag: npt.NDArray[np.float64]) -> float:
        """Return the cell's probability if a labeling function had not voted on the record."""
        kept = ~((self.votes.record == record) & (self.votes.lf == lf))
        votes = self.votes.where(kept)
        own, _ = self._own_log_odds(record, tag, votes)
        return self._close(tag, _expit(own), by_tag)[0]

    def _similar(self, record: int, tag: int) -> tuple[SimilarRecord, ...]:
        if self.resolution.prediction is None:
            return ()
        holders = self._given.tags[:, [tag]].tocoo().row.astype(np.intp)
        found = self.resolution.prediction.similar(record, holders, SIMILAR)
        return tuple(SimilarRecord(other, round(alike, 3)) for other, alike in found)


def _logit(probability: float) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = logit(np.clip(probability, LEAST, 1 - LEAST))
    return result


def _expit(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))
