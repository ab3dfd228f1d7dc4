"""Argilla 2: records with suggestions as `dataset.records.to_json` writes them, and the settings of their dataset.

`rg.Settings.from_json("settings.json")` makes the dataset, `dataset.records.from_json("records.json")` fills it.
Argilla has fields for texts and images; the address of a sound is shown as text.

Back come records as `records.to_json` writes them, or as `records.to_list(flatten=True)` has them. Only the second says
whether a response was submitted, is a draft or was discarded (argilla 2.8, `RecordResponses.to_dict`); the first has a
status of the record, which is `completed` once enough responses were submitted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from weaklabel.errors import ExchangeError, Problem, quantity, raise_errors
from weaklabel.exchange.entries import Entry, json_file, keep_marked, read_entries, without_companions
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
SETTINGS = "settings.json"
STATUSES = ("submitted", "draft", "discarded")
RESPONSES, SUGGESTION = f"{QUESTION}.responses", f"{QUESTION}.suggestion"

Doubt = Literal["pending", "no status"]


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
        return Parcel({"records.json": json_file(records), SETTINGS: json_file(_settings(package, names))})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read records with responses: submitted ones are annotations, discarded ones were skipped."""
        problems: list[Problem] = []
        doubts: Counter[Doubt] = Counter()
        found = read_entries(without_companions(files, SETTINGS), problems)
        marked = keep_marked(found, "Argilla export", ("responses", RESPONSES), problems)
        entries = [_unflatten(entry, problems) for entry in marked]
        rows = [row for entry in entries for row in _read(entry, doubts)]
        raise_errors(problems, ExchangeError)
        unanswered = sum(not entry.entry("responses")[QUESTION] for entry in entries)
        return Annotations(tuple(rows), (*problems, *_tell(doubts, unanswered)))


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


def _unflatten(entry: Entry, problems: list[Problem]) -> Entry:
    """Return a record of `to_list(flatten=True)` as `to_json` has it, but with the status of each response."""
    if RESPONSES not in entry:
        return entry
    columns = [entry[f"{RESPONSES}{end}"] for end in ("", ".users", ".status")]
    if not all(isinstance(column, list) and len(column) == len(columns[0]) for column in columns):
        entry.refuse(RESPONSES, "a list, as long as those of its users and statuses")
        return entry
    responses = [dict(zip(("value", "user_id", "status"), row, strict=True)) for row in zip(*columns, strict=True)]
    nested = {
        "id": entry["id"],
        "metadata": {"record_id": entry["record_id"]},
        "suggestions": {QUESTION: {"value": entry[SUGGESTION]}},
        "responses": {QUESTION: responses},
        "status": entry["status"],
    }
    return Entry(nested, entry.place, problems)


def _read(entry: Entry, doubts: Counter[Doubt]) -> Iterator[Annotation]:
    suggested = entry.entry("suggestions").entry(QUESTION).names("value")
    metadata = entry.entry("metadata")
    for response in entry.entry("responses").entries(QUESTION):
        status = _status(entry, response, doubts)
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


def _status(record: Entry, response: Entry, doubts: Counter[Doubt]) -> str:
    """Return the status of a response; where it is not said, that of a record which is not completed is a draft's."""
    if "status" in response:
        status = response.text("status")
        if status not in STATUSES:
            response.refuse("status", ", ".join(STATUSES))
        return status
    if record["status"] == "pending":
        doubts["pending"] += 1
        return "draft"
    doubts["no status"] += 1
    return "submitted"


def _tell(doubts: Counter[Doubt], unanswered: int) -> Iterator[Problem]:
    if unanswered:
        yield Problem(f"there is no response to {quantity(unanswered, 'record')}.", severity="warning")
    fix = "Write the JSON of `dataset.records.to_list(flatten=True)`, which says it of each."
    if pending := doubts["pending"]:
        what = f"left out, as their records are not completed, and they may be drafts: {quantity(pending, 'response')}."
        yield Problem(what, None, fix, "warning")
    if unsaid := doubts["no status"]:
        what = f"nothing says of {quantity(unsaid, 'response')} whether it was submitted, drafted or discarded."
        yield Problem(what, None, f"They count as submitted. {fix}", "warning")


FORMAT = Argilla()
