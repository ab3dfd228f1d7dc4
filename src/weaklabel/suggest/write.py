"""Suggestions as YAML that is ready to be read as labeling functions."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from weaklabel.documents import Document, read_yaml
from weaklabel.errors import OutputError, Place, Problem
from weaklabel.suggest.candidates import Evidence
from weaklabel.terms import ABSENT

WIDTH = 110


@dataclass(frozen=True, slots=True)
class Entry:
    """A labeling function to be written, and what a person should know of it.

    Attributes
    ----------
    lf_id, description, tag, polarity, evidence
        As they are declared.
    examples
        Texts that it matches.
    notes
        Lines for a comment above it.
    """

    lf_id: str
    description: str
    tag: str
    polarity: int
    evidence: Evidence
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def declaration(self) -> dict[str, Any]:
        """Return what YAML declares."""
        regex = self.evidence.kind == "regex"
        match = {self.evidence.kind: self.evidence.text if regex else [self.evidence.text]}
        return {
            "id": self.lf_id,
            "description": self.description,
            "tags": [self.tag],
            **({"polarity": "absent"} if self.polarity == ABSENT else {}),
            "match": match,
            **({"examples": {"match": list(self.examples)}} if self.examples else {}),
        }


def make_id(tag: str, evidence: Evidence, polarity: int, taken: Collection[str]) -> str:
    """Return an id that none of the labeling functions has: `suggested:TAG:PHRASE`, `suggested:not:TAG:PHRASE`.

    Characters that no id may hold are written as their code points.
    """
    phrase = evidence.text.removeprefix(r"\b").removesuffix(r"\w*") if evidence.kind == "regex" else evidence.text
    ending = ".." if evidence.kind == "regex" else ""
    parts = ["suggested", *(["not"] if polarity == ABSENT else []), _as_id(tag), _as_id(phrase) + ending]
    name = ":".join(parts)
    number, free = 2, name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _as_id(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_./-]", lambda c: f"u{ord(c.group()):x}", text.replace(" ", "-"))


def render_entry(entry: Entry) -> str:
    """Return the YAML of a labeling function, an item of a list, with its notes as comments above it."""
    comments = "".join(f"# {on_one_line(note)}\n" for note in entry.notes)
    body = yaml.safe_dump([entry.declaration()], allow_unicode=True, sort_keys=False, width=WIDTH)
    return f"{comments}{body}"


def on_one_line(text: str) -> str:
    """Return a text without line breaks, control characters and what else may not stand in a YAML comment."""
    return "".join(c if c.isprintable() else " " for c in text)


def append_items(document: Document, added: str) -> str:
    """Return a file's text with the items of a YAML list put behind those that it holds; nothing else changes.

    Raises
    ------
    OutputError
        Where the file is no YAML, or no list to which something can be added at its end.
    """
    before, items = (_items_of(each) for each in (document, Document("the suggestion", added)))
    indented = textwrap.indent(added, " " * _indent_of(document.text))
    gap = "" if not document.text.strip() else "\n" if document.text.endswith("\n") else "\n\n"
    text = f"{document.text}{gap}{indented}"
    try:
        is_longer = _items_of(Document(document.name, text)) == [*before, *items]
    except OutputError:
        is_longer = False
    if not is_longer:
        raise _not_appendable(document, "its list cannot be added to at its end")
    return text


def _items_of(document: Document) -> list[Any]:
    value = read_yaml(document, OutputError).value
    if value is not None and not isinstance(value, list):
        raise _not_appendable(document, "it holds no list of labeling functions")
    return value or []


def _indent_of(text: str) -> int:
    """Return in which column the items of a YAML list stand."""
    node = yaml.compose(text, yaml.SafeLoader)
    return 0 if node is None or getattr(node, "flow_style", False) else int(node.start_mark.column)


def _not_appendable(document: Document, why: str) -> OutputError:
    what = f"nothing can be added to this file: {why}."
    return OutputError(Problem(what, Place(document.name), "Write to another file."))


def is_declared(entry: Entry, document: Document) -> bool:
    """Say whether a file holds a labeling function that looks for the same and votes the same."""
    own = entry.declaration()
    return any(_means_same(other, own) for other in _items_of(document))


def _means_same(other: Any, own: Mapping[str, Any]) -> bool:
    keys = ("tags", "polarity", "match")
    return isinstance(other, dict) and all(other.get(key) == own.get(key) for key in keys)
