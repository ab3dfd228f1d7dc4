"""Label Studio: tasks with predictions, the labeling config that fits them, and its JSON and JSON-MIN exports.

What its importer demands was read in label_studio_sdk 2.1 (`LabelInterface.validate_prediction`): one prediction that
does not fit the config refuses the whole import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from weaklabel.errors import ExchangeError, Problem, quantity, raise_errors
from weaklabel.exchange.entries import Entry, json_file, keep_marked, read_entries, without_companions
from weaklabel.exchange.interface import (
    Annotation,
    Annotations,
    Layout,
    Need,
    Outgoing,
    OutgoingRecord,
    Parcel,
    check_tags,
    name_fields,
)
from weaklabel.terms import Vocabulary

CONFIGURATION = "config.xml"
CONTROL, NOTE, CANDIDATES = "tags", "note", "candidates"
ANSWERS = ("annotations", "completions")  # the second before version 1.0
_MINIMAL = ("annotation_id", "lead_time")  # what JSON-MIN puts beside the data
_OBJECTS = {"text": "Text", "image": "Image", "audio": "Audio"}
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")  # XML 1.0, production Char
_RESERVED = (CONTROL, NOTE, CANDIDATES, "record_id", "given", "suggested")

TagPath = tuple[str, ...]


class LabelStudio:
    """See the module."""

    name = "label-studio"
    description = "Label Studio tasks with predictions, and the labeling config"
    layouts: tuple[Layout, ...] = ("all", "candidates", "taxonomy")
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return tasks.json and config.xml."""
        if package.layout != "candidates":
            fix = "Rename it, or choose --layout candidates."
            check_tags(package, lambda name: not name.startswith("$"), "begins with $, which means a task's data", fix)
            check_tags(package, _is_xml, "has a character that XML cannot hold", fix)
        keys = name_fields(package.fields, _RESERVED, _as_key)
        paths = tag_paths(package.vocabulary) if package.layout == "taxonomy" else []
        tasks = [_task(package, record, keys, paths) for record in package.records]
        return Parcel({"tasks.json": json_file(tasks), CONFIGURATION: _config(package, keys, paths)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read JSON or JSON-MIN."""
        problems: list[Problem] = []
        rows: list[Annotation] = []
        unanswered = 0
        tasks = read_entries(without_companions(files, CONFIGURATION), problems)
        for task in keep_marked(tasks, "Label Studio export", (*ANSWERS, *_MINIMAL), problems):
            is_minimal = "data" not in task
            found = [_read_minimal(task)] if is_minimal else list(_read_task(task))
            unanswered += not found
            rows.extend(found)
        raise_errors(problems, ExchangeError)
        if unanswered:
            what = f"there is no annotation of {quantity(unanswered, 'task')}."
            problems.append(Problem(what, severity="warning"))
        return Annotations(tuple(rows), tuple(problems))


def _is_xml(text: str) -> bool:
    return _NOT_XML.search(text) is None


def _as_key(name: str) -> str:
    """Return a name as `$name` may stand in a config: letters, digits and _, with no digit first."""
    key = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "field"
    return f"field_{key}" if key[0].isdigit() else key


def _config(package: Outgoing, keys: Mapping[str, str], paths: Sequence[TagPath]) -> bytes:
    view = ET.Element("View")
    for field in package.fields:
        ET.SubElement(view, "Header", value=_NOT_XML.sub(" ", field.name))
        ET.SubElement(view, _OBJECTS[field.kind], name=keys[field.name], value=f"${keys[field.name]}")
    target = keys[package.fields[0].name]
    choice = "single" if package.task == "multiclass" else "multiple"
    if package.layout == "taxonomy":
        tree = ET.SubElement(view, "Taxonomy", name=CONTROL, toName=target, showFullPath="true", pathSeparator=" / ")
        for path in paths:
            _add_path(tree, path)
    elif package.layout == "candidates":
        ET.SubElement(view, "Choices", name=CONTROL, toName=target, choice=choice, value=f"${CANDIDATES}")
    else:
        choices = ET.SubElement(view, "Choices", name=CONTROL, toName=target, choice=choice, showInline="true")
        for tag in package.vocabulary.tags:
            hint = _NOT_XML.sub(" ", " · ".join(filter(None, (tag.description, ", ".join(tag.aliases)))))
            ET.SubElement(choices, "Choice", {"value": tag.name, **({"hint": hint} if hint else {})})
    ET.SubElement(view, "TextArea", name=NOTE, toName=target, placeholder="A remark", maxSubmissions="1")
    ET.indent(view)
    return (ET.tostring(view, encoding="unicode") + "\n").encode()


def _add_path(tree: ET.Element, path: TagPath) -> None:
    parent = tree
    for name in path:
        found = next((child for child in parent if child.get("value") == name), None)
        parent = ET.SubElement(parent, "Choice", value=name) if found is None else found


def tag_paths(vocabulary: Vocabulary) -> list[TagPath]:
    """Return every path from a root to a tag, sorted; a tag with several parents has one path through each."""
    known: dict[str, list[TagPath]] = {}

    def paths_to(name: str) -> list[TagPath]:
        if name not in known:
            above = [path for parent in vocabulary[name].parents for path in paths_to(parent)]
            known[name] = [(*path, name) for path in above] or [(name,)]
        return known[name]

    return sorted(path for name in vocabulary.names for path in paths_to(name))


def _task(
    package: Outgoing, record: OutgoingRecord, keys: Mapping[str, str], paths: Sequence[TagPath]
) -> dict[str, Any]:
    decided = package.decided_tags(record)
    data: dict[str, Any] = {keys[name]: value for name, value in record.fields.items()}
    data |= {"record_id": record.id, "given": list(record.given or ()), "suggested": decided}
    if package.layout == "candidates":
        data[CANDIDATES] = [{"value": tag} for tag in package.candidates(record)]
    value: dict[str, Any] = {"choices": decided}
    if package.layout == "taxonomy":
        value = {"taxonomy": [list(path) for path in paths if path[-1] in decided]}
    region = {
        "id": "r1",
        "type": "taxonomy" if package.layout == "taxonomy" else "choices",
        "from_name": CONTROL,
        "to_name": keys[package.fields[0].name],
        "value": value,
    }
    result = [region] if decided else []
    return {
        "data": data,
        "predictions": [{"model_version": package.run, "score": _certainty(record), "result": result}],
    }


def _certainty(record: OutgoingRecord) -> float:
    """Return how sure the run is of its least certain cell, 0.5 to 1: Label Studio shows the lowest score first."""
    known = [label.probability for label in record.labels if label.probability is not None]
    return round(min((max(p, 1 - p) for p in known), default=1.0), 4)


def _read_task(task: Entry) -> Iterator[Annotation]:
    data = task.entry("data")
    suggested = set(data.names("suggested"))  # and not `given`, which no layout shows
    for answer in task.entries(next((name for name in ANSWERS if name in task), ANSWERS[0])):
        chosen: list[str] = []
        notes: list[str] = []
        for region in answer.entries("result"):
            value = region.entry("value")
            if region["from_name"] == NOTE:
                notes += value.names("text")
            elif region["type"] == "choices":
                chosen += value.names("choices")
            elif region["type"] == "taxonomy":
                chosen += _leaves(value)
        is_skipped = answer["was_cancelled"] is True
        yield Annotation(
            task.place,
            data.record_id(),
            chosen=() if is_skipped else tuple(dict.fromkeys(chosen)),
            refused=tuple(sorted(suggested if is_skipped else suggested.difference(chosen))),
            text=data.text("text"),
            annotator=_annotator(answer, "completed_by"),
            time=answer.text("updated_at") or answer.text("created_at"),
            seconds=answer.number("lead_time"),
            note="\n".join(notes),
            is_skipped=is_skipped,
            is_truth=answer["ground_truth"] is True,
        )


def _leaves(value: Entry) -> list[str]:
    """Return the tags at the ends of taxonomy paths."""
    paths = value["taxonomy"]
    if isinstance(paths, list) and all(isinstance(path, list) and path and isinstance(path[-1], str) for path in paths):
        return [path[-1] for path in paths]
    value.refuse("taxonomy", "a list of paths")
    return []


def _annotator(answer: Entry, key: str) -> str:
    who = answer[key]
    if isinstance(who, dict):
        user = answer.entry(key)
        return user.text("email") or user.text("id")
    return answer.text(key)


def _read_minimal(task: Entry) -> Annotation:
    """Read a task of JSON-MIN: data and controls side by side.

    One choice is a text, several are `{"choices": […]}`, and paths are `[{"taxonomy": […]}]`.
    """
    value = task[CONTROL]
    if isinstance(value, dict):
        chosen = task.entry(CONTROL).names("choices")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        chosen = tuple(tag for part in task.entries(CONTROL) for tag in _leaves(part))
    else:
        chosen = task.names(CONTROL)
    suggested = set(task.names("suggested"))
    return Annotation(
        task.place,
        task.record_id(),
        chosen=tuple(dict.fromkeys(chosen)),
        refused=tuple(sorted(suggested.difference(chosen))),
        text=task.text("text"),
        annotator=_annotator(task, "annotator"),
        time=task.text("updated_at") or task.text("created_at"),
        seconds=task.number("lead_time"),
        note=task.text(NOTE) if isinstance(task[NOTE], str) else "\n".join(task.names(NOTE)),
    )


FORMAT = LabelStudio()
