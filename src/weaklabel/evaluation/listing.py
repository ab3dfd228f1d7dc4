"""Files that list tags by record: predictions and gold, one row a record or one row a cell, in any format."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weaklabel.documents import Row, read_bytes
from weaklabel.errors import Place, Problem, RecordsError, did_you_mean, quantity, raise_errors
from weaklabel.records import parse_rows
from weaklabel.records.columns import TAG_NAMES
from weaklabel.records.oddities import Oddities
from weaklabel.records.read import find_format, unreadable_parquet
from weaklabel.records.tag_values import TagReader

ID_NAMES = ("record_id", "id", "_id", "uid", "key")
CELL_NAMES = ("tag", "label")
PROBABILITY = "probability"
LIKE_PROBABILITY = 0.8
Empty = Literal["nothing", "unknown"]


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
        The line of each row; None where rows are counted.
    """

    location: str
    ids: pa.Array
    is_known: npt.NDArray[np.bool_]
    row: npt.NDArray[np.int64]
    tag: pa.Array
    probability: npt.NDArray[np.float64] | None
    is_by_cell: bool
    lines: Sequence[int] | None = None

    def place(self, row: int) -> Place:
        """Return where a row stands."""
        return Place(self.location, row + 1 if self.lines is None else self.lines[row])


@dataclass(frozen=True, slots=True)
class _Columns:
    id: str
    tags: str
    probability: str | None

    @property
    def is_by_cell(self) -> bool:
        return self.probability is not None or self.tags in CELL_NAMES


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
    data = read_bytes(location, RecordsError)
    if find_format(location, data, RecordsError) == "parquet":
        return _read_table(location, data, warnings)
    is_typed = find_format(location, data, RecordsError) != "csv"
    says_nothing = not is_typed and empty == "nothing"
    rows = parse_rows(location, data, RecordsError)
    return _read_rows(location, rows, separator, warnings, is_typed=is_typed, says_nothing=says_nothing)


def _find_columns(location: str, names: Sequence[str], warnings: list[Problem], *, keyed: bool = False) -> _Columns:
    record_id = next((name for name in ID_NAMES if name in names), "" if keyed else None)
    tags = next((name for name in TAG_NAMES if name in names), None)
    fix = f"The columns are {', '.join(names)}."
    lacking = [("record_id (or id)", ID_NAMES, record_id), ("tags (or tag)", TAG_NAMES, tags)]
    raise_errors(
        [
            Problem(f"there is no column {what}.", Place(location), did_you_mean(known[0], names) or fix)
            for what, known, found in lacking
            if found is None
        ],
        RecordsError,
    )
    probability = PROBABILITY if PROBABILITY in names else None
    like = did_you_mean(PROBABILITY, [name for name in names if name not in {record_id, tags}], least=LIKE_PROBABILITY)
    if probability is None and like:
        warnings.append(Problem("there is no column 'probability'.", Place(location), like, "warning"))
    return _Columns(record_id or "", tags or "", probability)


def _read_table(location: str, data: bytes, warnings: list[Problem]) -> Listing:
    """Read Parquet, column by column."""
    try:
        names = pq.read_schema(pa.BufferReader(data)).names
        columns = _find_columns(location, names, warnings)
        wanted = [name for name in (columns.id, columns.tags, columns.probability) if name]
        table = pq.read_table(pa.BufferReader(data), columns=wanted).combine_chunks()
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
        raise RecordsError(unreadable_parquet(location, failure)) from None
    problems: list[Problem] = []
    ids = _as_ids(location, columns.id, _whole(table.column(columns.id)), problems)
    tags, is_list = _whole(table.column(columns.tags)), False
    if pa.types.is_dictionary(tags.type):
        tags = tags.cast(tags.type.value_type)
    is_known = pc.is_valid(tags).to_numpy(zero_copy_only=False)
    row = np.flatnonzero(is_known)
    if pa.types.is_list(tags.type) or pa.types.is_large_list(tags.type):
        is_list, row = True, pc.list_parent_indices(tags).to_numpy().astype(np.int64)
        tags = tags.flatten()
    else:
        tags = tags.drop_null()
    if not (pa.types.is_string(tags.type) or pa.types.is_large_string(tags.type) or pa.types.is_null(tags.type)):
        if pa.types.is_nested(tags.type) or pa.types.is_floating(tags.type):
            what = f"the column {columns.tags!r} holds {tags.type}, which are no names."
            problems.append(Problem(what, Place(location), "Write tags as text, or as lists of text."))
        tags = pa.nulls(len(tags), pa.string()) if problems else tags.cast(pa.string())
    probability = None
    if columns.probability:
        probability = _as_probabilities(location, _whole(table.column(columns.probability)), problems)
        probability = probability[is_known] if not is_list else probability
    listing = Listing(
        location, ids, is_known, row, tags.cast(pa.string()), probability, columns.is_by_cell and not is_list
    )
    return _checked(listing, problems, is_list=is_list)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    chunks = column.combine_chunks()
    return chunks if isinstance(chunks, pa.Array) else pa.concat_arrays(chunks.chunks)


def _as_ids(location: str, name: str, column: pa.Array, problems: list[Problem]) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if column.null_count:
        row = int(np.flatnonzero(pc.is_null(column).to_numpy(zero_copy_only=False))[0])
        what = f"{quantity(column.null_count, 'row')} without an id, the first is row {row + 1:,}."
        problems.append(Problem(what, Place(location), f"Give {name!r} the id of a record."))
    try:
        if pa.types.is_floating(column.type):
            column = column.cast(pa.int64())
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        what = f"the column {name!r} holds {column.type}, which are no ids."
        problems.append(Problem(what, Place(location), "Write ids as whole numbers or text."))
        return pa.nulls(len(column), pa.string())


def _as_probabilities(location: str, column: pa.Array, problems: list[Problem]) -> npt.NDArray[np.float64]:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_null(column.type)):
        what = f"the column {PROBABILITY!r} holds {column.type}."
        problems.append(Problem(what, Place(location), "Write numbers from 0 to 1."))
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _read_rows(
    location: str, rows: Sequence[Row], separator: str, warnings: list[Problem], *, is_typed: bool, says_nothing: bool
) -> Listing:
    """Read the other formats, row by row."""
    problems = [
        Problem("this row is no object.", row.place, 'Write {"id": …, "tags": […]}.')
        for row in rows
        if not isinstance(row.value, dict)
    ]
    raise_errors(problems, RecordsError)
    names = list(dict.fromkeys(name for row in rows for name in row.value))
    columns = _find_columns(location, names, warnings, keyed=bool(rows) and rows[0].key is not None)
    reader = TagReader(is_typed, separator, problems, Oddities())
    ids: list[str] = []
    known, entries, tags, probabilities = [], [], [], []
    has_lists = False
    for number, row in enumerate(rows):
        ids.append(_read_id(row.value.get(columns.id, row.key), row.place, problems))
        value = row.value.get(columns.tags)
        has_lists |= isinstance(value, list)
        is_empty = says_nothing and isinstance(value, str) and not value.strip()
        if columns.is_by_cell and isinstance(value, str):
            value = [value] if value.strip() else None
        listed = reader.read(value, row.place)
        known.append(listed is not None or is_empty)
        p = _read_probability(row.value.get(columns.probability), row.place, problems) if columns.probability else 0
        for tag in listed or ():
            entries.append(number)
            tags.append(tag)
            probabilities.append(p)
    listing = Listing(
        location,
        pa.array(ids, pa.string()),
        np.array(known, dtype=np.bool_),
        np.array(entries, dtype=np.int64),
        pa.array(tags, pa.string()),
        np.array(probabilities, dtype=np.float64) if columns.probability else None,
        columns.is_by_cell and not has_lists,
        [row.place.line for row in rows],
    )
    warnings.extend(problem for problem in problems if problem.severity == "warning")
    return _checked(listing, problems, is_list=has_lists)


def _read_id(value: Any, place: Place, problems: list[Problem]) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        problems.append(Problem("there is no id.", place, "Give the id of a record."))
        return ""
    return str(value)


def _read_probability(value: Any, place: Place, problems: list[Problem]) -> float:
    if value is None or value == "":
        return math.nan
    try:
        if not isinstance(value, bool):
            return float(value)
    except (TypeError, ValueError):
        pass
    problems.append(Problem(f"the probability {str(value)[:40]!r} is no number.", place, "Write one from 0 to 1."))
    return math.nan


def _checked(listing: Listing, problems: list[Problem], *, is_list: bool) -> Listing:
    if is_list and listing.probability is not None:
        what = "a row has a list of tags and one probability."
        problems.append(
            Problem(what, Place(listing.location), "Write a row for each tag: record_id, tag, probability.")
        )
    raise_errors(problems, RecordsError)
    return listing
