"""Which records are in which slices."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from weaklabel.slices.numbers import Numbers, count_words, disagreement, find_conflicts
from weaklabel.terms import Votes
from weaklabel.terms.conditions import Test
from weaklabel.terms.slices import (
    HasFinding,
    HasRareTag,
    InCluster,
    InSlice,
    IsLabelled,
    Joined,
    LFDoes,
    Matches,
    Measures,
    Members,
    Membership,
    Slice,
    SliceCondition,
    State,
    TagIs,
)

Clustering = Callable[[int], npt.NDArray[np.intp]]
_COMPARE: Mapping[str, Callable[[Numbers, float], Members]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class LikelyCells:
    """The cells that a run resolves with a probability above .5, by where each is from.

    Attributes
    ----------
    record, tag
        Positions, of shape (cells,).
    source
        `given`, `voted`, `inferred` or `predicted`, of shape (cells,).
    """

    record: npt.NDArray[np.int32]
    tag: npt.NDArray[np.int32]
    source: npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class RunEvidence:
    """What a run resolved and found.

    Attributes
    ----------
    likely
        The likely cells.
    findings
        For each kind which records have a likely finding, bool of shape (records,).
    uncertainty
        float64 of shape (records,), from 0 to 1; see :func:`~weaklabel.slices.numbers.record_uncertainty`.
    """

    likely: LikelyCells
    findings: Mapping[str, Members]
    uncertainty: Numbers


@dataclass(frozen=True, eq=False)
class SliceEvidence:
    """What slices ask of records.

    Attributes
    ----------
    own
        The votes of the labeling functions that slices are made of.
    votes
        Those of the project's, as they were cast.
    lf_index, tag_index
        The positions of labeling functions in `votes`, and of tags.
    given
        bool, sparse, of shape (records, tags).
    labelled
        bool of shape (records,).
    texts
        Each record's texts, one after the other.
    cluster
        Gives each record's cluster, for a number of clusters.
    is_exclusive
        Whether each record has exactly one tag.
    run
        None only where no slice asks for it.
    """

    own: Votes
    votes: Votes
    lf_index: Mapping[str, int]
    tag_index: Mapping[str, int]
    given: csr_array
    labelled: Members
    texts: Sequence[str]
    cluster: Clustering
    is_exclusive: bool = False
    run: RunEvidence | None = None

    @property
    def n_records(self) -> int:
        """The number of records."""
        return len(self.labelled)

    @property
    def of_run(self) -> RunEvidence:
        """What a run resolved and found."""
        assert self.run is not None, "these slices were not said to ask for what a run resolves"
        return self.run

    @cached_property
    def numbers(self) -> Mapping[str, Callable[[], Numbers]]:
        """What makes each of the numbers that records have."""
        return {
            "words": lambda: count_words(self.texts),
            "characters": lambda: np.array([len(text) for text in self.texts], dtype=np.float64),
            "tags_given": lambda: np.asarray(self.given.sum(axis=1), dtype=np.float64).ravel(),
            "uncertainty": lambda: self.of_run.uncertainty,
            "disagreement": lambda: disagreement(self.votes, is_exclusive=self.is_exclusive),
        }


def assign_slices(slices: Sequence[Slice], evidence: SliceEvidence) -> Membership:
    """Return which records are in which slices; ids are distinct, and no slice is defined by itself."""
    judge = _Judge({each.id: each for each in slices}, evidence)
    members = np.zeros((evidence.n_records, len(slices)), dtype=np.bool_)
    for i, each in enumerate(slices):
        members[:, i] = judge.members(each.id)
    return Membership(tuple(each.id for each in slices), members)


class _Judge:
    """Says for which records a condition holds; each slice is judged once."""

    def __init__(self, slices: Mapping[str, Slice], evidence: SliceEvidence) -> None:
        self._slices, self._evidence = slices, evidence
        self._known: dict[str, Members] = {}

    def members(self, name: str) -> Members:
        if name not in self._known:
            self._known[name] = self._hold(self._slices[name].condition)
        return self._known[name]

    def _hold(self, condition: SliceCondition) -> Members:
        rows: Members = np.asarray(self._judge(condition), dtype=np.bool_)
        return rows

    def _judge(self, condition: SliceCondition) -> Any:  # noqa: C901 - one case a condition
        evidence = self._evidence
        match condition:
            case Joined(how, parts):
                held = [self._hold(part) for part in parts]
                if how == "all_of":
                    return np.logical_and.reduce(held)
                found = np.logical_or.reduce(held)
                return ~found if how == "none_of" else found
            case InSlice(names):
                return np.logical_or.reduce([self.members(name) for name in names])
            case Matches(lf):
                return self._rows(evidence.own.record[evidence.own.lf == evidence.own.lf_ids.index(lf.id)])
            case LFDoes():
                return self._votes_do(condition)
            case TagIs(state, tags):
                return self._has_tag(state, None if tags is None else [evidence.tag_index[tag] for tag in tags])
            case HasFinding(kinds):
                none = np.zeros(evidence.n_records, dtype=np.bool_)
                return np.logical_or.reduce([evidence.of_run.findings.get(kind, none) for kind in kinds])
            case IsLabelled(labelled):
                return evidence.labelled == labelled
            case Measures(what, tests):
                number = evidence.numbers[what]()
                return np.logical_and.reduce([_COMPARE[test.operator](number, _as_float(test)) for test in tests])
            case HasRareTag(below):
                given = np.asarray(evidence.given.sum(axis=0)).ravel()
                rare = np.flatnonzero(given < below)
                return self._has_tag("given", rare) | self._has_tag("resolved", rare)
            case InCluster(clusters, n_clusters):
                return np.isin(evidence.cluster(n_clusters), clusters)

    def _rows(self, records: npt.NDArray[np.int32]) -> Members:
        rows: Members = np.zeros(self._evidence.n_records, dtype=np.bool_)
        rows[records] = True
        return rows

    def _votes_do(self, condition: LFDoes) -> Members:
        votes = self._evidence.votes
        if condition.lfs is None:
            chosen = np.ones(len(votes), dtype=np.bool_)
        else:
            chosen = np.isin(votes.lf, [self._evidence.lf_index[name] for name in condition.lfs])
        if condition.how == "conflicts":
            chosen &= find_conflicts(votes, is_exclusive=self._evidence.is_exclusive)
        rows = self._rows(votes.record[chosen])
        return ~rows if condition.how == "abstains" else rows

    def _has_tag(self, state: State, tags: Sequence[int] | npt.NDArray[np.intp] | None) -> Members:
        evidence = self._evidence
        if state == "given":
            given = evidence.given if tags is None else evidence.given[:, tags]
            return np.asarray(given.sum(axis=1)).ravel() > 0
        likely = evidence.of_run.likely
        chosen = np.ones(len(likely.tag), dtype=np.bool_) if tags is None else np.isin(likely.tag, tags)
        if state != "resolved":
            chosen &= likely.source == state
        return self._rows(likely.record[chosen])


def _as_float(test: Test) -> float:
    [value] = test.values
    assert isinstance(value, int | float)
    return float(value)
