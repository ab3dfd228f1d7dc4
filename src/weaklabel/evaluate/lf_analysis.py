"""What the summary of labeling functions says beyond Snorkel's: how right each is, what it adds, and who is like it."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from weaklabel.evaluate.lf_pairs import Pairs, find_clusters, find_duplicates, find_pairs, list_pairs
from weaklabel.evaluate.lf_summary import wilson_interval
from weaklabel.evaluate.lf_value import Value, value_lfs
from weaklabel.evaluate.vote_units import RIGHT, UNKNOWN, WRONG, CastVotes, JudgedVotes, VoteUnits, judge_votes
from weaklabel.terms import (
    CellProbabilities,
    GivenMatrix,
    LabelingFunction,
    LFPair,
    LFSummaryRow,
    Vocabulary,
)
from weaklabel.terms.records import RecordId

MAX_WRONG = 3


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The tags against which labeling functions are measured, and whose they are."""

    tags: GivenMatrix
    name: Literal["gold", "given"]


class LFAnalysis(NamedTuple):
    """The rows of the summary, and the pairs of labeling functions that conflict or correlate."""

    rows: list[LFSummaryRow]
    pairs: list[LFPair]


def analyse_lfs(
    summary: Sequence[LFSummaryRow],
    cast: CastVotes,
    standing: CastVotes,
    cells: CellProbabilities,
    reference: Reference,
    lfs: Sequence[LabelingFunction],
    vocabulary: Vocabulary,
    ids: Sequence[RecordId],
) -> LFAnalysis:
    """Add to the rows of a summary what is known beyond coverage, overlap, conflict and agreement.

    Parameters
    ----------
    summary
        The rows, one for each labeling function and tag.
    cast, standing
        All votes, and those that the label model has seen.
    cells
        What the label model alone says, of all cells with votes.
    reference
        The tags that count as right.
    lfs, vocabulary, ids
        What the positions in votes stand for.
    """
    units = VoteUnits.of(cast.votes, len(vocabulary))
    if not len(units):
        return LFAnalysis([replace(row, reference=reference.name) for row in summary], [])
    judged = judge_votes(cast.votes, units, cells, reference.tags)
    pairs = find_pairs(cast, units)
    unit_of = {(lfs[lf].id, vocabulary.names[tag]): unit for unit, (lf, tag) in enumerate(units.pairs())}
    names = [lfs[lf].id for lf, _ in units.pairs()]
    figures = _figures(judged, len(units), value_lfs(standing, units, cells, reference.tags))
    likeness = _likeness(pairs, names)
    wrong = _list_wrong(judged, ids)
    rows: list[LFSummaryRow] = []
    for row in summary:
        unit = unit_of.get((row.lf, row.tag))
        known: dict[str, Any] = {}
        if unit is not None:
            known = {**figures[unit], **likeness[unit], "wrong": wrong.get(unit, row.wrong)}
        rows.append(replace(row, reference=reference.name, **known))
    return LFAnalysis(rows, list_pairs(pairs, units, lfs, vocabulary))


def _figures(judged: JudgedVotes, n_units: int, value: Value) -> list[dict[str, Any]]:
    """Return for each unit how right it is, and what is lost without it."""
    known, right = judged.right != UNKNOWN, judged.right == RIGHT
    n, n_right = (np.bincount(judged.unit[kept], minlength=n_units) for kept in (known, right))
    is_likely = ~np.isnan(judged.probability)
    sums = np.bincount(judged.unit[is_likely], judged.probability[is_likely], minlength=n_units)
    n_likely = np.bincount(judged.unit[is_likely], minlength=n_units)
    sole = np.bincount(judged.unit[judged.is_sole & (judged.right != WRONG)], minlength=n_units)
    figures = []
    for unit in range(n_units):
        low, high = wilson_interval(int(n_right[unit]), int(n[unit]))
        figures.append(
            {
                "precision": float(n_right[unit] / n[unit]) if n[unit] else math.nan,
                "precision_low": low,
                "precision_high": high,
                "reference_n": int(n[unit]),
                "estimated_accuracy": float(sums[unit] / n_likely[unit]) if n_likely[unit] else math.nan,
                "value_f1": float(value.f1[unit]),
                "value_nats": float(value.nats[unit]),
                "sole": int(sole[unit]),
                "redundant": bool(sole[unit] == 0),
            }
        )
    return figures


def _likeness(pairs: Pairs, names: Sequence[str]) -> list[dict[str, str]]:
    """Return for each unit the first that votes the same, and the first of those that it correlates with."""
    same, cluster = find_duplicates(pairs, len(names)), find_clusters(pairs, len(names))
    return [
        {
            "same_as": names[same[unit]] if same[unit] != unit else "",
            "cluster": names[cluster[unit]] if cluster[unit] >= 0 else "",
        }
        for unit in range(len(names))
    ]


def find_wrong(judged: JudgedVotes) -> list[int]:
    """Return the votes that the reference contradicts, unit by unit, the least probable first."""
    rows = np.flatnonzero(judged.right == WRONG)
    order = np.lexsort((judged.record[rows], judged.probability[rows], judged.unit[rows]))
    found: list[int] = rows[order].tolist()
    return found


def _list_wrong(judged: JudgedVotes, ids: Sequence[RecordId]) -> dict[int, str]:
    """Return the ids of a few records that each unit gets wrong, as a JSON list; only of those that get any wrong."""
    found: dict[int, list[RecordId]] = defaultdict(list)
    for row in find_wrong(judged):
        listed = found[int(judged.unit[row])]
        if len(listed) < MAX_WRONG:
            listed.append(ids[int(judged.record[row])])
    return {unit: json.dumps(listed, ensure_ascii=False) for unit, listed in found.items()}
