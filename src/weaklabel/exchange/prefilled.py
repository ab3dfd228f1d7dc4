"""Rows that went out with their tags chosen already: what a person took away, and whether anything was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from weaklabel.exchange.interface import Annotation


def compare_with_suggested(row: Annotation, suggested: Sequence[str] | None) -> Annotation:
    """Return an annotation with what was taken away as refused; `suggested` is None where the file does not say it."""
    if suggested is None:
        return row
    taken_away = tuple(tag for tag in suggested if tag not in row.chosen)
    return replace(row, refused=taken_away, is_unchanged=set(row.chosen) == set(suggested))
