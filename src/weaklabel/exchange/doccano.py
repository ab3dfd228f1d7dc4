"""doccano's JSONL: a text with its labels; other keys come and go as metadata, and by these the record is found again.

Source: doccano 1.8, `data_import/pipeline/catalog.py` and `data_export/pipeline/formatters.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_lines, read_entries
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, Parcel, name_fields

_RESERVED = ("id", "text", "label", "Comments", "record_id", "run", "suggested")


class Doccano:
    """See the module."""

    name = "doccano"
    description = "doccano text classification as JSONL"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return doccano.jsonl, and the labels to import first."""
        keys = name_fields([field for field in package.fields if field.kind != "text"], _RESERVED)
        lines: list[Mapping[str, Any]] = []
        for record in package.records:
            decided = package.decided_tags(record)
            about = {"record_id": record.id, "run": package.run, "suggested": decided}
            media = {key: record.fields[name] for name, key in keys.items()}
            lines.append({"text": package.text(record), "label": decided, **media, **about})
        return Parcel({"doccano.jsonl": json_lines(lines), "labels.json": label_types(package)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read what doccano exports, one file for each annotator or one for all."""
        problems: list[Problem] = []
        rows = [_read(entry) for entry in read_entries(files, problems)]
        raise_errors(problems, ExchangeError)
        if len(files) > 1:  # each has the name of the annotator whose labels it holds
            rows = [replace(row, annotator=PurePath(row.place.path).stem) for row in rows]
        return Annotations(tuple(rows), tuple(problems))


def label_types(package: Outgoing) -> bytes:
    """Return the label types that doccano imports; those that it meets in a text's labels it makes itself."""
    from weaklabel.exchange.entries import json_file

    return json_file([{"text": name} for name in package.vocabulary.names])


def _read(entry: Entry) -> Annotation:
    chosen = entry.names("label")
    comments = entry["Comments"]
    return Annotation(
        entry.place,
        entry.record_id(),
        chosen=chosen,
        refused=tuple(tag for tag in entry.names("suggested") if tag not in chosen),
        text=entry.text("text"),
        note="\n".join(map(str, comments)) if isinstance(comments, list) else entry.text("Comments"),
    )


FORMAT = Doccano()
