"""Slices that were found, as definitions ready to be read from slices.yaml, and written into one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weaklabel.discovery import Literal, WeakSlice, join_conditions, say_all
from weaklabel.documents import Document, append_items, list_items, read_document
from weaklabel.errors import OutputError
from weaklabel.output import write_file
from weaklabel.slices import make_id, render_slice

ITEMS = "slices"
LONGEST_ID = 60
LEAST_P = 1e-9


@dataclass(frozen=True, slots=True)
class Definition:
    """One slice as it is declared."""

    slice_id: str
    description: str
    where: dict[str, Any]

    def declaration(self) -> dict[str, Any]:
        """Return what YAML declares."""
        return {"id": self.slice_id, "description": self.description, "where": self.where}


def define_slices(found: Iterable[WeakSlice], taken: Collection[str] = ()) -> tuple[Definition, ...]:
    """Return definitions with ids made of their conditions, none of which is among those that are taken."""
    definitions: list[Definition] = []
    used = set(taken)
    for weak in found:
        slice_id = _name(weak.literals, used)
        used.add(slice_id)
        definitions.append(Definition(slice_id, describe_slice(weak), join_conditions(weak.literals)))
    return tuple(definitions)


def describe_slice(weak: WeakSlice) -> str:
    """Return a slice's figures in one line, and before them what its definition does not say: a cluster's words."""
    error = weak.error
    clusters = [literal.text for literal in weak.literals if literal.kind == "cluster"]
    figures = (
        f"{'error' if clusters else 'Error'} {error.inside:.2f} on {weak.size:,} records, {error.outside:.2f} elsewhere"
    )
    interval = f"{error.points:+.2f}, 95% {error.low:+.2f} to {error.high:+.2f}"
    return f"{': '.join([*clusters, figures])} ({interval}; p {say_p(weak.p_value)})."


def say_p(p_value: float) -> str:
    """Return a p-value after its sign: "= 0.012", "< 1e-09"."""
    return f"< {LEAST_P:.0e}" if p_value < LEAST_P else f"= {p_value:.2g}"


def render_definition(definition: Definition) -> str:
    """Return the YAML of a slice, an item of a list."""
    return render_slice(definition.declaration())


def _name(literals: Iterable[Literal], taken: Collection[str]) -> str:
    """Return the condition as an id; names of clusters, in parentheses, are left out."""
    said = re.sub(r" \(.*?\)", "", say_all(literals))
    return make_id(said[:LONGEST_ID], taken)


def write_definitions(path: Path, found: Sequence[WeakSlice]) -> int:
    """Append definitions to a YAML file of slices, but for those whose condition it has already.

    Ids that it has stay as they are: a slice that would have one of them gets a number.

    Returns
    -------
    written
        How many were appended.

    Raises
    ------
    OutputError
        Where the file cannot be appended to; it is then as it was.
    """
    old = read_document(str(path), OutputError) if path.exists() else Document(str(path), "")
    items = [item for item in list_items(old, ITEMS, ITEMS) if isinstance(item, dict)]
    conditions = [item.get("where") for item in items]
    ids = {str(item.get("id")) for item in items}
    fresh = [weak for weak in found if join_conditions(weak.literals) not in conditions]
    added = "\n".join(render_definition(definition) for definition in define_slices(fresh, ids))
    if added:
        write_file(path, append_items(old, added, ITEMS, ITEMS).encode(), "--write")
    return len(fresh)
