"""The report: data, then a string. `Run.write` and `weaklabel report` make it a file."""

from weaklabel.report.build import Material, build_report
from weaklabel.report.changes import RunTables, compare_runs, mark_changes, since_last, with_changes
from weaklabel.report.corrections import DecidedTables, EarlierRun, describe_corrections
from weaklabel.report.data import Changes, Corrections, Report
from weaklabel.report.stored import parse_report, report_json

__all__ = [
    "Changes",
    "Corrections",
    "DecidedTables",
    "EarlierRun",
    "Material",
    "Report",
    "RunTables",
    "build_report",
    "compare_runs",
    "describe_corrections",
    "mark_changes",
    "parse_report",
    "report_json",
    "since_last",
    "with_changes",
]
