"""doccano's JSONL: a text with its labels; other keys come and go as metadata, and by these the record is found again.

Source: doccano 1.8, `data_import/pipeline/catalog.py` and `data_export/pipeline/formatters.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_lines, keep_marked, read_entries, without_companions
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, Parcel, name_fields
from weaklabel.exchange.prefilled import compare_with_suggested

LABELS = "labels.json"
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
        return Parcel({"doccano.jsonl": json_lines(lines), LABELS: label_types(package)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read what doccano exports, one file for each annotator or one for all."""
        problems: list[Problem] = []
        answers = without_companions(files, LABELS)
        rows = list(map(_read, keep_marked(read_entries(answers, problems), "doccano export", ("label",), problems)))
        raise_errors(problems, ExchangeError)
        if len(answers) > 1:  # each has the name of the annotator whose labels it holds
            rows = [replace(row, annotator=PurePath(row.place.path).stem) for row in rows]
        return Annotations(tuple(rows), tuple(problems))


def label_types(package: Outgoing) -> bytes:
    """Return the label types that doccano imports; those that it meets in a text's labels it makes itself."""
    from weaklabel.exchange.entries import json_file

    return json_file([{"text": name} for name in package.vocabulary.names])


def _read(entry: Entry) -> Annotation:
    comments = entry["Comments"]
    read = Annotation(
        entry.place,
        entry.record_id(),
        chosen=entry.names("label"),
        text=entry.text("text"),
        note="\n".join(map(str, comments)) if isinstance(comments, list) else entry.text("Comments"),
    )
    return compare_with_suggested(read, entry.names("suggested") if "suggested" in entry else None)


FORMAT = Doccano()
