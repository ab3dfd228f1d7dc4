"""`weaklabel queue`: run a project, and order its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from weaklabel.errors import Place, Problem, UsageError, did_you_mean
from weaklabel.pipeline import Watch, judge, unwatched, vote_project
from weaklabel.queueing.decisions import read_decided
from weaklabel.queueing.defaults import DEFAULTS, Goal, choose_goal
from weaklabel.queueing.gather import gather_evidence
from weaklabel.sampling import POOLS, STRATEGIES, Entry, Evidence, Mixture, Pool, Ranking, parse_mixture
from weaklabel.terms import Settings
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class QueuedTag:
    """A tag to look at: whether it was given, and how probable it is."""

    tag: str
    given: bool
    probability: float


@dataclass(frozen=True, slots=True)
class QueuedRecord:
    """A record of the queue: its place, what it scores, the tags to look at, and why."""

    rank: int
    record_id: RecordId
    score: float
    tags: tuple[QueuedTag, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """Records in the order in which a person should look at them.

    Attributes
    ----------
    rows
        The first of them.
    strategy, goal
        What orders them, and what for: `correction` of given tags, or `learning`.
    waiting, decided
        How many records wait in all, and how many were left out.
    """

    rows: tuple[QueuedRecord, ...]
    strategy: str
    goal: Goal | None
    waiting: int
    decided: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a record: `rank`, `record_id`, `score`, `tags` (a list), `reasons` (a list)."""
        columns: dict[str, Any] = {
            "rank": [row.rank for row in self.rows],
            "record_id": [row.record_id for row in self.rows],
            "score": [row.score for row in self.rows],
            "tags": [[each.tag for each in row.tags] for row in self.rows],
            "reasons": [list(row.reasons) for row in self.rows],
        }
        return pd.DataFrame(columns)


def build_queue(
    settings: Settings,
    strategy: str | None = None,
    *,
    pool: str | None = None,
    exclude: str | None = None,
    limit: int | None = None,
    watch: Watch = unwatched,
) -> Queue:
    """Run a project up to its findings, and order its records; nothing is written.

    Parameters
    ----------
    settings
        The project's.
    strategy
        A strategy, or several by weight; by default the one that finds most mislabels where authors gave tags, and the
        one that models learn most from where they did not.
    pool
        How the scores of a record's cells become one; by default each strategy's own.
    exclude
        A file of decisions: its records are left out.
    limit
        How many records there are at most.
    watch
        Shows progress.

    Raises
    ------
    WeaklabelError
        Where an option, an input or a setting is wrong.
    """
    named = parse_mixture(strategy) if strategy is not None else None
    chosen_pool = check_pool(pool, [named] if named else [], settings)
    voted = vote_project(settings, watch)
    records = voted.observed.inputs.records
    decided = read_decided(exclude, records) if exclude else np.zeros(len(records), dtype=np.bool_)
    goal = choose_goal(voted.observed.given_matrix.labelled, ~decided)
    mixture = named or parse_mixture(DEFAULTS[goal])
    check_pool(pool, [mixture], settings)
    judged = judge(settings, voted, watch)
    evidence = gather_evidence(settings, judged, mixture.needs, waiting=~decided, decided=decided, seed=settings.seed)
    ranking = Ranking(evidence, mixture, chosen_pool)
    rows = tuple(_as_row(entry, place, evidence, records.ids) for place, entry in enumerate(ranking.entries(limit), 1))
    return Queue(rows, mixture.name, None if named else goal, len(ranking.order), int(decided.sum()))


def check_pool(name: str | None, mixtures: Sequence[Mixture], settings: Settings) -> Pool | None:
    """Return the pool that an option names.

    Raises
    ------
    UsageError
        Where there is none of this name, or some of the mixtures pool nothing.
    """
    if name is None:
        return None
    pool = next((pool for pool in POOLS if name == pool), None)
    if pool is None:
        fix = did_you_mean(name, POOLS, otherwise=f"There are {', '.join(POOLS)}.")
        raise UsageError(Problem(f"scores cannot be pooled by {name!r}.", Place("--pool"), fix))
    is_exclusive = settings.task == "multiclass"
    for mixture in mixtures:
        strategies = [part.strategy for part in mixture.parts]
        if not any(strategy.is_pooled(is_exclusive=is_exclusive) for strategy in strategies):
            names = " and ".join(strategy.name for strategy in strategies)
            what = f"{names} {'compares' if len(strategies) == 1 else 'compare'} whole records: nothing is pooled."
            pooled = [each.name for each in STRATEGIES.values() if each.is_pooled(is_exclusive=is_exclusive)]
            fix = f"Leave it out, or name a strategy that it changes: {', '.join(pooled)}."
            raise UsageError(Problem(what, Place("--pool"), fix))
    return pool


def _as_row(entry: Entry, rank: int, evidence: Evidence, ids: tuple[RecordId, ...]) -> QueuedRecord:
    tags = tuple(
        QueuedTag(
            evidence.tags[tag],
            bool(evidence.given[entry.record, tag]),
            round(float(evidence.probability[entry.record, tag]), 4),
        )
        for tag in entry.tags
    )
    return QueuedRecord(rank, ids[entry.record], round(entry.score, 4), tags, entry.reasons)
