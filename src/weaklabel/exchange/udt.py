"""Universal Data Tool: one .udt.json with the interface and the samples, for texts or for images.

Source: github.com/UniversalDataTool/udt-format, interfaces/text_classification.md and image_classification.md; an
annotation is a label, or a list of labels where `multiple` is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weaklabel.errors import ExchangeError, Place, Problem, raise_errors
from weaklabel.exchange.entries import Entry, json_file, read_object
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel
from weaklabel.exchange.prefilled import compare_with_suggested


class UniversalDataTool:
    """See the module."""

    name = "udt"
    description = "Universal Data Tool, text or image classification"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return weaklabel.udt.json."""
        shows_images = any(field.kind == "image" for field in package.fields)
        interface = {
            "type": "image_classification" if shows_images else "text_classification",
            "multiple": package.task == "multilabel",
            "labels": [
                {
                    "id": tag.name,
                    "displayName": tag.name,
                    **({"description": tag.description} if tag.description else {}),
                }
                for tag in package.vocabulary.tags
            ],
        }
        samples = [_sample(package, record) for record in package.records]
        content = {"name": package.run, "interface": interface, "samples": samples}
        return Parcel({"weaklabel.udt.json": json_file(content)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read a saved .udt.json; samples without annotation were not looked at."""
        problems: list[Problem] = []
        rows = [
            _read(sample, Place(name, i))
            for name, data in files.items()
            for i, sample in enumerate(_samples(name, data, problems), start=1)
            if "annotation" in sample
        ]
        raise_errors(problems, ExchangeError)
        return Annotations(tuple(rows), tuple(problems))


def _sample(package: Outgoing, record: OutgoingRecord) -> dict[str, Any]:
    decided = package.decided_tags(record)
    image = package.media(record, "image")
    annotation: Any = decided if package.task == "multilabel" else next(iter(decided), None)
    return {
        "_id": str(record.id),
        "document": package.text(record),
        **({"imageUrl": image} if image else {}),
        "annotation": annotation,
        "metadata": {"record_id": record.id, "suggested": decided},
    }


def _samples(name: str, data: bytes, problems: list[Problem]) -> list[Entry]:
    content = read_object(name, data, problems)
    if "samples" not in content:
        problems.append(Problem("there are no samples.", Place(name), "Save it as .udt.json."))
    return content.entries("samples")


def _read(sample: Entry, place: Place) -> Annotation:
    value = sample["annotation"]
    if isinstance(value, dict):  # as version 1 of the format had it
        inner = sample.entry("annotation")
        chosen = inner.names("labels" if "labels" in inner else "label")
    else:
        chosen = sample.names("annotation")
    known = sample.entry("metadata")
    record_id = known.record_id() if "record_id" in known else sample.record_id("_id")
    read = Annotation(place, record_id, chosen=chosen, text=sample.text("document"))
    return compare_with_suggested(read, known.names("suggested") if "suggested" in known else None)


FORMAT = UniversalDataTool()
