"""JSON Lines: a record with its tags a line; see :mod:`weaklabel.exchange.rows`."""

from __future__ import annotations

from collections.abc import Mapping

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.entries import json_lines, keep_marked, read_entries
from weaklabel.exchange.interface import Annotations, Layout, Need, Outgoing, Parcel
from weaklabel.exchange.rows import TABLE, TAGS, as_row, field_columns, read_row


class JsonLines:
    """See the module."""

    name = "jsonl"
    description = "a record with its tags a line, as JSON"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return records.jsonl."""
        columns = field_columns(package)
        return Parcel({"records.jsonl": json_lines([as_row(package, record, columns) for record in package.records])})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read JSON Lines or JSON."""
        problems: list[Problem] = []
        rows = tuple(map(read_row, keep_marked(read_entries(files, problems), TABLE, (TAGS,), problems)))
        raise_errors(problems, ExchangeError)
        return Annotations(rows, tuple(problems))


FORMAT = JsonLines()
