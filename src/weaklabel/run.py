"""The result of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from weaklabel.errors import Problem
from weaklabel.manifest import manifest_bytes
from weaklabel.output import check_folder, write_folder
from weaklabel.report import (
    Changes,
    DecidedTables,
    Report,
    RunTables,
    compare_runs,
    report_json,
    since_last,
    with_changes,
)
from weaklabel.report.notebook import Findings, LFSummary, run_html
from weaklabel.report.plots import Plots
from weaklabel.resolution import Explainer, explain_record
from weaklabel.run_folder import CORRECTIONS, LABELS, LF_CORRECTIONS, VOTES, changes_since, corrections_since
from weaklabel.slices import SlicedRecords
from weaklabel.tables import CSV_ROWS, likely_labels, parquet_bytes, vote_table
from weaklabel.terms import Explanation, Failure, FindingQuality, Settings
from weaklabel.terms.finding import LIKELY
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found out; nothing is on disk until :meth:`write`.

    Attributes
    ----------
    labels
        One row a cell: `record_id`, `tag`, `probability` (0 to 1), `source` (given, voted, inferred, predicted).
    findings
        One row a likely mislabel, best first: `record_id`, `tag`, `given`, `suggestion` (the class to give
        instead), `kind`, `score` (how likely the finding is right, comparable within a kind), `rank` (within its kind),
        `tag_rank` (within its kind and tag), `reason`, `evidence` (JSON).
    lf_summary
        One row a labeling function and tag; see :class:`weaklabel.terms.LFSummaryRow` for the columns.
    lf_pairs
        One row for each two labeling functions that conflict or correlate; see :class:`weaklabel.terms.LFPair`.
    tag_summary
        One row a tag; see :class:`weaklabel.terms.TagSummaryRow` for the columns.
    slices
        The records in each slice: `run.slices["short_text"]` is a DataFrame; empty where the project defines none.
    quality
        Precision and recall of the findings by kind, where the project has gold tags; else empty.
    advice
        Which label model would do better, in one line; None where none does.
    warnings, failures
        What was odd in the inputs, and which labeling functions failed.
    report
        What the report says, as data; :meth:`write` makes it a page.
    manifest
        What the run read, used and wrote: the content of run.json.
    decided
        Cells that people decided (`run.decided.cells`), and the labeling functions that vote on them
        (`run.decided.lfs`); None where the project names no decisions.
    """

    labels: pd.DataFrame
    findings: Findings
    lf_summary: LFSummary
    lf_pairs: pd.DataFrame
    tag_summary: pd.DataFrame
    slices: SlicedRecords
    quality: tuple[FindingQuality, ...]
    advice: str | None
    warnings: tuple[Problem, ...]
    failures: tuple[Failure, ...]
    manifest: dict[str, Any]
    settings: Settings
    report: Report = field(repr=False)
    explainer: Explainer = field(repr=False)
    decided: DecidedTables | None = None

    def why(self, record_id: RecordId, tag: str | None = None) -> tuple[Explanation, ...]:
        """Say why a record's tags have their probabilities.

        Parameters
        ----------
        record_id
            The record; an id that is a number may be a text too, 92 or "92".
        tag
            The tag, or an alias of it; by default all that were given, voted on, or are likely.

        Raises
        ------
        RecordsError, TagsError
            Where there is no such record or tag.
        """
        return explain_record(self.explainer, record_id, tag)

    def write(self, folder: str | Path | None = None) -> Path:
        """Write the run's files into `folder` (by default the project's `out`), all of them or none.

        Returns
        -------
        pathlib.Path
            The folder, which holds labels.parquet, labels.csv, votes.parquet, findings.parquet, findings.csv,
            lf_summary.csv, lf_pairs.csv, tag_summary.csv, slices.parquet (where slices are defined), report.html,
            report.json and run.json. The report says what is otherwise than in the run that was there.

        Raises
        ------
        OutputError
            Where the folder holds what no run wrote, or cannot be written.
        """
        from weaklabel.report.render import render_report

        target = Path(folder) if folder is not None else self.settings.out
        check_folder(target)
        changes = changes_since(target, self.tables, since_last)
        report = with_changes(self.report, changes, corrections_since(target, self.tables))
        files = {
            LABELS: parquet_bytes(self.labels),
            "labels.csv": _csv(self.likely_labels.round({"probability": 4})),
            VOTES: parquet_bytes(self.votes),
            "findings.parquet": parquet_bytes(self.findings),
            "findings.csv": _csv(self.findings.head(CSV_ROWS)),
            "lf_summary.csv": _csv(self.lf_summary),
            "lf_pairs.csv": _csv(self.lf_pairs.round(4)),
            "tag_summary.csv": _csv(self.tag_summary.round(2)),
            **({"slices.parquet": parquet_bytes(self.slices.to_frame())} if self.slices else {}),
            **self._decided_files(),
            "report.html": render_report(report).encode(),
            "report.json": report_json(report),
            "run.json": manifest_bytes(self.manifest),
        }
        write_folder(target, files)
        return target

    def _decided_files(self) -> dict[str, bytes]:
        if self.decided is None:
            return {}
        lfs = self.decided.lfs.round({"precision": 4, "precision_low": 4, "precision_high": 4, "blame": 4})
        return {CORRECTIONS: parquet_bytes(self.decided.cells), LF_CORRECTIONS: _csv(lfs)}

    def changes_since(self, folder: str | Path) -> Changes:
        """Say what is otherwise than in the run that a folder holds; empty where it holds none."""
        return changes_since(Path(folder), self.tables, compare_runs)

    @property
    def likely_labels(self) -> pd.DataFrame:
        """The labels with a probability above .5."""
        return likely_labels(self.labels)

    @property
    def votes(self) -> pd.DataFrame:
        """The votes that stand, one row each: `record_id`, `tag`, `lf`, `vote` (present or absent)."""
        inputs = self.explainer.inputs
        return vote_table(self.explainer.observed.votes, inputs.records, inputs.vocabulary)

    @property
    def tables(self) -> RunTables:
        """What the run is compared with another by."""
        rows = zip(*(self.lf_summary[name].tolist() for name in ("lf", "tag", "estimated_accuracy")), strict=True)
        estimated = {(lf, tag): float(estimate) for lf, tag, estimate in rows}
        return RunTables(self.report, self.manifest, self.findings, self.labels, self.decided, estimated)

    @property
    def plot(self) -> Plots:
        """The report's pictures: `run.plot.imbalance()`, `.calibration()`, `.cooccurrence()`, `.lf_overlap()`."""
        return Plots(self.report)

    def _count_likely(self) -> dict[str, int]:
        likely = self.findings[self.findings["score"] > LIKELY]["kind"].value_counts(sort=False)
        return {str(kind): int(count) for kind, count in likely.items()}

    def _repr_html_(self) -> str:
        return run_html(self.report, self._count_likely())

    def __repr__(self) -> str:
        listed = ", ".join(f"{count} {kind}" for kind, count in self._count_likely().items())
        return f"Run({len(self.labels):,} labels; findings with score > {LIKELY}: {listed or 'none'})"


def _csv(table: pd.DataFrame) -> bytes:
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode()
