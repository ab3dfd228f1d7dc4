"""Read what a run wrote, and write its report again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    with_changes,
)

REPORT, FINDINGS, LABELS, VOTES = "report.json", "findings.parquet", "labels.parquet", "votes.parquet"
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
        return RunTables(report, manifest, findings, pd.read_parquet(folder / LABELS))


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
