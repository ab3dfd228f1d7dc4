"""What people decided, held against a run: votes, probabilities and findings on decided cells."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from weaklabel.corrections import (
    BlamedVotes,
    DecidedCells,
    Given,
    amend,
    blame_votes,
    decisions_file,
    probability_by_votes,
    settle,
)
from weaklabel.evaluate import wilson_interval
from weaklabel.manifest import digest
from weaklabel.report import DecidedTables
from weaklabel.resolution import Observed, Resolution
from weaklabel.terms import CellProbabilities, LFSummaryRow, Vocabulary
from weaklabel.terms.decisions import Decided, SettledCell
from weaklabel.terms.settings import Task

CELL_COLUMNS = (
    "record_id", "tag", "verdict", "how", "given", "label_model", "probability", "votes", "contradicted", "run",
)  # fmt: skip
LF_COLUMNS = (
    "lf", "tag", "votes", "confirmed", "contradicted", "precision", "precision_low", "precision_high",
    "estimated_accuracy", "blame", "alone", "records",
)  # fmt: skip


def describe_decided(decided: Decided) -> dict[str, Any]:
    """Return what run.json says of decisions: their sources, how many, and a hash of them wherever they are."""
    return {
        "path": ", ".join(decided.sources),
        "sha256": digest(decisions_file(decided.decisions)),
        "decisions": len(decided.decisions),
    }


def judge_decided(
    decided: Decided, observed: Observed, resolution: Resolution, summary: Sequence[LFSummaryRow]
) -> DecidedTables:
    """Hold decisions against votes and probabilities.

    Parameters
    ----------
    decided
        What people decided; one of them is enough to settle a cell. Verdicts that contradict each other do not count.
    observed, resolution, summary
        Of the run.
    """
    inputs = observed.inputs
    position = {str(record_id): i for i, record_id in enumerate(inputs.records.ids)}
    settled = _settle(decided, observed)
    known = [(place, cell) for cell in settled if (place := _find(cell, position, inputs.vocabulary)) is not None]
    sure = [(place, cell) for place, cell in known if cell.is_settled]
    cells = DecidedCells(
        np.array([place[0] for place, _ in sure], dtype=np.int32),
        np.array([place[1] for place, _ in sure], dtype=np.int32),
        np.array([cell.verdict == "yes" for _, cell in sure], dtype=np.bool_),
    )
    blamed = blame_votes(observed.votes, resolution.label_model, cells, is_exclusive=observed.is_exclusive)
    return DecidedTables(
        cells=_cell_table([cell for _, cell in sure], cells, blamed, observed, resolution),
        lfs=_lf_table(cells, blamed, observed, summary),
        sources=decided.sources,
        open=sum(not cell.is_settled and cell.how != "contradiction" for _, cell in known),
        lost=sum(_is_lost(cell, position, inputs.vocabulary) for cell in settled),
        contradictions=sum(cell.how == "contradiction" for _, cell in known),
    )


def _settle(decided: Decided, observed: Observed) -> tuple[SettledCell, ...]:
    """Settle cells as `weaklabel apply` does: of two that contradict each other, neither."""
    inputs, cells = observed.inputs, settle(decided.decisions)
    task: Task = "multiclass" if observed.is_exclusive else "multilabel"
    given = Given(inputs.records.ids, observed.given, inputs.vocabulary, inputs.graph, task)
    return amend(given, cells, shown=None).mark_contradictions(cells)


def _find(cell: SettledCell, position: Mapping[str, int], vocabulary: Vocabulary) -> tuple[int, int] | None:
    record, tag = position.get(str(cell.record_id)), vocabulary.index.get(cell.tag)
    return None if record is None or tag is None else (record, tag)


def _is_lost(cell: SettledCell, position: Mapping[str, int], vocabulary: Vocabulary) -> bool:
    """Say whether a cell is of no record, or holds a tag that the vocabulary lacks for right."""
    return str(cell.record_id) not in position or (cell.tag not in vocabulary and cell.verdict != "no")


def _cell_table(
    settled: Sequence[SettledCell],
    cells: DecidedCells,
    blamed: BlamedVotes,
    observed: Observed,
    resolution: Resolution,
) -> pd.DataFrame:
    ids, names = observed.inputs.records.ids, observed.votes.lf_ids
    against: list[list[str]] = [[] for _ in settled]
    n_votes = np.bincount(blamed.cell, minlength=len(settled))
    for i, lf, is_confirmed in zip(blamed.cell, blamed.lf, blamed.is_confirmed, strict=True):
        if not is_confirmed:
            against[int(i)].append(names[int(lf)])
    given = observed.given_matrix.has(cells.record, cells.tag)
    is_labelled = observed.given_matrix.labelled[cells.record]
    columns = {
        "record_id": pd.Series([ids[i] for i in cells.record.tolist()], dtype=_kind_of(ids)),
        "tag": pd.Series([cell.tag for cell in settled], dtype="str"),
        "verdict": pd.Series([cell.verdict for cell in settled], dtype="str"),
        "how": pd.Series([cell.how for cell in settled], dtype="str"),
        "given": pd.array(
            [bool(g) if is_known else None for g, is_known in zip(given, is_labelled, strict=True)], "boolean"
        ),
        "label_model": probability_by_votes(resolution.label_model, cells.record, cells.tag),
        "probability": _probability(resolution.cells, cells, len(observed.inputs.vocabulary)),
        "votes": n_votes.astype(np.int64),
        "contradicted": pd.Series([json.dumps(lfs, ensure_ascii=False) for lfs in against], dtype="str"),
        "run": pd.Series([_run_of(cell) for cell in settled], dtype="str"),
    }
    return pd.DataFrame({name: columns[name] for name in CELL_COLUMNS})


def _kind_of(ids: Sequence[Any]) -> str:
    return "int64" if ids and isinstance(ids[0], int) else "str"


def _run_of(cell: SettledCell) -> str:
    runs = {decision.run for decision in cell.said}
    return runs.pop() if len(runs) == 1 else ""


def _probability(cells: CellProbabilities, decided: DecidedCells, n_tags: int) -> npt.NDArray[np.float64]:
    """Return the run's probability of decided cells: 0 where it has no row."""
    known = cells.record.astype(np.int64) * n_tags + cells.tag
    wanted = decided.record.astype(np.int64) * n_tags + decided.tag
    if not len(known):
        return np.zeros(len(wanted))
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, cells.probability[place], 0.0)


def _lf_table(
    cells: DecidedCells, blamed: BlamedVotes, observed: Observed, summary: Sequence[LFSummaryRow]
) -> pd.DataFrame:
    votes, inputs = observed.votes, observed.inputs
    n_tags = len(inputs.vocabulary)
    cast = np.bincount(votes.lf.astype(np.int64) * n_tags + votes.tag, minlength=1)
    unit = blamed.lf.astype(np.int64) * n_tags + cells.tag[blamed.cell]
    estimated = {(row.lf, row.tag): row.estimated_accuracy for row in summary}
    rows: list[dict[str, Any]] = []
    for each in np.unique(unit).tolist():
        own = unit == each
        lf, tag = votes.lf_ids[each // n_tags], inputs.vocabulary.names[each % n_tags]
        n, right = int(own.sum()), int(blamed.is_confirmed[own].sum())
        low, high = wilson_interval(right, n)
        wrong = cells.record[blamed.cell[own & ~blamed.is_confirmed]]
        rows.append(
            {
                "lf": lf,
                "tag": tag,
                "votes": int(cast[each]),
                "confirmed": right,
                "contradicted": n - right,
                "precision": right / n,
                "precision_low": low,
                "precision_high": high,
                "estimated_accuracy": estimated.get((lf, tag), math.nan),
                "blame": float(blamed.blame[own].sum()),
                "alone": int(blamed.is_alone[own].sum()),
                "records": json.dumps([inputs.records.ids[i] for i in sorted(wrong.tolist())], ensure_ascii=False),
            }
        )
    rows.sort(key=lambda row: (-round(row["blame"], 9), -row["contradicted"], -row["confirmed"], row["lf"], row["tag"]))
    return pd.DataFrame(rows, columns=list(LF_COLUMNS))
