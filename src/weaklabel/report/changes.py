"""What is otherwise than in another run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from weaklabel.report.clipping import clip, clip_all, clip_id
from weaklabel.report.corrections import DecidedTables
from weaklabel.report.data import Changes, Corrections, FindingLine, KindChange, LabelChange, Report
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.records import RecordId

MAX_LINES = 50
CELL = ["record_id", "tag"]
KEY = ["kind", "record_id", "tag", "given"]


@dataclass(frozen=True, slots=True, eq=False)
class RunTables:
    """What two runs are compared by.

    Attributes
    ----------
    report, manifest, findings, labels
        Their report, their manifest, and all of their findings and labels.
    decided
        What people decided; None where the run reads no decisions.
    estimated
        By labeling function and tag, what the label model thinks of their votes.
    """

    report: Report
    manifest: Mapping[str, Any]
    findings: pd.DataFrame
    labels: pd.DataFrame
    decided: DecidedTables | None = None
    estimated: Mapping[tuple[str, str], float] = field(default_factory=dict)


def compare_runs(before: RunTables, after: RunTables) -> Changes:
    """Return what is otherwise in a run than in another one; likely findings and labels are those above .5."""
    old, new = _likely(before.findings), _likely(after.findings)
    gone, fresh = _not_among(old, new), _not_among(new, old)
    old_lfs, new_lfs = before.manifest["labeling_functions"], after.manifest["labeling_functions"]
    added, removed = sorted(new_lfs.keys() - old_lfs.keys()), sorted(old_lfs.keys() - new_lfs.keys())
    changed = sorted(lf for lf in new_lfs.keys() & old_lfs.keys() if new_lfs[lf] != old_lfs[lf])
    crossed = _crossed(before.labels, after.labels)
    return Changes(
        since=before.report.time,
        inputs=clip_all(_changed_inputs(before.manifest, after.manifest), 300),
        kinds=tuple(_kind_changes(after.manifest["findings"], old, new, gone, fresh)),
        new=tuple(_lines(fresh)),
        new_total=len(fresh),
        gone=tuple(_lines(gone)),
        gone_total=len(gone),
        added=clip_all(added[:MAX_LINES]),
        added_total=len(added),
        removed=clip_all(removed[:MAX_LINES]),
        removed_total=len(removed),
        changed=clip_all(changed[:MAX_LINES]),
        changed_total=len(changed),
        likely=int((crossed["after"] > LIKELY).sum()),
        unlikely=int((crossed["before"] > LIKELY).sum()),
        labels=tuple(_label_changes(crossed)),
    )


def since_last(before: RunTables, after: RunTables) -> Changes:
    """Return what is otherwise than in the run before it; where nothing is, what was so for that one.

    A run that is only repeated thus repeats its report.
    """
    changes = compare_runs(before, after)
    return before.report.changes if changes.is_empty else changes


def with_changes(report: Report, changes: Changes, corrections: Corrections) -> Report:
    """Return the report with what is otherwise than in another run, and what decisions say of both."""
    return replace(report, changes=changes, corrections=corrections)


def mark_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the likely findings of two runs with a column `change`: new, same, or gone."""
    old, new = _likely(before), _likely(after)
    is_new = ~_keys(new).isin(_keys(old))
    now = new.assign(change=np.where(is_new, "new", "same"))
    return pd.concat([now, _not_among(old, new).assign(change="gone")], ignore_index=True)


def _likely(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that are more likely right than wrong."""
    return findings[findings["score"] > LIKELY]


def _not_among(findings: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that are not among others."""
    return findings[~_keys(findings).isin(_keys(others))]


def _keys(findings: pd.DataFrame) -> pd.Index:
    """Return what identifies findings; the ids of two runs may be of two types."""
    return pd.MultiIndex.from_frame(findings[KEY].astype("str").fillna(""))


def _kind_changes(
    kinds: Mapping[str, int], old: pd.DataFrame, new: pd.DataFrame, gone: pd.DataFrame, fresh: pd.DataFrame
) -> Iterator[KindChange]:
    for kind in kinds:
        yield KindChange(kind, *(int((table["kind"] == kind).sum()) for table in (old, new, gone, fresh)))


def _lines(findings: pd.DataFrame) -> Iterator[FindingLine]:
    for kind, record_id, tag, given, score in _rows(findings, [*KEY, "score"]):
        yield FindingLine(kind, _id(record_id), _text_or_none(tag), _text_or_none(given), round(score, 6))


def _rows(table: pd.DataFrame, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the first rows, as Python values."""
    first = table.head(MAX_LINES)
    yield from zip(*(first[column].tolist() for column in columns), strict=True)


def _id(value: Any) -> RecordId:
    return clip_id(value if isinstance(value, str) else int(value))


def _text_or_none(value: Any) -> str | None:
    return clip(value) if isinstance(value, str) else None


def _crossed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are above .5 in one run only, the largest changes first."""
    old, new = (table[[*CELL, "probability"]] for table in (before, after))
    if old["record_id"].dtype != new["record_id"].dtype:
        old, new = (table.assign(record_id=table["record_id"].astype("str")) for table in (old, new))
    likely = [table.loc[table["probability"] > LIKELY, CELL] for table in (old, new)]
    either = likely[0].merge(likely[1], on=CELL, how="outer", indicator="found")
    crossed = either.loc[either["found"] != "both", CELL]
    for name, table in (("before", old), ("after", new)):
        crossed = crossed.merge(table.rename(columns={"probability": name}), on=CELL, how="left")
    change = (crossed["after"].fillna(0) - crossed["before"].fillna(0)).abs().round(9)
    return crossed.loc[change.sort_values(ascending=False, kind="stable").index]


def _label_changes(crossed: pd.DataFrame) -> Iterator[LabelChange]:
    for record_id, tag, *probabilities in _rows(crossed, ["record_id", "tag", "before", "after"]):
        before, after = (None if math.isnan(p) else round(p, 4) for p in probabilities)
        yield LabelChange(_id(record_id), clip(tag), before, after)


def _changed_inputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each input and setting that is another; where things are written to is none of them."""
    old_files, new_files = before["inputs"], after["inputs"]
    for name in sorted(old_files.keys() | new_files.keys()):
        if (old := old_files.get(name, {})).get("sha256") != (new := new_files.get(name, {})).get("sha256"):
            sizes = " → ".join(f"{entry[name]:,}" if name in entry else "none" for entry in (old, new))
            yield f"{name}: {sizes}" if old.get(name) != new.get(name) else f"{name}: other content"
    old_settings, new_settings = before["settings"], after["settings"]
    for name in sorted((old_settings.keys() | new_settings.keys()) - NO_INPUT):
        if old_settings.get(name) != new_settings.get(name):
            yield f"{name}: {old_settings.get(name)} → {new_settings.get(name)}"
    for name, where in (("weaklabel", "weaklabel"), ("python", "Python")):
        if before[name] != after[name]:
            yield f"{where}: {before[name]} → {after[name]}"


NO_INPUT = {"out", "cache", "cache_mb", "source", "records", "tags", "gold", "lfs", "decisions"}
