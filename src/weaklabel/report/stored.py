"""report.json: a report's fields as they are, read back with every type checked."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter, ValidationError

from weaklabel.errors import OutputError, Place, Problem
from weaklabel.report.data import SCHEMA, Report


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def report_json(report: Report) -> bytes:
    """Return report.json's bytes."""
    return _adapter().dump_json(report) + b"\n"


def parse_report(data: bytes, path: str) -> Report:
    """Return the report of a report.json.

    Raises
    ------
    OutputError
        Where it is none, or one of another version of weaklabel.
    """
    try:
        report = _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        what = f"this is no report of this version of weaklabel ({where}: {first['msg']})."
        raise OutputError(Problem(what, Place(path), "Run `weaklabel run` again.")) from None
    if report.schema != SCHEMA:
        what = f"this report has schema {report.schema}, and this version of weaklabel reads {SCHEMA}."
        raise OutputError(Problem(what, Place(path), "Run `weaklabel run` again."))
    return report
