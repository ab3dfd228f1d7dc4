"""Files of slices: a first one, proposed from a project, and membership as a table and as a module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from weaklabel.documents import Document
from weaklabel.end_models import read_texts
from weaklabel.errors import OutputError, Place, Problem
from weaklabel.inputs import Inputs
from weaklabel.output import write_file
from weaklabel.pipeline import Watch, slice_project, unwatched
from weaklabel.slices import Proposal, SlicedRecords, propose_slices, write_module, write_proposals
from weaklabel.slices.propose import FEW, WIDE
from weaklabel.slices.snorkel_module import FIRST_LINE
from weaklabel.slicing import check, declare
from weaklabel.tables import parquet_bytes
from weaklabel.tags import given_matrix, resolve_given
from weaklabel.terms import Settings
from weaklabel.terms.slices import Slice


@dataclass(frozen=True, slots=True, eq=False)
class ProposedSlices:
    """Slices to begin with, of a project's records.

    Attributes
    ----------
    records
        All that are proposed, with who is in them.
    kept
        The ids of those that hold a few records, and no more than a third of them.
    text
        The slices file with those that are kept, each with its size.
    """

    records: SlicedRecords
    kept: tuple[str, ...]
    text: str


def propose(settings: Settings, watch: Watch = unwatched) -> ProposedSlices:
    """Return the slices that are proposed for a project, and the file to write them as.

    Raises
    ------
    WeaklabelError
        Where an input or setting is wrong.
    """
    proposed: list[Proposal] = []

    def declare_proposals(inputs: Inputs) -> tuple[Slice, ...]:
        given = given_matrix(resolve_given(inputs.records, inputs.vocabulary), inputs.vocabulary)
        texts, frame = read_texts(inputs.records), inputs.records.frame
        proposed.extend(propose_slices(inputs.vocabulary, given.tags, texts, frame))
        return check(*declare(Document("the proposed slices", write_proposals(proposed)), inputs))

    records = slice_project(settings, declare_proposals, watch).records
    sizes = dict(zip(records.membership.names, records.membership.sizes().tolist(), strict=True))
    most = WIDE * len(records.membership.members)
    kept = tuple(name for name, size in sizes.items() if FEW <= size <= most)
    return ProposedSlices(records, kept, write_proposals([each for each in proposed if each.id in kept], sizes))


def check_export(file: Path) -> None:
    """Refuse to write over what no export of slices wrote: slices that somebody defined in Python, say.

    Raises
    ------
    OutputError
        With each file that is there, and is none of an export.
    """
    module = [file] if file.suffix == ".py" and file.exists() and not _is_our_module(file) else []
    table = file.with_suffix(".parquet")
    foreign = [*module, *([table] if table.exists() and not _is_our_table(table) else [])]
    if foreign:
        what, fix = "this file is there already, and no export of slices wrote it.", "Name another with --out."
        raise OutputError(Problem(what, Place(str(path)), fix) for path in foreign)


def _is_our_module(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip() == FIRST_LINE


def _is_our_table(file: Path) -> bool:
    try:
        schema = pq.read_schema(file)
    except (OSError, pa.ArrowException):
        return False
    return schema.names[:1] == ["record_id"] and all(pa.types.is_boolean(kind) for kind in schema.types[1:])


def export_membership(sliced: SlicedRecords, settings: Settings, file: Path) -> list[Path]:
    """Write membership as a table and, where `file` ends with .py, the module of slicing functions that reads it.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    OutputError
        Where a file cannot be written, or one is there that no export wrote.
    """
    check_export(file)
    table = file.with_suffix(".parquet")
    write_file(table, parquet_bytes(sliced.to_frame()))
    if file.suffix != ".py":
        return [table]
    named = [settings.columns.id] if settings.columns.id else []
    columns = list(dict.fromkeys([*named, "record_id", "id"]))
    write_file(file, write_module(sliced.slices, table, columns).encode())
    return [file, table]
