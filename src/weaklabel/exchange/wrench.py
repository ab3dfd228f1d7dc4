"""WRENCH: `{id: {"label", "weak_labels", "data"}}` and label.json, for label models that are compared on its benchmark.

A record has exactly one class there: of a multi-label project one tag at a time goes out, as a choice between the tag
and its absence. A labeling function that abstains, and a record without reference label, are -1.

Source: Zhang et al., "WRENCH: A Comprehensive Benchmark for Weak Supervision", 2021, and its `BaseDataset`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from weaklabel.errors import ExchangeError, Place, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_file, read_entries, read_object
from weaklabel.exchange.interface import (
    Annotation,
    Annotations,
    Layout,
    Need,
    Outgoing,
    OutgoingRecord,
    Parcel,
    binary_classes,
)

ABSTAIN = -1
LABELS = "label.json"


class Wrench:
    """See the module."""

    name = "wrench"
    description = "WRENCH JSON: votes of labeling functions on one class a record"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset({"votes"})

    def export(self, package: Outgoing) -> Parcel:
        """Return train.json and label.json."""
        entries = {str(record.id): _entry(package, record) for record in package.records}
        labels = {str(number): name for number, name in enumerate(package.classes)}
        return Parcel({"train.json": json_file(entries), LABELS: json_file(labels)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read data files with the label.json that belongs to them; entries with label -1 are passed over."""
        problems: list[Problem] = []
        classes = _read_classes(files, problems)
        data = {name: content for name, content in files.items() if PurePath(name).name != LABELS}
        rows = [_read(entry, classes, problems) for entry in read_entries(data, problems)]
        raise_errors(problems, ExchangeError)
        return Annotations(tuple(row for row in rows if row is not None))


def _entry(package: Outgoing, record: OutgoingRecord) -> dict[str, Any]:
    label = _reference(package, record)
    return {
        "label": label,
        "weak_labels": list(record.votes),
        "data": {"text": package.text(record), "record_id": record.id, "went_out": label},
    }


def _reference(package: Outgoing, record: OutgoingRecord) -> int:
    """Return the class by gold, else by the author; -1 where there is neither."""
    tags = record.given if record.gold is None else record.gold
    if tags is None:
        return ABSTAIN
    if package.task == "multilabel":
        return int(package.classes[1] in tags)
    return next((package.classes.index(tag) for tag in tags if tag in package.classes), ABSTAIN)


def _read_classes(files: Mapping[str, bytes], problems: list[Problem]) -> dict[int, str]:
    for name, content in files.items():
        if PurePath(name).name == LABELS:
            entry = read_object(name, content, problems)
            return {int(key): entry.text(key) for key in entry.names_of_values() if key.isdecimal()}
    fix = "Name it too, or the folder of both."
    raise ExchangeError(Problem(f"{LABELS}, which names the classes, is not here.", Place(next(iter(files), "")), fix))


def _read(entry: Entry, classes: Mapping[int, str], problems: list[Problem]) -> Annotation | None:
    number = entry["label"]
    if number == ABSTAIN:
        return None
    if type(number) is not int or number not in classes:
        what = f"the label of {entry.key!r} is {str(number)[:40]}, which {LABELS} does not name."
        problems.append(Problem(what, entry.place, f"It names {', '.join(map(str, classes))}."))
        return None
    only = classes[1] if tuple(classes.values()) == binary_classes(classes.get(1, "")) else None
    is_absent = only is not None and number == 0
    data = entry.entry("data")
    return Annotation(
        entry.place,
        data.record_id() if "record_id" in data else entry.key,
        chosen=() if is_absent else (classes[number],),
        refused=(classes[1],) if is_absent else (),
        text=data.text("text"),
        only=only,
        is_partial=only is not None,
        is_unchanged=data["went_out"] == number,
    )


FORMAT = Wrench()
