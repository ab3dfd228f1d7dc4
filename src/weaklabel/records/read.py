"""Rows from a file of any supported format. A row is a mapping of column names to values, with its line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from weaklabel.documents import Row, is_url, read_bytes, read_json_lines, read_json_rows
from weaklabel.documents.csv_rows import read_csv_rows
from weaklabel.documents.document import decode
from weaklabel.errors import Place, Problem, RecordsError, WeaklabelError, raise_errors
from weaklabel.records.check import build_records
from weaklabel.terms import USUAL_NAMES, ColumnNames, Records

Format = Literal["json", "jsonl", "csv", "parquet"]
Reader = Callable[[str, bytes, type[WeaklabelError], list[Problem]], list[Row]]

_FORMATS: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}


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
    return build_records(location, rows, columns, problems, typed=is_typed(location))


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
    return _READERS[find_format(location, data, error)](location, data, error, problems)


def is_typed(location: str) -> bool:
    """Say whether a file's format tells a list from a text; in CSV, every value is text."""
    return _FORMATS.get(_suffix(location)) != "csv"


def fixed_delimiter(location: str) -> str | None:
    """Return what separates the cells of a file by its ending; None where its header shows that."""
    return "\t" if _suffix(location) == ".tsv" else None


def _suffix(location: str) -> str:
    path = urlsplit(location).path if is_url(location) else location
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()


def find_format(location: str, data: bytes, error: type[WeaklabelError]) -> Format:
    """Return the format of a file by its ending, or else by how it begins.

    Parameters
    ----------
    data
        The file's content, or as much of it as the first line that is not blank.

    Raises
    ------
    error
        Where neither tells.
    """
    suffix = _suffix(location)
    if suffix in _FORMATS:
        return _FORMATS[suffix]
    if data[:4] == b"PAR1":
        return "parquet"
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[":
        return "json"
    if head[:1] == b"{":
        return "jsonl" if _is_json_lines(head) else "json"
    known = ", ".join(sorted(_FORMATS))
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
    text = decode(name, data, error).text
    return list(read_csv_rows(name, [text], problems, delimiter=fixed_delimiter(name)))


def _read_parquet(name: str, data: bytes, error: type[WeaklabelError], _problems: list[Problem]) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
        values = table.to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
        raise error(unreadable_parquet(name, failure)) from None
    # A Parquet file has no lines; its rows are counted from 1 and reported like lines.
    return [Row(value, Place(name, number)) for number, value in enumerate(values, start=1)]


def unreadable_parquet(name: str, failure: Exception) -> Problem:
    """Say why a Parquet file cannot be read."""
    reason = str(failure).partition("\n")[0].rstrip(".")
    return Problem(f"this is not a readable Parquet file: {reason}.", Place(name), "Write it again.")


_READERS: dict[Format, Reader] = {
    "json": _read_json,
    "jsonl": _read_json_lines,
    "csv": _read_csv,
    "parquet": _read_parquet,
}
