"""Which records are in which slices: as a table says, or as definitions do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weaklabel.documents import read_bytes
from weaklabel.errors import Place, Problem, RecordsError, UsageError, quantity, raise_errors
from weaklabel.evaluation.align import first_ids, match_ids, refuse_repeated_ids
from weaklabel.evaluation.columns import as_ids, whole
from weaklabel.evaluation.reference import Reference
from weaklabel.pipeline import Watch, slice_project, unwatched
from weaklabel.records.read import unreadable_parquet
from weaklabel.scoring import Limit
from weaklabel.slicing import load_slices
from weaklabel.terms import Membership, Settings
from weaklabel.terms.records import REFERRING_ID_NAMES
from weaklabel.terms.slices import RESERVED

OTHER_TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xlsx", ".feather", ".arrow")
PANDAS_INDEX = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceSlices:
    """Slices of the records that are scored, and what is expected of them.

    Attributes
    ----------
    membership
        Of the reference's records, in their order.
    expected
        What their definitions expect.
    """

    membership: Membership
    expected: tuple[Limit, ...] = ()


def read_slices(
    location: str, reference: Reference, settings: Settings | None, warnings: list[Problem], watch: Watch = unwatched
) -> ReferenceSlices:
    """Return the slices of a table of membership (.parquet), or those that a file or folder defines.

    Raises
    ------
    WeaklabelError
        Where the file is wrong, or there are definitions and no project that they are about.
    """
    suffix = PurePosixPath(location).suffix.lower()
    if suffix in OTHER_TABLES and Path(location).is_file():
        what = f"slices are read from Parquet or from definitions, not from {suffix}."
        fix = "Write the table as Parquet, as pandas.DataFrame.to_parquet does, or give slices.yaml."
        raise UsageError(Problem(what, Place(location), fix))
    if suffix == ".parquet":
        return ReferenceSlices(read_slices_table(location, read_bytes(location, RecordsError), reference.ids, warnings))
    if settings is None:
        what = "definitions of slices are about a project's records, and there is no project here."
        raise UsageError(Problem(what, Place(location), "Name the project with --project, or give slices.parquet."))
    records = slice_project(settings, lambda inputs: load_slices(Path(location), inputs, warnings), watch).records
    expected = [Limit(each.id, *limit, each.place) for each in records.slices for limit in each.expect]
    return ReferenceSlices(records.membership, tuple(expected))


def no_slices(reference: Reference) -> ReferenceSlices:
    """Return what there is without slices."""
    return ReferenceSlices(Membership((), np.zeros((len(reference.ids), 0), dtype=np.bool_)))


def read_slices_table(location: str, data: bytes, known: pa.Array, warnings: list[Problem]) -> Membership:
    """Read slices.parquet: `record_id`, and a column of true and false (or of 1 and 0) for each slice.

    A column that pandas writes of a frame's index is passed over.

    Raises
    ------
    RecordsError
        With every column that holds anything else, nulls too, or has a reserved name; with ids that are unknown or
        repeated.
    """
    place = Place(location)
    try:
        table = pq.read_table(pa.BufferReader(data)).combine_chunks()
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
        raise RecordsError(unreadable_parquet(location, failure)) from None
    name_of_id = next((name for name in REFERRING_ID_NAMES if name in table.column_names), None)
    if name_of_id is None:
        fix = f"The columns are {', '.join(table.column_names)}."
        raise RecordsError(Problem("there is no column record_id (or id).", place, fix))
    names = tuple(name for name in table.column_names if name != name_of_id and not PANDAS_INDEX.fullmatch(name))
    problems: list[Problem] = []
    for name in names:
        column = table.column(name)
        if not _says_yes_or_no(column):
            what = f"the slice {name!r} is a column of {column.type}, not of bool."
            problems.append(Problem(what, place, "Write true where a record is in the slice, else false."))
        elif column.null_count:
            what = f"the slice {name!r} has {quantity(column.null_count, 'null')}."
            problems.append(Problem(what, place, "Write true where a record is in the slice, else false."))
        if name in RESERVED:
            what = f"no slice can have the id {name!r}: {RESERVED[name]}."
            problems.append(Problem(what, place, "Give the column another name."))
    ids = as_ids(location, name_of_id, whole(table.column(name_of_id)), problems)
    raise_errors(problems, RecordsError)

    def place_of(row: int) -> Place:
        return Place(location, row + 1)

    position = match_ids(ids, known, place_of)
    refuse_repeated_ids(ids, position, place_of)
    members = np.zeros((len(known), len(names)), dtype=np.bool_)
    for number, name in enumerate(names):
        members[position, number] = table.column(name).to_numpy().astype(np.bool_)
    lacking = np.ones(len(known), dtype=np.bool_)
    lacking[position] = False
    if lacking.any():
        first = first_ids(known, np.flatnonzero(lacking))
        what = f"{quantity(int(lacking.sum()), 'record')} without a row ({first}) count as in no slice."
        warnings.append(Problem(what, place, "Give each record a row.", "warning"))
    return Membership(names, members)


def _says_yes_or_no(column: pa.ChunkedArray) -> bool:
    """Say whether a column holds true and false, or numbers that are 1 and 0; nulls too."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return set(pc.unique(column.drop_null()).to_pylist()) <= {0, 1}
    return bool(pa.types.is_boolean(kind))
