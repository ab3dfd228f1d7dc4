"""Files that list tags by record: predictions and gold, one row a record or one row a cell, in any format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weaklabel.documents import Row, read_bytes
from weaklabel.documents.csv_rows import read_csv_table
from weaklabel.errors import Place, Problem, RecordsError, did_you_mean, raise_errors
from weaklabel.evaluation.columns import (
    PROBABILITY,
    as_entries,
    as_ids,
    as_probabilities,
    as_tags,
    is_list,
    parse_number,
    parse_probabilities,
    rows_without,
    whole,
)
from weaklabel.evaluation.likely_probability import find_likely_probability
from weaklabel.records import parse_rows
from weaklabel.records.columns import TAG_NAMES
from weaklabel.records.oddities import Oddities
from weaklabel.records.read import find_format, fixed_delimiter, unreadable_parquet
from weaklabel.records.tag_values import TagReader
from weaklabel.terms.records import REFERRING_ID_NAMES

CELL_NAMES = ("tag", "label")
Empty = Literal["nothing", "unknown"]
Lines = Callable[[], Sequence[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The rows of a file, and the tags that each lists.

    Attributes
    ----------
    location
        The file's path or URL.
    ids
        Arrow strings of shape (rows,): whose row it is.
    is_known
        bool of shape (rows,): False where the tags are null.
    row, tag
        int64 and Arrow strings of shape (entries,): the entries by row.
    probability
        float64 of shape (entries,), nan where there is none; None where the file has no such column.
    is_by_cell
        Whether a row is a cell, of which a record may have many, and not a record.
    lines
        Finds the line of each row; None where rows are counted.
    """

    location: str
    ids: pa.Array
    is_known: npt.NDArray[np.bool_]
    row: npt.NDArray[np.int64]
    tag: pa.Array
    probability: npt.NDArray[np.float64] | None
    is_by_cell: bool
    lines: Lines | None = None

    def place(self, row: int) -> Place:
        """Return where a row stands."""
        return Place(self.location, row + 1 if self.lines is None else self.lines()[row])


@dataclass(frozen=True, slots=True)
class _Columns:
    id: str
    tags: str
    probability: str | None

    @property
    def is_by_cell(self) -> bool:
        return self.probability is not None or self.tags in CELL_NAMES


@dataclass(frozen=True, slots=True, eq=False)
class _File:
    """A file, and what is wrong and odd about it."""

    location: str
    data: bytes
    problems: list[Problem]
    warnings: list[Problem]
    empty: Empty


def read_listing(location: str, separator: str, warnings: list[Problem], *, empty: Empty = "nothing") -> Listing:
    """Read a file that lists tags; what is odd is added to `warnings`.

    Parameters
    ----------
    separator
        What stands between tags in a CSV cell.
    empty
        What an empty CSV cell says: that there is no tag (`nothing`), as in predictions; or as null elsewhere, that
        tags are not known (`unknown`), as in gold tags.

    Raises
    ------
    RecordsError
        With every problem of the file.
    """
    file = _File(location, read_bytes(location, RecordsError), [], warnings, empty)
    match find_format(location, file.data, RecordsError):
        case "parquet":
            return _read_parquet(file)
        case "csv":
            return _read_csv(file, separator)
    return _read_rows(file, parse_rows(location, file.data, RecordsError))


def _find_columns(file: _File, names: Sequence[str], n_rows: int, *, keyed: bool = False) -> _Columns:
    place = Place(file.location)
    if not n_rows:
        raise RecordsError(Problem("the file has no rows.", place, "Write a row for each record, or for each cell."))
    record_id = next((name for name in REFERRING_ID_NAMES if name in names), "" if keyed else None)
    tags = next((name for name in TAG_NAMES if name in names), None)
    fix = f"The columns are {', '.join(names)}."
    lacking = [("record_id (or id)", "record_id", record_id), ("tags (or tag)", "tags", tags)]
    raise_errors(
        [
            Problem(f"there is no column {what}.", place, did_you_mean(usual, names) or fix)
            for what, usual, found in lacking
            if found is None
        ],
        RecordsError,
    )
    probability = PROBABILITY if PROBABILITY in names else None
    return _Columns(record_id or "", tags or "", probability)


def _suspect(file: _File, columns: _Columns, names: Sequence[str], read: Callable[[str], pa.Array]) -> None:
    """Warn where a column of another name seems to hold the probabilities that predictions lack."""
    if columns.probability is None and file.empty == "nothing":
        others = [name for name in names if name not in {columns.id, columns.tags}]
        found = find_likely_probability(file.location, others, read, is_by_cell=columns.is_by_cell)
        file.warnings.extend([found] if found else [])


def _read_parquet(file: _File) -> Listing:
    location = file.location
    try:
        about = pq.ParquetFile(pa.BufferReader(file.data))
        columns = _find_columns(file, about.schema_arrow.names, about.metadata.num_rows)
        wanted = [name for name in (columns.id, columns.tags, columns.probability) if name]
        table = pq.read_table(pa.BufferReader(file.data), columns=wanted).combine_chunks()
        _suspect(file, columns, about.schema_arrow.names, partial(_read_column, file))
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
        raise RecordsError(unreadable_parquet(location, failure)) from None
    ids = as_ids(location, columns.id, whole(table.column(columns.id)), file.problems)
    tags = as_tags(location, columns.tags, whole(table.column(columns.tags)), file.problems, file.warnings)
    probability = None
    if columns.probability:
        probability = as_probabilities(location, whole(table.column(PROBABILITY)), file.problems)
    return _list(file, ids, tags, probability, is_by_cell=columns.is_by_cell and not is_list(tags))


def _read_column(file: _File, name: str) -> pa.Array:
    return whole(pq.read_table(pa.BufferReader(file.data), columns=[name]).column(name))


def _read_csv(file: _File, separator: str) -> Listing:
    location, problems = file.location, file.problems
    table = read_csv_table(file.data, delimiter=fixed_delimiter(location))
    if table is None:  # so something is wrong, which the rows tell
        table = pa.Table.from_pylist([row.value for row in parse_rows(location, file.data, RecordsError)])
    columns = _find_columns(file, table.column_names, len(table))
    _suspect(file, columns, table.column_names, lambda name: whole(table.column(name)))

    @cache
    def lines() -> list[int]:
        return [row.place.line for row in parse_rows(location, file.data, RecordsError)]

    ids = whole(table.column(columns.id))
    for row in rows_without(ids):
        problems.append(Problem("there is no id.", Place(location, lines()[row]), "Give the id of a record."))
    tags = pc.utf8_trim_whitespace(whole(table.column(columns.tags)))
    if file.empty == "unknown":
        tags = pc.if_else(pc.equal(tags, ""), pa.scalar(None, pa.string()), tags)
    if not columns.is_by_cell:
        tags = _split(file, tags, separator, lines)
    probability = None
    if columns.probability:
        texts = whole(table.column(PROBABILITY))
        probability, wrong = parse_probabilities(texts)
        problems.extend(_no_number(texts[row].as_py(), Place(location, lines()[row])) for row in wrong)
    return _list(file, ids, tags, probability, is_by_cell=columns.is_by_cell, lines=lines)


def _split(file: _File, cells: pa.Array, separator: str, lines: Lines) -> pa.Array:
    """Return the lists of tags that trimmed cells hold: names between separators, or JSON or Python lists."""
    if not pc.any(pc.starts_with(cells, "[")).as_py():
        return pc.split_pattern(cells, pattern=separator)
    found: list[Problem] = []
    reader = TagReader(False, separator, found, Oddities())
    lists = [
        None if cell is None else list(reader.read(cell, Place(file.location, row)) or ())
        for row, cell in enumerate(cells.to_pylist())
    ]
    for problem in found:
        assert problem.place is not None
        file.problems.append(replace(problem, place=Place(file.location, lines()[problem.place.line])))
    return pa.array(lists, pa.list_(pa.string()))


def _read_rows(file: _File, rows: Sequence[Row]) -> Listing:
    """Read JSON, row by row."""
    problems = file.problems
    problems.extend(
        Problem("this row is no object.", row.place, 'Write {"id": …, "tags": […]}.')
        for row in rows
        if not isinstance(row.value, dict)
    )
    raise_errors(problems, RecordsError)
    names = list(dict.fromkeys(name for row in rows for name in row.value))
    columns = _find_columns(file, names, len(rows), keyed=bool(rows) and rows[0].key is not None)
    _suspect(file, columns, names, partial(_numbers_of, rows))
    reader = TagReader(True, "", problems, Oddities())
    ids: list[str] = []
    tags: list[tuple[str, ...] | None] = []
    probabilities: list[float] = []
    for row in rows:
        ids.append(_read_id(row.value.get(columns.id, row.key), row.place, problems))
        said = row.value.get(columns.tags)
        tags.append(reader.read([said] if type(said) is int else said, row.place))
        if columns.probability:
            value = row.value.get(PROBABILITY)
            number = parse_number(value)
            if number is None:
                problems.append(_no_number(value, row.place))
            probabilities.append(np.nan if number is None else number)
    has_lists = any(isinstance(row.value.get(columns.tags), list) for row in rows)
    cells: list[Any] = tags if has_lists else [entry if entry is None else "".join(entry) for entry in tags]
    places = [row.place.line for row in rows]
    return _list(
        file,
        pa.array(ids, pa.string()),
        pa.array(cells, pa.list_(pa.string()) if has_lists else pa.string()),
        np.array(probabilities, dtype=np.float64) if columns.probability else None,
        is_by_cell=columns.is_by_cell and not has_lists,
        lines=lambda: places,
    )


def _numbers_of(rows: Sequence[Row], name: str) -> pa.Array:
    """Return the numbers that a name has in rows of JSON; nulls where it has anything else."""
    values = [row.value.get(name) for row in rows]
    are_numbers = all(value is None or type(value) in (int, float) for value in values)
    return pa.array(values if are_numbers else [None] * len(values), pa.float64())


def _read_id(value: Any, place: Place, problems: list[Problem]) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        problems.append(Problem("there is no id.", place, "Give the id of a record."))
        return ""
    return str(value)


def _no_number(value: Any, place: Place) -> Problem:
    return Problem(f"the probability {str(value)[:40]!r} is no number.", place, "Write one from 0 to 1.")


def _list(
    file: _File,
    ids: pa.Array,
    tags: pa.Array,
    probability: npt.NDArray[np.float64] | None,
    *,
    is_by_cell: bool,
    lines: Lines | None = None,
) -> Listing:
    """Return the listing of what was read, each of shape (rows,), unless something in it is wrong."""
    if probability is not None and is_list(tags):
        what = "a row has a list of tags and one probability."
        fix = "Write a row for each tag: record_id, tag, probability."
        file.problems.append(Problem(what, Place(file.location), fix))
    file.warnings.extend(problem for problem in file.problems if problem.severity == "warning")
    raise_errors(sorted(file.problems, key=lambda problem: problem.place or Place("")), RecordsError)
    row, names = as_entries(tags)
    is_known = pc.is_valid(tags).to_numpy(zero_copy_only=False)
    of_entries = None if probability is None else probability[row]
    return Listing(file.location, ids, is_known, row, names, of_entries, is_by_cell, lines)
