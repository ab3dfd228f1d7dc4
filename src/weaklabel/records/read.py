"""Rows from a file of any supported format. A row is a mapping of column names to values, with its line."""

from __future__ import annotations

import codecs
import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from weaklabel.documents import Row, is_url, read_bytes, read_json_lines, read_json_rows
from weaklabel.documents.document import decode
from weaklabel.errors import Place, Problem, RecordsError, WeaklabelError, raise_errors
from weaklabel.records.check import build_records
from weaklabel.terms import USUAL_NAMES, ColumnNames, Records

Reader = Callable[[str, bytes, type[WeaklabelError], list[Problem]], list[Row]]


def read_records(location: str, columns: ColumnNames = USUAL_NAMES) -> tuple[Records, list[Problem]]:
    """Read the records at a path or http(s) URL; see :func:`parse_records`."""
    return parse_records(location, read_bytes(location, RecordsError), columns)


def parse_records(location: str, data: bytes, columns: ColumnNames = USUAL_NAMES) -> tuple[Records, list[Problem]]:
    """Read records from a file's bytes.

    Parameters
    ----------
    location
        The file's path or URL. Its ending says the format: .json, .jsonl, .ndjson, .csv, .tsv or .parquet; one
        without any of these is taken for Parquet, JSON or JSON Lines by how it begins.
    data
        Its content.
    columns
        Which columns hold the id, the text fields and the tags.

    Returns
    -------
    records, warnings
        The records in the file's order, and what was odd but could be read.

    Raises
    ------
    RecordsError
        With every problem of the file at once, each with its line and fix.
    """
    problems: list[Problem] = []
    rows = _read_rows(location, data, RecordsError, problems)
    return build_records(location, rows, columns, problems, typed=_suffix(location) not in {".csv", ".tsv"})


def parse_rows(location: str, data: bytes, error: type[WeaklabelError]) -> list[Row]:
    """Return the rows of a file's bytes, whatever its format; see :func:`parse_records`."""
    problems: list[Problem] = []
    rows = _read_rows(location, data, error, problems)
    raise_errors(problems, error)
    return rows


def _read_rows(location: str, data: bytes, error: type[WeaklabelError], problems: list[Problem]) -> list[Row]:
    """Return the rows that can be read, and add what is wrong with the others to `problems`."""
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise error(Problem("the file is empty.", Place(location), "Give a file with at least one entry."))
    return _find_reader(location, data, error)(location, data, error, problems)


def _suffix(location: str) -> str:
    path = urlsplit(location).path if is_url(location) else location
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()


def _find_reader(location: str, data: bytes, error: type[WeaklabelError]) -> Reader:
    suffix = _suffix(location)
    if suffix in _READERS:
        return _READERS[suffix]
    if data[:4] == b"PAR1":
        return _read_parquet
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[":
        return _read_json
    if head[:1] == b"{":
        return _read_json_lines if _is_json_lines(head) else _read_json
    known = ", ".join(sorted(_READERS))
    raise error(
        Problem(f"the format of {suffix or 'this file'} is not known.", Place(location), f"Use one of {known}.")
    )


def _is_json_lines(head: bytes) -> bool:
    """Say whether the first line is an object of its own, and not one of objects that are keyed by name."""
    try:
        value = json.loads(head.partition(b"\n")[0])
    except (ValueError, RecursionError):
        return False
    return not all(isinstance(entry, dict) for entry in value.values())


def _read_json(name: str, data: bytes, error: type[WeaklabelError], _problems: list[Problem]) -> list[Row]:
    return read_json_rows(decode(name, data, error), error)


def _read_json_lines(name: str, data: bytes, error: type[WeaklabelError], problems: list[Problem]) -> list[Row]:
    return read_json_lines(decode(name, data, error), problems)


def _read_csv(name: str, data: bytes, error: type[WeaklabelError], problems: list[Problem]) -> list[Row]:
    """Read CSV with a header line. Every value is text: what looks like a number may be a code (007)."""
    text = decode(name, data, error).text
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    delimiter = "\t" if _suffix(name) == ".tsv" else _find_delimiter(name, text, problems)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        header = [column.strip() for column in next((cells for cells in reader if cells), [])]
        problems.extend(_header_problems(name, header))
        line = reader.line_num + 1
        for cells in reader:
            place = Place(name, line)
            line = reader.line_num + 1
            if len(cells) == len(header):
                rows.append(Row(dict(zip(header, cells, strict=True)), place))
            elif cells:
                what = f"this line has {len(cells)} cells, the header has {len(header)}."
                problems.append(Problem(what, place, "Quote cells that hold the separator or a line break."))
    except csv.Error as failure:
        what = f"this is not valid CSV: {failure}."
        problems.append(Problem(what, Place(name, reader.line_num), "Check its quotes."))
    return rows


def _find_delimiter(name: str, text: str, problems: list[Problem]) -> str:
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


def _read_parquet(name: str, data: bytes, error: type[WeaklabelError], _problems: list[Problem]) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
        values = table.to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
        reason = str(failure).partition("\n")[0].rstrip(".")
        raise error(
            Problem(f"this is not a readable Parquet file: {reason}.", Place(name), "Write it again.")
        ) from None
    # A Parquet file has no lines; its rows are counted from 1 and reported like lines.
    return [Row(value, Place(name, number)) for number, value in enumerate(values, start=1)]


_READERS: dict[str, Reader] = {
    ".json": _read_json,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".parquet": _read_parquet,
}
