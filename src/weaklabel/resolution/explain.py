"""Say why a cell has its probability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx
import numpy as np
import numpy.typing as npt

from weaklabel.errors import Problem, RecordsError, TagsError, did_you_mean
from weaklabel.inputs import Inputs
from weaklabel.resolution.classes import resolve_votes_on_classes
from weaklabel.resolution.counterfactuals import Counterfactuals
from weaklabel.resolution.observed import Observed
from weaklabel.resolution.result import Resolution
from weaklabel.tags import Speller
from weaklabel.terms import (
    Evidence,
    Explanation,
    Settings,
    Share,
    SimilarRecord,
    SpellingMatch,
    WithoutVote,
)
from weaklabel.terms.explanation import log_odds_of, probability_of
from weaklabel.terms.records import RecordId

SIMILAR = 3
NEAR = 0.8  # how alike an id must be to be meant
LEAST_RAISE = 1e-6  # of log-odds; what is less is rounding
BY_VOTES = "labeling functions"
PARTS = (BY_VOTES, "given tags", "text")  # in the order in which they are told


def find_record(inputs: Inputs, record_id: RecordId) -> int:
    """Return a record's position.

    Raises
    ------
    RecordsError
        Where no record has the id; with the one that may be meant, but for numbers, which are all alike.
    """
    ids, name = inputs.records.ids, str(record_id)
    places = {str(known): place for place, known in enumerate(ids)}
    if name in places:
        return places[name]
    fix = f"Give the id of a record; the first is {str(ids[0])!r}, the last is {str(ids[-1])!r}."
    if not name.isdigit():
        fix = did_you_mean(name, places, otherwise=fix, least=NEAR)
    raise RecordsError(Problem(f"no record has the id {name!r}.", fix=fix))


def read_tag(inputs: Inputs, spelling: str) -> SpellingMatch:
    """Return the one tag that a spelling stands for: its name, an alias, or one of these in another form.

    Raises
    ------
    TagsError
        Where it stands for none, or for several.
    """
    match = Speller(inputs.vocabulary).resolve(spelling)
    if match is None:
        fix = inputs.vocabulary.explain_unknown(spelling)
        raise TagsError(Problem(f"there is no tag {spelling!r}.", fix=fix))
    return match


def find_tag(inputs: Inputs, spelling: str) -> int:
    """Return the position of the tag that a spelling stands for; raises as :func:`read_tag` does."""
    return inputs.vocabulary.index[read_tag(inputs, spelling).tag]


def explain_record(explainer: Explainer, record_id: RecordId, tag: str | None = None) -> tuple[Explanation, ...]:
    """Explain one tag of a record, or all that were given, voted on, or are likely.

    Raises
    ------
    RecordsError, TagsError
        Where there is no such record or tag.
    """
    record = find_record(explainer.inputs, record_id)
    places = explainer.tags_worth_telling(record) if tag is None else [find_tag(explainer.inputs, tag)]
    return tuple(explainer.explain(record, place) for place in places)


@dataclass(frozen=True, eq=False)
class Explainer:
    """Explains cells of one resolution.

    Attributes
    ----------
    settings, observed, resolution
        What was resolved, and how.
    find_evidence
        Returns every vote on a cell, with its spans.
    """

    settings: Settings
    observed: Observed
    resolution: Resolution
    find_evidence: Callable[[int, int], tuple[Evidence, ...]]

    @property
    def inputs(self) -> Inputs:
        """All that was read."""
        return self.observed.inputs

    def explain(self, record: int, tag: int) -> Explanation:
        """Explain one cell, by the positions of its record and its tag."""
        shares = self._own_shares(record, tag)
        by_tag = self._probabilities_of(record)
        own = sum(share.log_odds for share in shares)
        if self.resolution.prediction is None:
            closed, below = self._look_up(record, tag, probability_of(own))
        else:
            closed, below = self._close(tag, probability_of(own), by_tag)
        raised_by = None
        if np.isnan(closed):  # nothing ever votes on the tag
            shares = ()
        elif below is not None and abs(change := log_odds_of(closed) - own) > LEAST_RAISE:
            raised_by = below if change > 0 else None
            kept = f"no vote on it: as probable as {below!r}, a tag below it"
            shares += (Share(f"raised to {below!r}, a tag below it" if raised_by else kept, change),)
        evidence = self._find_votes(record, tag)
        lfs = list(dict.fromkeys(vote.lf for vote in evidence))
        return Explanation(
            record=record,
            record_id=self.inputs.records.ids[record],
            tag=self.inputs.vocabulary.names[tag],
            probability=closed,
            is_given=self._is_given(record, tag),
            shares=shares,
            raised_by=raised_by,
            votes=evidence,
            without=tuple(WithoutVote(lf, self._without(record, tag, [lf], by_tag)) for lf in lfs),
            without_all=self._without(record, tag, lfs, by_tag) if len(lfs) > 1 else None,
            similar=self._similar(record, tag),
        )

    def tags_worth_telling(self, record: int, least: float = 0.05, most: int = 12) -> list[int]:
        """Return the tags of a record that were given, voted on, or are likely, the most probable first."""
        cells = self.resolution.cells
        rows = slice(*np.searchsorted(cells.record, [record, record + 1]).tolist())
        tags, probability = cells.tag[rows], np.nan_to_num(cells.probability[rows])
        given = np.asarray(self.observed.given_matrix.tags[[record]].toarray()).ravel()[tags] > 0
        worth = (probability >= least) | given | cells.voted[rows]
        order = np.argsort(-probability[worth], kind="stable")
        return [int(tag) for tag in tags[worth][order]][:most]

    def _find_votes(self, record: int, tag: int) -> tuple[Evidence, ...]:
        """Return every vote on the cell; of exclusive classes, then those on others, which name their class."""
        own = self.find_evidence(record, tag)
        if self.settings.task != "multiclass":
            return own
        votes, names = self.observed.votes, self.inputs.vocabulary.names
        others = np.setdiff1d(votes.tag[votes.record == record], [tag]).tolist()
        on_others = (replace(vote, tag=names[other]) for other in others for vote in self.find_evidence(record, other))
        return *own, *on_others

    def _is_given(self, record: int, tag: int) -> bool | None:
        given = self.observed.given_matrix
        return bool(given.tags[record, tag]) if given.labelled[record] else None

    @cached_property
    def _below(self) -> list[list[int]]:
        """For each tag, the tags below it."""
        index = self.inputs.vocabulary.index
        return [
            sorted(index[below] for below in nx.ancestors(self.inputs.graph, name))  # edges go child → parent
            for name in self.inputs.vocabulary.names
        ]

    @cached_property
    def _counterfactuals(self) -> Counterfactuals:
        return Counterfactuals(self.settings, self.observed, self.resolution)

    @cached_property
    def _classes(self) -> npt.NDArray[np.float64]:
        """What the label model says of each class of each record."""
        return resolve_votes_on_classes(self.settings, self.observed, self.observed.votes).probability

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
        """Return a cell's probability among the resolution's, and the most probable tag below it that has one.

        Without an end model, a tag on which nothing votes has the probability of the tag below it, or none at all.
        """
        cells = self.resolution.cells
        rows = slice(*np.searchsorted(cells.record, [record, record + 1]).tolist())
        known = dict(zip(cells.tag[rows].tolist(), cells.probability[rows].tolist(), strict=True))
        below = {other: known[other] for other in self._below[tag] if other in known}
        best = max(below, key=lambda other: np.nan_to_num(below[other]), default=None)
        return known.get(tag, own), None if best is None else self.inputs.vocabulary.names[best]

    def _own_shares(self, record: int, tag: int) -> tuple[Share, ...]:
        """Return what a cell's log-odds before closure are made of."""
        before, by_votes = f"usual for the {self.settings.noun}", self._describe_votes(record, tag)
        prediction = self.resolution.prediction
        if prediction is None:
            usual = self._usual(tag)
            return Share(before, usual), Share(by_votes, log_odds_of(self._by_label_model(record, tag)) - usual)
        usual, parts = prediction.explain(record, tag)
        shares = [Share(part, parts[part]) for part in sorted(parts, key=PARTS.index)]
        named = (share._replace(part=by_votes) if share.part == BY_VOTES else share for share in shares)
        return Share(before, usual), *named

    def _describe_votes(self, record: int, tag: int) -> str:
        """Return what the share of labeling functions is called: they may be silent on the tag itself."""
        votes = self.observed.votes
        voted = set(votes.tag[votes.record == record].tolist())
        if tag in voted:
            return BY_VOTES
        if voted and self.settings.task == "multiclass":
            return f"{BY_VOTES}, for other classes"
        if self.resolution.prediction is not None and not voted.isdisjoint(self._below[tag]):
            return f"{BY_VOTES}, on tags below it"
        return "no labeling function votes on it"

    def _usual(self, tag: int) -> float:
        if self.settings.task == "multiclass":
            return log_odds_of(float(self.resolution.base_rates[tag]))
        if self.resolution.class_balance is not None:
            return log_odds_of(float(self.resolution.class_balance[tag]))
        return 0.0  # a label model begins with even odds

    def _by_label_model(self, record: int, tag: int) -> float:
        if self.settings.task == "multiclass":
            return float(self._classes[record, tag])
        return self.resolution.by_votes(record, tag)

    def _without(self, record: int, tag: int, lfs: Sequence[str], by_tag: npt.NDArray[np.float64]) -> float:
        """Return the cell's probability if some labeling functions had not voted on the record."""
        prediction = self.resolution.prediction
        if prediction is None:
            own = self._counterfactuals.resolve(record, tag, lfs)
        else:
            usual, parts = self._counterfactuals.predict(prediction, record, tag, lfs)
            own = probability_of(usual + sum(parts.values()))
        return self._close(tag, own, by_tag)[0]

    def _similar(self, record: int, tag: int) -> tuple[SimilarRecord, ...]:
        if self.resolution.prediction is None:
            return ()
        holders = self.observed.given_matrix.tags[:, [tag]].tocoo().row.astype(np.intp)
        found = self.resolution.prediction.similar(record, holders, SIMILAR)
        return tuple(SimilarRecord(other, round(alike, 3)) for other, alike in found)
