"""Read a records file batch by batch, in memory that does not grow with the file."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from weaklabel.documents import Document, Row, is_url, read_bytes, read_json_lines
from weaklabel.documents.csv_rows import read_csv_rows
from weaklabel.documents.document import decode
from weaklabel.errors import Place, Problem, RecordsError
from weaklabel.records.batches import BatchChecker
from weaklabel.records.check import RowChecker
from weaklabel.records.ids import IdReader
from weaklabel.records.oddities import Warnings
from weaklabel.records.read import find_format, fixed_delimiter, parse_records, unreadable_parquet
from weaklabel.records.repeats import SeenIds
from weaklabel.terms import USUAL_NAMES, ColumnNames
from weaklabel.terms.records import RecordSource

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536
BATCH_BYTES = 1 << 22  # of JSON Lines and CSV: in Python, a record takes five to ten times its size in the file
BLOCK_BYTES = 1 << 20
MAX_WARNINGS = 100


def stream_records(
    location: str,
    columns: ColumnNames = USUAL_NAMES,
    *,
    batch_rows: int = BATCH_ROWS,
    only_texts: bool = False,
    warnings: list[Problem] | None = None,
) -> Iterator[RecordSource]:
    """Yield the records at a path or http(s) URL in batches, in the file's order.

    The batches together are what :func:`weaklabel.records.read_records` returns, with the same checks in the same
    words, but for what only the whole file can tell:

    - Columns that are not named are found in the first batch. One that first appears in a later batch of JSON Lines
      is not read as id, text or tags, with a warning; Python labeling functions see it from there on.
    - The first batch decides whether ids are numbers or texts. Texts that follow numbers are an error.
    - Two records with one id are found within a batch, and across batches up to 10 million records (8 bytes each);
      in a larger file the rest is unchecked, with a warning.
    - An error is raised at its batch, with all problems of that batch, after the batches before it were yielded.

    Parquet, JSON Lines, CSV and TSV are read piece by piece; JSON (one value) and what is at a URL are read whole.

    Parameters
    ----------
    location, columns
        See :func:`weaklabel.records.parse_records`.
    batch_rows
        The most records a batch has. Batches of JSON Lines and CSV end at about 4 MB, too.
    only_texts
        True reads only ids and texts, where no labeling function looks at anything else: the records have no tags
        and no other columns, and what is not read is not checked.
    warnings
        What was odd but could be read is added here, once for the file, after its last batch; of warnings about
        single places the first 100.

    Raises
    ------
    RecordsError
        When the first batch is asked for, where the file or its columns cannot be read; later as said above.
    """
    if batch_rows < 1:
        raise ValueError(f"batch_rows is {batch_rows}; give a whole number of at least 1.")
    told = Warnings(location, columns.separator, limit=MAX_WARNINGS)
    seen = SeenIds()
    with _open(location) as file:
        head = _find_first_line(location, file)
        source = _Source(location, file, head)
        options = _Options(columns, told, IdReader(seen), only_texts)
        kind = find_format(location, head[-1], RecordsError)
        if kind == "json":
            yield from _slice_json(source, columns, batch_rows, warnings)
            return
        if kind == "parquet":
            yield from _stream_parquet(source, options, batch_rows)
        else:
            yield from _stream_rows(source, options, batch_rows, typed=kind == "jsonl")
    if warnings is not None:
        warnings.extend(told.told())
        if seen.is_full:
            what = f"only the first {seen.limit:,} ids were checked for repeats."
            warnings.append(Problem(what, Place(location), "Make sure that no two records have one id.", "warning"))


def count_hint(location: str) -> int | None:
    """Return the number of records of a file that states it (Parquet), or None; problems are left to the reader."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if is_url(location):
        return None
    try:
        with Path(location).open("rb") as file:
            if file.read(4) != b"PAR1":
                return None
        return int(pq.read_metadata(pa.OSFile(location)).num_rows)
    except (pa.ArrowException, OSError, ValueError):
        return None


def size_bytes(location: str) -> int | None:
    """Return the size of a regular file, or None where it is not known beforehand."""
    path = Path(location)
    try:
        return path.stat().st_size if not is_url(location) and path.is_file() else None
    except (OSError, ValueError):
        return None


class _Source(NamedTuple):
    """An open file, and the lines that were read from it to see what it is: blank ones and the first that is not."""

    location: str
    file: BinaryIO
    head: list[bytes]

    def lines(self) -> Iterator[bytes]:
        return chain(self.head, self.file)

    def read(self) -> bytes:
        return b"".join(self.head) + self.file.read()


class _Options(NamedTuple):
    columns: ColumnNames
    warnings: Warnings
    ids: IdReader
    only_texts: bool


def _open(location: str) -> BinaryIO:
    if not is_url(location):
        try:
            return Path(location).open("rb")
        except (OSError, ValueError):
            pass  # read_bytes says why, with the nearest name
    return io.BytesIO(read_bytes(location, RecordsError))


def _find_first_line(location: str, file: BinaryIO) -> list[bytes]:
    """Return the lines up to the first that is not blank."""
    head: list[bytes] = []
    for line in file:
        head.append(line)
        if line.removeprefix(b"" if head[1:] else codecs.BOM_UTF8).strip():
            return head
    raise RecordsError(Problem("the file is empty.", Place(location), "Give a file with at least one entry."))


def _slice_json(
    source: _Source, columns: ColumnNames, batch_rows: int, warnings: list[Problem] | None
) -> Iterator[RecordSource]:
    records, odd = parse_records(source.location, source.read(), columns)
    for start in range(0, len(records), batch_rows):
        yield records.slice(start, start + batch_rows)
    if warnings is not None:
        warnings.extend(odd)


def _stream_rows(source: _Source, options: _Options, batch_rows: int, *, typed: bool) -> Iterator[RecordSource]:
    checker = RowChecker(source.location, *options[:3], typed=typed, only_texts=options.only_texts)
    found: list[Problem] = []
    is_first = True
    batches = _jsonl_batches if typed else _csv_batches
    for rows in batches(source, batch_rows, found):
        problems, found[:] = list(found), ()
        if rows or any(problem.severity == "error" for problem in problems):
            yield checker.check(rows, problems)
            is_first = False
        else:
            found[:0] = problems  # what was said about a file without records so far
    if is_first:
        checker.check([], found)  # which says that the file has none


def _jsonl_batches(source: _Source, batch_rows: int, problems: list[Problem]) -> Iterator[list[Row]]:
    for text, lines_before in _decode_blocks(source, batch_rows, BATCH_BYTES):
        wrong: list[Problem] = []
        rows = read_json_lines(Document(source.location, text), wrong)
        problems.extend(_move(problem, lines_before) for problem in wrong)
        if lines_before:
            rows = [Row(row.value, Place(row.place.path, row.place.line + lines_before)) for row in rows]
        yield rows


def _csv_batches(source: _Source, batch_rows: int, problems: list[Problem]) -> Iterator[list[Row]]:
    texts = (text for text, _ in _decode_blocks(source, None, BLOCK_BYTES))
    rows: list[Row] = []
    size = 0
    for row in read_csv_rows(source.location, texts, problems, delimiter=fixed_delimiter(source.location)):
        rows.append(row)
        size += sum(map(len, row.value.values()))
        if len(rows) == batch_rows or size >= BATCH_BYTES:
            yield rows
            rows, size = [], 0
    yield rows


def _decode_blocks(source: _Source, max_lines: int | None, max_bytes: int) -> Iterator[tuple[str, int]]:
    """Yield stretches of whole lines as text, each with the number of lines before it."""
    lines_before = 0
    for lines in _take_lines(source.lines(), max_lines, max_bytes):
        # A line feed before all but the first keeps `decode` from seeing another file's beginning there.
        data = b"".join(lines if not lines_before else (b"\n", *lines))
        try:
            text = decode(source.location, data, RecordsError).text
        except RecordsError as error:
            moved = [_move(problem, max(0, lines_before - 1)) for problem in error.problems]
            raise RecordsError(moved) from None
        yield text[1:] if lines_before else text, lines_before
        lines_before += len(lines)


def _take_lines(lines: Iterable[bytes], max_lines: int | None, max_bytes: int) -> Iterator[list[bytes]]:
    taken: list[bytes] = []
    size = 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if len(taken) == max_lines or size >= max_bytes:
            yield taken
            taken, size = [], 0
    if taken:
        yield taken


def _move(problem: Problem, lines: int) -> Problem:
    if problem.place is None or not lines:
        return problem
    return replace(problem, place=replace(problem.place, line=problem.place.line + lines))


def _stream_parquet(source: _Source, options: _Options, batch_rows: int) -> Iterator[RecordSource]:
    checker = BatchChecker(source.location, *options[:3], only_texts=options.only_texts, unreadable=unreadable_parquet)
    for batch in _read_parquet(source, checker, batch_rows):
        yield checker.check(batch)


def _read_parquet(source: _Source, checker: BatchChecker, batch_rows: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(_open_parquet(source), buffer_size=BLOCK_BYTES, pre_buffer=False) as file:
            if not file.metadata.num_rows:
                what = "the file has no records."
                raise RecordsError(Problem(what, Place(source.location), "Give at least one record."))
            names = file.schema_arrow.names
            needed = checker.find_columns(names)
            for batch in file.iter_batches(batch_rows, columns=needed if len(needed) < len(names) else None):
                if batch.num_rows:
                    yield batch.select(needed)
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
        raise RecordsError(unreadable_parquet(source.location, failure)) from None


def _open_parquet(source: _Source) -> Any:
    import pyarrow as pa

    if is_url(source.location) or not source.file.seekable():
        return pa.BufferReader(source.read())
    return pa.OSFile(source.location)
