"""The report: data, then a string. `Run.write` makes it a file."""

from weaklabel.report.data import Report, build_report
from weaklabel.report.render import render_report

__all__ = ["Report", "build_report", "render_report"]
