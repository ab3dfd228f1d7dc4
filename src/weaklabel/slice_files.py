"""Files of slices: a first one, proposed from a project, and membership as a table and as a module."""

from __future__ import annotations

from pathlib import Path

from weaklabel.documents import Document
from weaklabel.end_models import read_texts
from weaklabel.inputs import Inputs
from weaklabel.output import write_file
from weaklabel.slices import Proposal, SlicedRecords, propose_slices, write_module, write_proposals
from weaklabel.slices.propose import FEW
from weaklabel.slicing import check, declare
from weaklabel.tables import parquet_bytes
from weaklabel.tags import given_matrix, resolve_given
from weaklabel.terms import Membership, Settings
from weaklabel.terms.slices import Slice


class Proposals:
    """Slices to begin with, and the file that they are written as once their sizes are known."""

    def __init__(self) -> None:
        self._proposed: tuple[Proposal, ...] = ()

    def of(self, inputs: Inputs) -> tuple[Slice, ...]:
        """Return the slices that are proposed for a project."""
        given = given_matrix(resolve_given(inputs.records, inputs.vocabulary), inputs.vocabulary)
        texts, frame = read_texts(inputs.records), inputs.records.frame
        self._proposed = tuple(propose_slices(inputs.vocabulary, given.tags, texts, frame))
        document = Document("the proposed slices", write_proposals(self._proposed))
        return check(*declare(document, inputs))

    def kept(self, membership: Membership) -> tuple[str, ...]:
        """Return the ids of those that hold a few records, and not all of them."""
        n_records = len(membership.members)
        sizes = zip(membership.names, membership.sizes().tolist(), strict=True)
        return tuple(name for name, size in sizes if FEW <= size < n_records)

    def text(self, membership: Membership) -> str:
        """Return the slices file with those that are kept, each with its size."""
        kept, sizes = self.kept(membership), dict(zip(membership.names, membership.sizes().tolist(), strict=True))
        return write_proposals([each for each in self._proposed if each.id in kept], sizes)


def export_membership(sliced: SlicedRecords, settings: Settings, file: Path) -> list[Path]:
    """Write membership as a table and, where `file` ends with .py, the module of slicing functions that reads it.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    OutputError
        Where a file cannot be written.
    """
    table = file.with_suffix(".parquet")
    write_file(table, parquet_bytes(sliced.to_frame()))
    if file.suffix != ".py":
        return [table]
    named = [settings.columns.id] if settings.columns.id else []
    columns = list(dict.fromkeys([*named, "record_id", "id"]))
    write_file(file, write_module(sliced.slices, table, columns).encode())
    return [file, table]
