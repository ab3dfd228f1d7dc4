"""Suggestions as YAML that is ready to be read as labeling functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from weaklabel.documents import Document, list_items
from weaklabel.suggest.candidates import Evidence
from weaklabel.terms import ABSENT

WIDTH = 110
ITEMS = "labeling functions"


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


def is_declared(entry: Entry, document: Document) -> bool:
    """Say whether a file holds a labeling function that looks for the same and votes the same."""
    own = entry.declaration()
    return any(_means_same(other, own) for other in list_items(document, ITEMS))


def _means_same(other: Any, own: Mapping[str, Any]) -> bool:
    keys = ("tags", "polarity", "match")
    return isinstance(other, dict) and all(other.get(key) == own.get(key) for key in keys)
