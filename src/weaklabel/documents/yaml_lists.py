"""YAML lists that are read whole, and added to at their end without a change to anything else."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from weaklabel.documents.document import Document
from weaklabel.documents.yaml_nodes import read_yaml
from weaklabel.errors import OutputError, Place, Problem


def append_items(document: Document, added: str, noun: str, key: str | None = None) -> str:
    """Return a file's text with the items of a YAML list put behind those that it holds; nothing else changes.

    Parameters
    ----------
    document, added
        The file, and the YAML of the items: a list.
    noun
        What the items are, for problems: "labeling functions".
    key
        Under which key the list may stand, if the file is no list itself; an empty file gets a list.

    Raises
    ------
    OutputError
        Where the file is no YAML, or no list to which something can be added at its end.
    """
    before, items = list_items(document, noun, key), list_items(Document("the suggestion", added), noun)
    text = _insert(document.text, added, key)
    try:
        is_longer = list_items(Document(document.name, text), noun, key) == [*before, *items]
    except OutputError:
        is_longer = False
    if not is_longer:
        raise _not_appendable(document, "its list cannot be added to at its end")
    return text


def list_items(document: Document, noun: str, key: str | None = None) -> list[Any]:
    """Return the items of a file's list, or of the list under a key; none where the file or the list is empty.

    Raises
    ------
    OutputError
        Where the file is no YAML, or holds no list.
    """
    value = read_yaml(document, OutputError).value
    if key is not None and isinstance(value, dict):
        value = value.get(key)
    if value is not None and not isinstance(value, list):
        raise _not_appendable(document, f"it holds no list of {noun}")
    return value or []


def _insert(text: str, added: str, key: str | None) -> str:
    """Return a text with items put behind a list: that of the file, or the one under a key, or a new one there."""
    root = yaml.compose(text, yaml.SafeLoader)
    if key is None or not isinstance(root, yaml.MappingNode):
        return _join(text, added, _indent_of(root), "")
    listed = next((value for name, value in root.value if name.value == key), None)
    if isinstance(listed, yaml.SequenceNode) and listed.value and not listed.flow_style:
        end = listed.end_mark.index
        return _join(text[:end].rstrip() + "\n", added, _indent_of(listed), text[end:])
    if listed is None:
        return _join(text, f"{key}:\n{textwrap.indent(added, '  ')}", _indent_of(root), "")
    start = listed.start_mark.index  # [] or nothing at all
    return _join(text[:start].rstrip() + "\n", added, 2, text[listed.end_mark.index :].lstrip("\n"))


def _join(before: str, added: str, indent: int, after: str) -> str:
    gap = "" if not before.strip() or before.rstrip().endswith(":") else "\n" if before.endswith("\n") else "\n\n"
    behind = f"\n{after}" if after.strip() else ""
    return f"{before}{gap}{textwrap.indent(added, ' ' * indent)}{behind}"


def _indent_of(node: yaml.Node | None) -> int:
    """Return in which column the items of a YAML list stand."""
    return 0 if node is None or getattr(node, "flow_style", False) else int(node.start_mark.column)


def _not_appendable(document: Document, why: str) -> OutputError:
    what = f"nothing can be added to this file: {why}."
    return OutputError(Problem(what, Place(document.name), "Write to another file."))
