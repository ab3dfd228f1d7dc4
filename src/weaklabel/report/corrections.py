"""What people's decisions say of a run, and beside it of the run before."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from weaklabel.report.clipping import MAX_REASON, clip, clip_all, clip_id
from weaklabel.report.data import CorrectedCell, CorrectedLF, Corrections, DecidedScores
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.measures import MIN_P, N_BINS

MAX_LFS = 50
MAX_CELLS = 50
MAX_RECORDS = 5
CHANGED = 0.005
ABOUT = {"missing": "yes", "missing_parent": "yes", "unsupported": "no"}
"""The kinds of findings that a verdict settles, and by which verdict they are right."""


@dataclass(frozen=True, slots=True, eq=False)
class DecidedTables:
    """Decided cells as a run sees them.

    Attributes
    ----------
    cells
        One row for each settled cell of a known record and tag: `record_id`, `tag`, `verdict` (yes or no), `how` it was
        settled, `given` (whether the author gives it), `label_model` and `probability` (of the label model alone, and
        the run's; 0 where it has no row, nan where nothing is known), `votes` (how many labeling functions vote on it),
        `contradicted` (a JSON list of those whose votes the verdict contradicts), `run` (on whose suggestions it was
        decided, or empty).
    lfs
        One row for each labeling function and tag with votes on decided cells, the most to blame first: `votes` in all,
        those `confirmed` and `contradicted`, `precision` of these with Wilson's 95 % interval, the label model's
        `estimated_accuracy`, `blame` (for how many wrong cells of the label model it answers), `alone` (how many it
        would get right without it), `records` with contradicted votes (a JSON list).
    sources
        Where decisions are from.
    open, lost
        Cells that annotators do not settle, and those of no known record or tag.
    contradictions
        Cells whose verdicts contradict each other, so that none of them counts.
    """

    cells: pd.DataFrame
    lfs: pd.DataFrame
    sources: tuple[str, ...] = ()
    open: int = 0
    lost: int = 0
    contradictions: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class EarlierRun:
    """The run before, as far as decided cells need it.

    Attributes
    ----------
    time, run
        When it was made, and its name.
    labels, findings
        Its tables.
    estimated
        By labeling function and tag, what its label model thinks of their votes.
    models
        What was decided about its models otherwise than about those of the run that it stands beside.
    """

    time: str
    run: str
    labels: pd.DataFrame
    findings: pd.DataFrame
    estimated: Mapping[tuple[str, str], float]
    models: tuple[str, ...] = ()


def describe_corrections(
    decided: DecidedTables, findings: pd.DataFrame, earlier: EarlierRun | None = None
) -> Corrections:
    """Return what decisions say of a run, and beside it of the run before."""
    cells = decided.cells
    is_right = (cells["verdict"] == "yes").to_numpy(dtype=np.bool_)
    after = cells["probability"].to_numpy(dtype=np.float64)
    before = np.full(len(cells), np.nan) if earlier is None else _look_up(cells, earlier.labels)
    estimated = {} if earlier is None else earlier.estimated
    lfs = [_lf(row, estimated) for row in decided.lfs.itertuples(index=False)]
    given = cells["given"].fillna(value=False).to_numpy(dtype=np.bool_)
    model = cells["label_model"].to_numpy(dtype=np.float64)
    model_wrong = _is_wrong(model, is_right)
    return Corrections(
        sources=clip_all(decided.sources),
        records=int(cells["record_id"].nunique()),
        cells=len(cells),
        yes=int(is_right.sum()),
        no=int((~is_right).sum()),
        open=decided.open,
        lost=decided.lost,
        contradictions=decided.contradictions,
        model_wrong=int(model_wrong.sum()),
        model_silent=int((model_wrong & (cells["votes"] == 0).to_numpy()).sum()),
        led_astray=round(float(decided.lfs["blame"].sum())),
        applied=int((given == is_right).sum()),
        after=_score(cells, after, is_right, findings),
        before=None if earlier is None else _score(cells, before, is_right, earlier.findings),
        since="" if earlier is None else earlier.time,
        made_on=0 if earlier is None else int((cells["run"] == earlier.run).sum()),
        models=() if earlier is None else clip_all(earlier.models, MAX_REASON),
        lfs=tuple(lfs[:MAX_LFS]),
        lf_total=len(lfs),
        lf_changed=None if earlier is None else sum(map(_has_changed, lfs)),
        rows=tuple(_rows(cells, is_right, before, after)),
        row_total=len(cells),
    )


def _look_up(cells: pd.DataFrame, labels: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return a run's probabilities of decided cells: 0 where it has no row."""
    known = {
        (str(record_id), tag): probability
        for record_id, tag, probability in labels[["record_id", "tag", "probability"]].itertuples(index=False)
    }
    keys = zip(cells["record_id"].astype("str"), cells["tag"], strict=True)
    return np.array([known.get(key, 0.0) for key in keys], dtype=np.float64)


def _is_wrong(probability: npt.NDArray[np.float64], is_right: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    wrong: npt.NDArray[np.bool_] = ~np.isnan(probability) & ((probability > LIKELY) != is_right)
    return wrong


def _score(
    cells: pd.DataFrame,
    probability: npt.NDArray[np.float64],
    is_right: npt.NDArray[np.bool_],
    findings: pd.DataFrame,
) -> DecidedScores:
    known = ~np.isnan(probability)
    p, right = probability[known], is_right[known]
    said = p > LIKELY
    hits = int((said & right).sum())
    verdicts = dict(
        zip(zip(cells["record_id"].astype("str"), cells["tag"], strict=True), cells["verdict"], strict=True)
    )
    about = [verdict == ABOUT[kind] for kind, verdict in _find_decided(findings, verdicts)]
    return DecidedScores(
        cells=len(p),
        wrong=int((said != right).sum()),
        precision=_share(hits, int(said.sum())),
        recall=_share(hits, int(right.sum())),
        f1=_share(2 * hits, int(said.sum() + right.sum())),
        calibration_error=_calibration_error(p, right) if len(p) else None,
        log_loss=round(float(-np.log(np.clip(np.where(right, p, 1 - p), MIN_P, 1 - MIN_P)).mean()), 6)
        if len(p)
        else None,
        findings=len(about),
        right_findings=sum(about),
    )


def _find_decided(findings: pd.DataFrame, verdicts: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    """Yield the kind of each likely finding on a decided cell, and the verdict."""
    likely = findings[(findings["score"] > LIKELY) & findings["kind"].isin(list(ABOUT))]
    for record_id, tag, kind in likely[["record_id", "tag", "kind"]].itertuples(index=False):
        verdict = verdicts.get((str(record_id), tag))
        if verdict is not None:
            yield kind, verdict


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _calibration_error(p: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error; see :func:`weaklabel.evaluate.calibration_error`."""
    bin_of = np.searchsorted(np.linspace(0, 1, N_BINS + 1)[1:-1], p)
    said, found = (np.bincount(bin_of, weights=each, minlength=N_BINS) for each in (p, right))
    return round(float(np.abs(said - found).sum() / len(p)), 6)


def _log_loss(p: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the mean of -ln P(what is right), with P from .001 to .999."""
    return round(float(-np.log(np.clip(np.where(right, p, 1 - p), MIN_P, 1 - MIN_P)).mean()), 6)


def _lf(row: Any, estimated: Mapping[tuple[str, str], float]) -> CorrectedLF:
    records = json.loads(row.records)
    return CorrectedLF(
        lf=clip(row.lf),
        tag=clip(row.tag),
        votes=int(row.votes),
        confirmed=int(row.confirmed),
        contradicted=int(row.contradicted),
        precision=_figure(row.precision),
        precision_low=_figure(row.precision_low),
        precision_high=_figure(row.precision_high),
        estimated_accuracy=_figure(row.estimated_accuracy),
        estimated_before=_figure(estimated.get((row.lf, row.tag), math.nan)),
        blame=round(float(row.blame), 4),
        alone=int(row.alone),
        records=tuple(clip_id(record_id) for record_id in records[:MAX_RECORDS]),
        record_total=len(records),
    )


def _has_changed(lf: CorrectedLF) -> bool:
    if lf.estimated_before is None or lf.estimated_accuracy is None:
        return lf.estimated_before is not lf.estimated_accuracy
    return abs(lf.estimated_accuracy - lf.estimated_before) >= CHANGED


def _figure(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def _rows(
    cells: pd.DataFrame,
    is_right: npt.NDArray[np.bool_],
    before: npt.NDArray[np.float64],
    after: npt.NDArray[np.float64],
) -> Iterator[CorrectedCell]:
    """Yield the cells that the run gets wrong, the surest first, then those that changed most."""
    distance = np.abs(np.nan_to_num(after - is_right))
    change = np.abs(np.nan_to_num(after) - np.nan_to_num(before)) if not np.isnan(before).all() else distance
    wrong = _is_wrong(after, is_right)
    order = np.lexsort((np.arange(len(cells)), -np.where(wrong, distance, change).round(9), ~wrong))
    for i in order[:MAX_CELLS].tolist():
        row = cells.iloc[i]
        record_id = row["record_id"]
        yield CorrectedCell(
            record_id=clip_id(record_id if isinstance(record_id, str) else int(record_id)),
            tag=clip(row["tag"]),
            verdict=row["verdict"],
            is_given=None if pd.isna(row["given"]) else bool(row["given"]),
            before=_figure(before[i]),
            after=_figure(after[i]),
            lfs=clip_all(json.loads(row["contradicted"])),
        )
