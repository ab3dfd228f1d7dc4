"""A run's labels for other tools."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from weaklabel.documents import is_url
from weaklabel.errors import OutputError, Place, Problem, UsageError, did_you_mean, list_some, quantity
from weaklabel.exchange import (
    Field,
    FieldKind,
    Format,
    Label,
    Layout,
    Outgoing,
    OutgoingRecord,
    Parcel,
    kind_of_values,
    load_format,
)
from weaklabel.exchanging.needs import add_needs
from weaklabel.inputs import Inputs, load_inputs
from weaklabel.manifest import name_run, parse_settings
from weaklabel.output import write_file
from weaklabel.report import RunTables
from weaklabel.run_folder import read_run
from weaklabel.tags import resolve_given
from weaklabel.terms import Settings, Vocabulary, canonical_names
from weaklabel.terms.records import RecordId

SPREADSHEET = "csv"
_READ = ("records", "columns", "tags", "tag_labels", "gold", "gold_columns", "gold_column", "lfs")


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a run goes out, and how it is shown.

    Attributes
    ----------
    threshold
        Tags more probable than this are suggested.
    layout
        Which tags a person chooses from; None is the format's own.
    only
        The ids of the records that go out, as text; empty is all.
    order
        Of those, the ones that go out and in which order; empty is the input's order.
    limit
        How many go out at most; None is all.
    images, sounds
        Columns whose values are addresses of images and sounds, besides those that are found to be.
    tag
        The tag that goes out, where a format holds one at a time.
    for_spreadsheets
        Whether cells of CSV are written so that a spreadsheet computes none of them.
    """

    threshold: float = 0.5
    layout: Layout | None = None
    only: tuple[str, ...] = ()
    order: tuple[RecordId, ...] = ()
    limit: int | None = None
    images: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    tag: str | None = None
    for_spreadsheets: bool = False


def export_run(name: str, folder: Path, choice: Choice, project: Settings | None = None) -> Parcel:
    """Return the files of a format that a run's labels go out in.

    Parameters
    ----------
    name
        The format.
    folder
        A run's folder; what the run read is read again.
    choice
        What goes out.
    project
        The settings of the run's project, which say where what it read is now; by default it is where it was.

    Raises
    ------
    WeaklabelError
        Where the run or its inputs cannot be read, an option cannot be, or the format cannot hold a tag.
    """
    form = load_format(name)
    layout = _check_layout(form, choice.layout)
    if choice.for_spreadsheets and name != SPREADSHEET:
        what = f"{name} is no table that a spreadsheet opens."
        raise UsageError(Problem(what, Place("--for-spreadsheets"), f"The format {SPREADSHEET} is."))
    run = read_run(folder)
    settings = parse_settings(run.manifest["settings"], folder)
    if project is not None:
        settings = replace(settings, **{name: getattr(project, name) for name in _READ})
    _check_there(settings)
    inputs = load_inputs(settings if form.needs else replace(settings, lfs=None))
    packed = _pack(run, settings, inputs, replace(choice, layout=layout))
    package, failures = add_needs(packed, form, settings, inputs, choice.tag)
    parcel = form.export(package)
    return replace(parcel, warnings=(*_changed_inputs(run.manifest, inputs), *failures, *parcel.warnings))


def _check_layout(form: Format, layout: Layout | None) -> Layout:
    if layout is None or layout in form.layouts:
        return layout or form.layouts[0]
    what = f"{form.name} cannot show tags as {layout!r}."
    raise UsageError(Problem(what, Place("--layout"), f"It can as {' or '.join(form.layouts)}."))


def _check_there(settings: Settings) -> None:
    """Raise OutputError where the files that a run read are not found from here."""
    named = {"records": settings.records, "tags": settings.tags}
    fix = "Use the folder in which `weaklabel run` was run, or run it again."
    gone = [path for path in named.values() if not is_url(path) and not Path(path).exists()]
    if gone:
        raise OutputError(Problem("the run read this file, which is not here.", Place(path), fix) for path in gone)


def _changed_inputs(manifest: Mapping[str, Any], inputs: Inputs) -> Iterator[Problem]:
    for known in ("records", "tags"):
        read = inputs.files[known]
        if manifest["inputs"].get(known, {}).get("sha256") != read["sha256"]:
            what, fix = "this file has changed since the run.", "Run `weaklabel run` again."
            yield Problem(what, Place(read["path"]), fix, "warning")


def _pack(run: RunTables, settings: Settings, inputs: Inputs, choice: Choice) -> Outgoing:
    records = inputs.records
    fields = _find_fields(inputs, choice)
    values = {field.name: _values_of(inputs, field.name) for field in fields}
    labels = _labels_by_record(run.labels)
    given = resolve_given(records, inputs.vocabulary)
    packed = tuple(
        OutgoingRecord(
            id=records.ids[i],
            fields={name: column[i] for name, column in values.items()},
            labels=labels.get(records.ids[i], ()),
            given=None if given[i] is None else tuple(sorted(canonical_names(given[i]))),
            gold=tuple(sorted(inputs.gold[i].tags)) if i in inputs.gold else None,
        )
        for i in _pick(records.ids, choice)
    )
    return Outgoing(
        run=name_run(run.manifest),
        vocabulary=_with_resolved_parents(inputs),
        fields=fields,
        records=packed,
        task=settings.task,
        threshold=choice.threshold,
        layout=choice.layout or "all",
        for_spreadsheets=choice.for_spreadsheets,
    )


def _with_resolved_parents(inputs: Inputs) -> Vocabulary:
    """Return the vocabulary with the parents that the tag graph has: each of them is a tag."""
    return Vocabulary.of(
        [replace(tag, parents=tuple(sorted(inputs.graph.successors(tag.name)))) for tag in inputs.vocabulary.tags]
    )


def _labels_by_record(labels: pd.DataFrame) -> dict[RecordId, tuple[Label, ...]]:
    found: dict[RecordId, list[Label]] = defaultdict(list)
    columns = (labels[name].tolist() for name in ("record_id", "tag", "probability", "source"))
    for record_id, tag, probability, source in zip(*columns, strict=True):
        found[record_id].append(Label(tag, None if math.isnan(probability) else probability, source))
    return {key: tuple(sorted(cells, key=_by_probability)) for key, cells in found.items()}


def _by_probability(label: Label) -> tuple[float, str]:
    return (-1.0 if label.probability is None else -label.probability, label.tag)


def _find_fields(inputs: Inputs, choice: Choice) -> tuple[Field, ...]:
    """Return the text fields, and the columns that hold addresses of images and sounds."""
    columns = list(dict.fromkeys((*inputs.records.fields, *map(str, inputs.records.frame.columns))))
    forced: dict[str, FieldKind] = {}
    for option, kind, names in (("--image", "image", choice.images), ("--audio", "audio", choice.sounds)):
        for name in names:
            if name not in columns:
                fix = did_you_mean(name, columns, otherwise=f"The columns are {', '.join(columns)}.")
                raise UsageError(Problem(f"the records have no column {name!r}.", Place(option), fix))
            forced[name] = "image" if kind == "image" else "audio"
    kinds = {name: forced.get(name) or kind_of_values(_values_of(inputs, name)) for name in columns}
    return tuple(Field(name, kinds[name]) for name in columns if name in inputs.records.fields or kinds[name] != "text")


def _values_of(inputs: Inputs, name: str) -> Sequence[str]:
    if name in inputs.records.texts:
        return inputs.records.texts[name]
    return [value if isinstance(value, str) else "" for value in inputs.records.frame[name].tolist()]


def _pick(ids: Sequence[RecordId], choice: Choice) -> list[int]:
    """Return the positions of the records that go out, in their order."""
    position = {str(record_id): i for i, record_id in enumerate(ids)}
    unknown = [name for name in choice.only if name not in position]
    if unknown:
        raise UsageError(
            Problem(f"no record has the id {name!r}.", Place("--only"), did_you_mean(name, position))
            for name in unknown
        )
    picked = [position[name] for name in dict.fromkeys(choice.only)] or list(range(len(ids)))
    if choice.order:
        allowed = set(picked)
        picked = [i for i in (position[str(record_id)] for record_id in choice.order) if i in allowed]
    return picked[: choice.limit]


def write_parcel(parcel: Parcel, out: Path) -> list[Path]:
    """Write a parcel's files into a folder; one file alone may be given a name of its own, with the same ending.

    Raises
    ------
    OutputError
        Where they cannot be written.
    """
    if [out.suffix] == [Path(name).suffix for name in parcel.files] and not out.is_dir():
        [content] = parcel.files.values()
        write_file(out, content)
        return [out]
    if out.is_file():
        raise OutputError(Problem("this is a file, and the format has several.", Place(str(out)), "Name a folder."))
    for name, content in parcel.files.items():
        write_file(out / name, content)
    return [out / name for name in parcel.files]


def find_leftovers(parcel: Parcel, out: Path) -> tuple[Problem, ...]:
    """Return a warning where a folder has files of an earlier export that the tool would take for part of this one."""
    inside = sorted(out.iterdir()) if parcel.owned and out.is_dir() else []
    left = [path.name for path in inside if path.suffix in parcel.owned and path.name not in parcel.files]
    if not left:
        return ()
    what = f"this folder has {quantity(len(left), 'file')} more, which are not of this export: {list_some(left)}."
    return (Problem(what, Place(str(out)), "Move them away, or export into a new folder.", "warning"),)
