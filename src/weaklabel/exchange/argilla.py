"""Argilla 2: records with suggestions as `dataset.records.to_json` writes them, and the settings of their dataset.

`rg.Settings.from_json("settings.json")` makes the dataset, `dataset.records.from_json("records.json")` fills it.
Argilla has fields for texts and images; the address of a sound is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_file, read_entries
from weaklabel.exchange.interface import (
    Annotation,
    Annotations,
    Field,
    Layout,
    Need,
    Outgoing,
    OutgoingRecord,
    Parcel,
    name_fields,
)

QUESTION = "tags"
STATUSES = ("submitted", "draft", "discarded")


class Argilla:
    """See the module."""

    name = "argilla"
    description = "Argilla 2 records with suggestions, and the dataset's settings"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return records.json and settings.json."""
        names = name_fields(package.fields, (), _as_name)
        records = [_record(package, record, names) for record in package.records]
        return Parcel({"records.json": json_file(records), "settings.json": json_file(_settings(package, names))})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read records with responses: submitted ones are annotations, discarded ones were skipped."""
        problems: list[Problem] = []
        rows = [row for entry in read_entries(files, problems) for row in _read(entry)]
        raise_errors(problems, ExchangeError)
        return Annotations(tuple(rows), tuple(problems))


def _as_name(name: str) -> str:
    """Return a name as Argilla admits it: letters, digits, - and _."""
    return re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_-") or "field"


def _settings(package: Outgoing, names: Mapping[str, str]) -> dict[str, Any]:
    kind = "label_selection" if package.task == "multiclass" else "multi_label_selection"
    options = [{"value": tag.name, "text": tag.name} for tag in package.vocabulary.tags]
    question = {
        "type": kind,
        "options": options,
        "visible_options": min(20, len(options)) if len(options) > 2 else None,
    }
    return {
        "guidelines": f"Choose the {'class' if package.task == 'multiclass' else 'tags'} of each record.",
        "allow_extra_metadata": True,
        "fields": [_field_settings(field, names[field.name]) for field in package.fields],
        "questions": [{"name": QUESTION, "title": QUESTION, "required": True, "settings": question}],
        "vectors": [],
        "metadata": [],
    }


def _field_settings(field: Field, name: str) -> dict[str, Any]:
    shown = {"type": "image"} if field.kind == "image" else {"type": "text", "use_markdown": False}
    return {"name": name, "title": field.name, "required": False, "settings": shown}


def _record(package: Outgoing, record: OutgoingRecord, names: Mapping[str, str]) -> dict[str, Any]:
    decided = sorted(package.decided(record), key=lambda label: label.tag)
    suggested: Any = [label.tag for label in decided]
    score: Any = [1.0 if label.probability is None else label.probability for label in decided]
    if package.task == "multiclass":
        suggested, score = next(iter(suggested), None), next(iter(score), None)
    suggestion = {"value": suggested, "score": score, "agent": re.sub(r"[^\w@.-]", "-", package.run)}
    return {
        "id": str(record.id),
        "fields": {names[name]: value for name, value in record.fields.items()},
        "metadata": {"record_id": record.id, "given": list(record.given or ())},
        "suggestions": {QUESTION: suggestion} if decided else {},
        "responses": {},
        "vectors": {},
    }


def _read(entry: Entry) -> Iterator[Annotation]:
    suggested = entry.entry("suggestions").entry(QUESTION).names("value")
    metadata = entry.entry("metadata")
    for response in entry.entry("responses").entries(QUESTION):
        status = response.text("status") or "submitted"
        if status not in STATUSES:
            response.refuse("status", ", ".join(STATUSES))
        if status == "draft":
            continue
        chosen = () if status == "discarded" else response.names("value")
        yield Annotation(
            entry.place,
            metadata.record_id() if "record_id" in metadata else entry.record_id("id"),
            chosen=chosen,
            refused=tuple(tag for tag in suggested if tag not in chosen),
            text=entry.entry("fields").text("text"),
            annotator=response.text("user_id"),
            is_skipped=status == "discarded",
        )


FORMAT = Argilla()
