"""YAML files that hold one list, to which items are added at its end."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from weaklabel.documents.document import Document
from weaklabel.documents.yaml_nodes import read_yaml
from weaklabel.errors import OutputError, Place, Problem


def append_items(document: Document, added: str, noun: str) -> str:
    """Return a file's text with the items of a YAML list put behind those that it holds; nothing else changes.

    Parameters
    ----------
    document, added
        The file, and the YAML of the items.
    noun
        What the items are, for problems: "labeling functions".

    Raises
    ------
    OutputError
        Where the file is no YAML, or no list to which something can be added at its end.
    """
    before, items = (list_items(each, noun) for each in (document, Document("the suggestion", added)))
    indented = textwrap.indent(added, " " * _indent_of(document.text))
    gap = "" if not document.text.strip() else "\n" if document.text.endswith("\n") else "\n\n"
    text = f"{document.text}{gap}{indented}"
    try:
        is_longer = list_items(Document(document.name, text), noun) == [*before, *items]
    except OutputError:
        is_longer = False
    if not is_longer:
        raise _not_appendable(document, "its list cannot be added to at its end")
    return text


def list_items(document: Document, noun: str) -> list[Any]:
    """Return the items of a file's list; none where the file is empty.

    Raises
    ------
    OutputError
        Where the file is no YAML, or holds no list.
    """
    value = read_yaml(document, OutputError).value
    if value is not None and not isinstance(value, list):
        raise _not_appendable(document, f"it holds no list of {noun}")
    return value or []


def _indent_of(text: str) -> int:
    """Return in which column the items of a YAML list stand."""
    node = yaml.compose(text, yaml.SafeLoader)
    return 0 if node is None or getattr(node, "flow_style", False) else int(node.start_mark.column)


def _not_appendable(document: Document, why: str) -> OutputError:
    what = f"nothing can be added to this file: {why}."
    return OutputError(Problem(what, Place(document.name), "Write to another file."))
