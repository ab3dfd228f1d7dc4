"""CSV with a header line, by rows or by columns. Every value is text: what looks like a number may be a code (007)."""

from __future__ import annotations

import csv
import io
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from weaklabel.documents.json_rows import Row
from weaklabel.errors import Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa

HEAD_BYTES = 1 << 16  # that hold the header line


def read_csv_rows(
    name: str, texts: Iterable[str], problems: list[Problem], *, delimiter: str | None = None
) -> Iterator[Row]:
    """Yield the rows of a CSV file.

    Parameters
    ----------
    name
        The file's name, for messages.
    texts
        Its text, in one piece or cut after any line feeds.
    problems
        What is wrong is added here, before the first row behind it is yielded.
    delimiter
        What separates the cells; None finds it in the header line, which must be in the first piece.
    """
    pieces = iter(texts)
    first = next(pieces, "")
    delimiter = delimiter or find_delimiter(name, first, problems)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    lines = chain.from_iterable(io.StringIO(piece, newline="") for piece in chain([first], pieces))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = [column.strip() for column in next((cells for cells in reader if cells), [])]
        problems.extend(_header_problems(name, header))
        line = reader.line_num + 1
        for cells in reader:
            place = Place(name, line)
            line = reader.line_num + 1
            if len(cells) == len(header):
                yield Row(dict(zip(header, cells, strict=True)), place)
            elif cells:
                what = f"this line has {len(cells)} cells, the header has {len(header)}."
                problems.append(Problem(what, place, "Quote cells that hold the separator or a line break."))
    except csv.Error as failure:
        what = f"this is not valid CSV: {failure}."
        problems.append(Problem(what, Place(name, reader.line_num), "Check its quotes."))


def read_csv_table(data: bytes, *, delimiter: str | None = None) -> pa.Table | None:
    """Return the columns of a CSV file as Arrow strings: what :func:`read_csv_rows` yields, much faster.

    None where Arrow cannot read it, or something in it is wrong: its rows say what, and in which line.
    """
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    head = data[:HEAD_BYTES].decode("utf-8-sig", errors="ignore")
    delimiter = delimiter or find_delimiter("", head, [])
    has_quotes = b'"' in data
    try:
        if has_quotes:  # Arrow takes a wrong quote as it comes
            csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
            text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
            deque(csv.reader(text, delimiter=delimiter, strict=True), maxlen=0)
        header = next((cells for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if cells), [])
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=has_quotes),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
        )
    except (csv.Error, UnicodeDecodeError, pa.ArrowException):
        return None
    names = [column.strip() for column in header]
    if table.column_names != header or len(set(names)) < len(names):
        return None
    return table.rename_columns(names)


def find_delimiter(name: str, text: str, problems: list[Problem]) -> str:
    """Return the comma, or what stands in its place in the header line."""
    header = text.lstrip("\r\n").partition("\n")[0]
    others = [mark for mark in ";\t|" if mark in header]
    if "," in header or not others:
        return ","
    shown = {";": "semicolons", "\t": "tabs", "|": "bars"}[others[0]]
    problems.append(Problem(f"the cells are separated by {shown}.", Place(name, 1), "They are read so.", "warning"))
    return others[0]


def _header_problems(name: str, header: list[str]) -> list[Problem]:
    twice = sorted({column for column in header if header.count(column) > 1})
    fix = "Give every column a name of its own."
    return [Problem(f"the header has the column {column!r} more than once.", Place(name, 1), fix) for column in twice]
