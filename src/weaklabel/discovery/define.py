"""Slices that were found, as definitions ready to be read from slices.yaml."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from weaklabel.discovery.discover import WeakSlice
from weaklabel.discovery.literals import Literal, join_conditions, say_all

WIDTH = 110
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
        slice_id = _make_id(weak.literals, used)
        used.add(slice_id)
        definitions.append(Definition(slice_id, describe_slice(weak), join_conditions(weak.literals)))
    return tuple(definitions)


def describe_slice(weak: WeakSlice) -> str:
    """Return a slice's condition and figures in one line."""
    error = weak.error
    figures = f"error {error.inside:.2f} on {weak.size:,} records, {error.outside:.2f} elsewhere"
    interval = f"{error.points:+.2f}, 95% {error.low:+.2f} to {error.high:+.2f}"
    return f"{say_all(weak.literals)}: {figures} ({interval}; p {say_p(weak.p_value)})."


def say_p(p_value: float) -> str:
    """Return a p-value after its sign: "= 0.012", "< 1e-09"."""
    return f"< {LEAST_P:.0e}" if p_value < LEAST_P else f"= {p_value:.2g}"


def render_definition(definition: Definition) -> str:
    """Return the YAML of a slice, an item of a list."""
    text: str = yaml.safe_dump([definition.declaration()], allow_unicode=True, sort_keys=False, width=WIDTH)
    return text


def _make_id(literals: Iterable[Literal], taken: Collection[str]) -> str:
    """Return the condition as an id; names of clusters, in parentheses, are left out."""
    said = say_all(literals).casefold()
    name = re.sub(r"[^\w]+", "-", re.sub(r" \(.*?\)", "", said)).strip("-")[:LONGEST_ID].strip("-") or "slice"
    number, free = 2, name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
