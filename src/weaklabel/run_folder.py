"""Read what a run wrote, and write its report again."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa

from weaklabel.errors import OutputError, Place, Problem, did_you_mean
from weaklabel.output import MARKER
from weaklabel.report import (
    Changes,
    RunTables,
    compare_runs,
    mark_changes,
    parse_report,
    report_json,
    since_last,
    with_changes,
)

REPORT, FINDINGS, LABELS = "report.json", "findings.parquet", "labels.parquet"


def read_run(folder: Path) -> RunTables:
    """Read a run's report, manifest, findings and labels.

    Raises
    ------
    OutputError
        Where there is no run, or one of its files is missing, broken, or of another version.
    """
    if not folder.exists():
        siblings = [entry.name for entry in folder.parent.iterdir()] if folder.parent.is_dir() else []
        fix = did_you_mean(folder.name, siblings, otherwise="Run `weaklabel run` first, or name a run's folder.")
        raise OutputError(Problem("there is no such folder.", Place(str(folder)), fix))
    if not (folder / MARKER).is_file():
        fix = "Run `weaklabel run` first, or name a run's folder."
        raise OutputError(Problem("no run is here.", Place(str(folder)), fix))
    if not (folder / REPORT).is_file():
        what = f"this run has no {REPORT}: an older version of weaklabel wrote it."
        raise OutputError(Problem(what, Place(str(folder)), "Run `weaklabel run` again."))
    report = parse_report((folder / REPORT).read_bytes(), str(folder / REPORT))
    path = folder / MARKER
    try:
        manifest = json.loads(path.read_bytes())
        path = folder / FINDINGS
        findings = pd.read_parquet(path)
        path = folder / LABELS
        return RunTables(report, manifest, findings, pd.read_parquet(path))
    except (OSError, ValueError, pa.ArrowException) as failure:
        what = f"this file of the run cannot be read: {failure}."
        raise OutputError(Problem(what, Place(str(path)), "Run `weaklabel run` again.")) from None


def changes_since(folder: Path, run: RunTables) -> Changes:
    """Return what is otherwise than in the run that a folder holds, where it holds one that can be read."""
    if not (folder / MARKER).is_file():
        return Changes()
    try:
        return since_last(read_run(folder), run)
    except OutputError as error:
        return Changes(problem=error.problems[0].what)


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
    report = run.report if other is None else with_changes(run.report, compare_runs(other, run))
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
