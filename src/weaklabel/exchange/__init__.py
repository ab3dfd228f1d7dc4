"""Formats of other tools, one file a format, both ways."""

from weaklabel.exchange.formats import FORMATS, load_format
from weaklabel.exchange.interface import (
    Annotation,
    Annotations,
    Field,
    FieldKind,
    Format,
    Label,
    Layout,
    Outgoing,
    OutgoingRecord,
    Parcel,
    Rules,
    TagSpan,
    binary_classes,
)
from weaklabel.exchange.media import kind_of_values

__all__ = [
    "FORMATS",
    "Annotation",
    "Annotations",
    "Field",
    "FieldKind",
    "Format",
    "Label",
    "Layout",
    "Outgoing",
    "OutgoingRecord",
    "Parcel",
    "Rules",
    "TagSpan",
    "binary_classes",
    "kind_of_values",
    "load_format",
]
