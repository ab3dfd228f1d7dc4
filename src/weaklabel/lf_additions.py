"""Labeling functions that are added to YAML files: read as a run would read them, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from weaklabel.documents import Document, append_items, read_document
from weaklabel.errors import LabelingFunctionError, OutputError, Place, Problem, raise_errors
from weaklabel.inputs import Inputs, record_columns
from weaklabel.lfs import declare_lfs, gather_lfs
from weaklabel.output import write_file
from weaklabel.records import parse_rows
from weaklabel.suggest import ITEMS, Entry, is_declared, make_id, render_entry
from weaklabel.terms import LabelingFunction, TextLF


def read_entry(entry: Entry, inputs: Inputs) -> TextLF:
    """Return an entry as the labeling function that it declares.

    Raises
    ------
    LabelingFunctionError
        Where it declares none.
    """
    lfs = read_declared(render_entry(entry), "the suggestion", inputs)
    assert isinstance(lfs[0], TextLF)
    return lfs[0]


def read_declared(text: str, name: str, inputs: Inputs) -> list[LabelingFunction]:
    """Return the labeling functions of a YAML text.

    Raises
    ------
    LabelingFunctionError
        With every problem of it.
    """
    records = inputs.records
    columns = record_columns(records)
    lfs, problems = declare_lfs(
        Document(name, text), inputs.vocabulary, records.fields, columns=columns, read_table=parse_rows
    )
    raise_errors(problems, LabelingFunctionError)
    return lfs


def write_suggestions(path: Path, entries: Sequence[Entry], inputs: Inputs) -> int:
    """Append suggestions to a YAML file, but for those that it has already; see :func:`append_text`.

    Returns
    -------
    written
        How many were appended.
    """
    old = _read_or_empty(path)
    append_items(old, "", ITEMS)  # raises where nothing can be added
    taken = {lf.id for lf in inputs.lfs} | {lf.id for lf in read_declared(old.text, old.name, inputs)}
    texts = []
    for entry in entries:
        if is_declared(entry, old):
            continue
        is_free = entry.lf_id not in taken
        lf_id = entry.lf_id if is_free else make_id(entry.tag, entry.evidence, entry.polarity, taken)
        taken.add(lf_id)
        texts.append(render_entry(replace(entry, lf_id=lf_id)))
    return append_text(path, "\n".join(texts), inputs) if texts else 0


def append_text(path: Path, added: str, inputs: Inputs) -> int:
    """Append a YAML list of labeling functions to a file, which is made where it is not there.

    Returns
    -------
    written
        How many were appended.

    Raises
    ------
    OutputError, LabelingFunctionError
        Where the file cannot be appended to, or would not be read as labeling functions with ids of their own; it is
        then as it was.
    """
    if path.suffix not in {".yaml", ".yml"}:
        what, fix = "only files that end in .yaml or .yml are read as labeling functions.", "Name it so."
        raise OutputError(Problem(what, Place(str(path)), fix))
    old = _read_or_empty(path)
    text = append_items(old, added, ITEMS)
    lfs = read_declared(text, old.name, inputs)
    elsewhere = [lf for lf in inputs.lfs if lf.place is None or not _is_same(lf.place.path, path)]
    gather_lfs([*elsewhere, *lfs])
    write_file(path, text.encode(), "--write")
    return len(lfs) - len(read_declared(old.text, old.name, inputs))


def _read_or_empty(path: Path) -> Document:
    return read_document(str(path), OutputError) if path.exists() else Document(str(path), "")


def _is_same(name: str, path: Path) -> bool:
    return Path(name).resolve() == path.resolve()
