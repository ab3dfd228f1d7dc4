"""The report: data, then a string. `Run.write` and `weaklabel report` make it a file."""

from weaklabel.report.build import Material, build_report
from weaklabel.report.changes import RunTables, compare_runs, mark_changes, since_last, with_changes
from weaklabel.report.data import Changes, Report
from weaklabel.report.stored import parse_report, report_json

__all__ = [
    "Changes",
    "Material",
    "Report",
    "RunTables",
    "build_report",
    "compare_runs",
    "mark_changes",
    "parse_report",
    "report_json",
    "since_last",
    "with_changes",
]
