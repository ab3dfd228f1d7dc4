"""CSV: a record with its tags a row; a cell with several values is a JSON list. See :mod:`weaklabel.exchange.rows`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.csv_cells import read_cells, write_cells
from weaklabel.exchange.entries import Entry
from weaklabel.exchange.interface import Annotations, Layout, Need, Outgoing, Parcel
from weaklabel.exchange.rows import OWN, as_row, field_columns, read_row

LISTS = ("tags", "probabilities", "suggested", "given")


class CsvTable:
    """See the module."""

    name = "csv"
    description = "a record with its tags a row, lists as JSON"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return records.csv."""
        columns = field_columns(package)
        names = [OWN[0], *columns.values(), *OWN[1:]]
        rows = [as_row(package, record, columns) for record in package.records]
        cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
        return Parcel({"records.csv": write_cells(cells, for_spreadsheets=package.for_spreadsheets)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read CSV; a cell of tags that is no list holds names with commas between them."""
        problems: list[Problem] = []
        rows = read_cells(files, problems, needed="tags")
        found = tuple(read_row(_with_lists(row, problems)) for row in rows)
        raise_errors(problems, ExchangeError)
        return Annotations(found, tuple(problems))


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _with_lists(row: Entry, problems: list[Problem]) -> Entry:
    value = {name: row[name] for name in ("record_id", "id", "text", "annotator") if name in row}
    for name in filter(row.__contains__, LISTS):
        cell = row.text(name).strip()
        try:
            value[name] = (
                json.loads(cell) if cell.startswith("[") else [part.strip() for part in cell.split(",") if part]
            )
        except ValueError:
            problems.append(Problem(f"{name} is no complete list: {cell[:40]!r}.", row.place, 'Write ["a", "b"].'))
    return Entry(value, row.place, problems)


FORMAT = CsvTable()
