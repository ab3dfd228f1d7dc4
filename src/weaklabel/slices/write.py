"""Ids of slices, and slices as YAML: what proposals and discovered slices are written by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from weaklabel.terms.slices import RESERVED

WIDTH = 110


def find_fault(slice_id: str) -> tuple[str, str] | None:
    """Return what is wrong with an id, and how to mend it; None where nothing is."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", slice_id):
        return f"{slice_id!r} has other characters than letters, digits, _ and -", "Leave them out."
    if slice_id in RESERVED:
        return f"no slice can have the id {slice_id!r}: {RESERVED[slice_id]}", "Name it otherwise."
    return None


def make_id(text: str, taken: Collection[str] = ()) -> str:
    """Return an id made of a text: its letters and digits in ASCII, what lies between as `_`.

    One that is among those that are taken gets a number: `c`, `c_2`.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "slice"
    number, free = 2, name
    while free in taken or free in RESERVED:
        free, number = f"{name}_{number}", number + 1
    return free


def render_slice(declaration: Mapping[str, Any], note: str = "") -> str:
    """Return the YAML of a slice, an item of a list whose first key is the id, with a note as a comment behind that."""
    text: str = yaml.safe_dump(
        [dict(declaration)], allow_unicode=True, sort_keys=False, default_flow_style=None, width=WIDTH
    )
    first, rest = text.split("\n", 1)
    return f"{first} # {note}\n{rest}" if note else text
