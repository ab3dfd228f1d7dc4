"""Read what a run wrote, and write its report again."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from weaklabel.errors import OutputError, Place, Problem, did_you_mean
from weaklabel.manifest import hash_run, name_run
from weaklabel.output import MARKER
from weaklabel.report import (
    Changes,
    Corrections,
    DecidedTables,
    EarlierRun,
    Report,
    RunTables,
    compare_runs,
    describe_corrections,
    mark_changes,
    parse_report,
    report_json,
    with_changes,
)

REPORT, FINDINGS, LABELS, VOTES = "report.json", "findings.parquet", "labels.parquet", "votes.parquet"
CORRECTIONS, LF_CORRECTIONS, LF_SUMMARY = "corrections.parquet", "lf_corrections.csv", "lf_summary.csv"
AGAIN = "Run `weaklabel run` again."


def read_run(folder: Path) -> RunTables:
    """Read a run's report, manifest, findings and labels.

    Raises
    ------
    OutputError
        Where there is no run, or one of its files is missing, broken, or of another version.
    """
    _check_run(folder)
    report = parse_report(_file_of(folder, REPORT).read_bytes(), str(folder / REPORT))
    with _naming_file(folder / MARKER):
        manifest = json.loads((folder / MARKER).read_bytes())
    with _naming_file(folder / FINDINGS):
        findings = pd.read_parquet(folder / FINDINGS)
    with _naming_file(folder / LABELS):
        labels = pd.read_parquet(folder / LABELS)
    return RunTables(report, manifest, findings, labels, _read_decided(folder, report), _read_estimates(folder))


def _read_decided(folder: Path, report: Report) -> DecidedTables | None:
    """Return what people decided, where the run read decisions."""
    if not (folder / CORRECTIONS).is_file():
        return None
    with _naming_file(folder / CORRECTIONS):
        cells = pd.read_parquet(folder / CORRECTIONS)
    path = _file_of(folder, LF_CORRECTIONS)
    with _naming_file(path):
        said = report.corrections
        lfs = pd.read_csv(path, keep_default_na=False, na_values=[""])
        return DecidedTables(cells, lfs, said.sources, said.open, said.lost, said.contradictions)


def _read_estimates(folder: Path) -> dict[tuple[str, str], float]:
    """Return what the label model thinks of votes, by labeling function and tag."""
    path = _file_of(folder, LF_SUMMARY)
    with _naming_file(path):
        table = pd.read_csv(path, keep_default_na=False)[["lf", "tag", "estimated_accuracy"]]
        rows = zip(*(table[name].tolist() for name in table.columns), strict=True)
        return {(lf, tag): float(estimate) if estimate != "" else math.nan for lf, tag, estimate in rows}


@dataclass(frozen=True, slots=True)
class StoredTables:
    """A run's manifest and its tables, without its report; see :class:`weaklabel.run.Run`."""

    manifest: dict[str, Any]
    labels: pd.DataFrame
    findings: pd.DataFrame
    votes: pd.DataFrame


def read_tables(folder: Path) -> StoredTables:
    """Read a run's manifest, labels, findings and votes; raises as :func:`read_run` does."""
    _check_run(folder)
    with _naming_file(folder / MARKER):
        manifest = json.loads((folder / MARKER).read_bytes())
    tables: dict[str, pd.DataFrame] = {}
    for name in (LABELS, FINDINGS, VOTES):
        path = _file_of(folder, name)
        with _naming_file(path):
            tables[name] = pd.read_parquet(path)
    return StoredTables(manifest, tables[LABELS], tables[FINDINGS], tables[VOTES])


def is_run(folder: Path) -> bool:
    """Say whether a folder holds a run."""
    return (folder / MARKER).is_file()


def read_votes(folder: Path) -> tuple[dict[str, str], pd.DataFrame]:
    """Read which labeling functions a run had, and how they voted.

    Returns
    -------
    definitions, votes
        The hash of each labeling function's definition, by id; and a table as :attr:`weaklabel.run.Run.votes`.

    Raises
    ------
    OutputError
        As :func:`read_run` does.
    """
    _check_run(folder)
    with _naming_file(folder / MARKER):
        definitions = dict(json.loads((folder / MARKER).read_bytes())["labeling_functions"])
    path = _file_of(folder, VOTES)
    with _naming_file(path):
        return definitions, pd.read_parquet(path, columns=["record_id", "tag", "lf", "vote"])


def _check_run(folder: Path) -> None:
    if not folder.exists():
        siblings = [entry.name for entry in folder.parent.iterdir()] if folder.parent.is_dir() else []
        fix = did_you_mean(folder.name, siblings, otherwise="Run `weaklabel run` first, or name a run's folder.")
        raise OutputError(Problem("there is no such folder.", Place(str(folder)), fix))
    if not is_run(folder):
        fix = "Run `weaklabel run` first, or name a run's folder."
        raise OutputError(Problem("no run is here.", Place(str(folder)), fix))


def _file_of(folder: Path, name: str) -> Path:
    """Return the path of a file that not every version of weaklabel has written."""
    if not (folder / name).is_file():
        what = f"this run has no {name}: an older version of weaklabel wrote it."
        raise OutputError(Problem(what, Place(str(folder)), AGAIN))
    return folder / name


@contextmanager
def _naming_file(path: Path) -> Iterator[None]:
    """Raise what a broken file leads to as a problem of that file."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as failure:
        what = f"this file of the run cannot be read: {failure}."
        raise OutputError(Problem(what, Place(str(path)), AGAIN)) from None


def changes_since(folder: Path, run: RunTables, compare: Callable[[RunTables, RunTables], Changes]) -> Changes:
    """Return what is otherwise than in the run that a folder holds, where it holds one that can be read."""
    if not is_run(folder):
        return Changes()
    try:
        return compare(read_run(folder), run)
    except OutputError as error:
        return Changes(problem=error.problems[0].what)


def corrections_since(folder: Path, run: RunTables) -> Corrections:
    """Return what decisions say of a run beside the one that a folder holds; of a run that is repeated, as it said."""
    if run.decided is None or not is_run(folder):
        return run.report.corrections
    try:
        earlier = read_run(folder)
    except OutputError:
        return run.report.corrections
    if hash_run(earlier.manifest) == hash_run(run.manifest):
        return earlier.report.corrections
    return compare_corrections(earlier, run)


def compare_corrections(before: RunTables, after: RunTables) -> Corrections:
    """Return what decisions say of a run, and beside it of another one."""
    if after.decided is None:
        return after.report.corrections
    earlier = EarlierRun(
        before.report.time,
        name_run(before.manifest),
        before.labels,
        before.findings,
        before.estimated,
        tuple(_list_changes(before.manifest["models"], after.manifest["models"])),
    )
    return describe_corrections(after.decided, after.findings, earlier)


def _list_changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield what was decided about models otherwise, by name."""
    for name in dict.fromkeys((*before, *after)):
        old, new = (models.get(name, "–") for models in (before, after))
        if old != new:
            yield f"{name.replace('_', ' ')}: {old} → {new}"


def render_run(form: str, run: RunTables, other: RunTables | None = None) -> str:
    """Return a run's report as html, md or json, or its findings as csv.

    Parameters
    ----------
    form
        html, md, json or csv.
    run
        The run.
    other
        The run that it is compared with, in the place of the one before it. The findings as csv then have a column
        `change`: those of `run` are new or the same, those of `other` alone are gone; only score > 0.5 counts.
    """
    report = run.report
    if other is not None:
        report = with_changes(report, compare_runs(other, run), compare_corrections(other, run))
    if form == "csv":
        table = run.findings if other is None else mark_changes(other.findings, run.findings)
        text: str = table.to_csv(index=False, lineterminator="\n")
        return text
    if form == "json":
        return report_json(report).decode()
    if form == "md":
        from weaklabel.report.markdown import render_markdown

        return render_markdown(report)
    from weaklabel.report.render import render_report

    return render_report(report)
