"""The tags that an author gave, in the many ways files write them: a list, one name, a text to split, null."""

from __future__ import annotations

import ast
import json
import math
from dataclasses import dataclass
from typing import Any

from weaklabel.errors import Place, Problem
from weaklabel.records.oddities import Oddities
from weaklabel.records.values import as_text
from weaklabel.terms.records import GivenTags


@dataclass(frozen=True, slots=True)
class TagReader:
    """Reads one record's tags; what it cannot read it adds to `problems`, and repeats it counts in `oddities`.

    Attributes
    ----------
    typed
        True where the format tells a list from a text (JSON, Parquet): a text is then one tag. False for CSV:
        a cell is a JSON or Python list, or names between `separator`s, and an empty cell is null.
    """

    typed: bool
    separator: str
    problems: list[Problem]
    oddities: Oddities

    def read(self, value: Any, place: Place) -> GivenTags:
        """Return the tags as written (white space around them and repeats dropped), or None for null."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        if isinstance(value, str):
            return self._read_text(value, place)
        if isinstance(value, list | tuple):
            return self._read_list(value, place)
        self._refuse(value, place)
        return None

    def _read_text(self, text: str, place: Place) -> GivenTags:
        if self.typed:
            return self._read_list([text] if text.strip() else [], place)
        if not text.strip():
            return None
        if text.lstrip().startswith("["):
            parsed = _parse_list(text)
            if parsed is None:
                fix = 'Write a list such as ["a", "b"], or names with the separator between them.'
                self.problems.append(Problem(f"the tags {text[:40]!r} are no complete list.", place, fix))
                return None
            return self._read_list(parsed, place)
        return self._read_list(text.split(self.separator), place)

    def _read_list(self, values: list[Any] | tuple[Any, ...], place: Place) -> GivenTags:
        names: list[str] = []
        for value in values:
            if type(value) is str:
                names.append(as_text(value).strip())
            elif isinstance(value, bool | dict | list | tuple):
                self._refuse(value, place)
            elif value is None:
                what = "the tags hold a null, which was left out."
                self.problems.append(Problem(what, place, "Remove it.", "warning"))
            else:
                try:
                    names.append(as_text(value).strip())
                except ValueError as failure:
                    self.problems.append(Problem(f"a tag cannot be read: {failure}.", place, "Write it as text."))
        named = [name for name in names if name]
        distinct = tuple(dict.fromkeys(named))
        self.oddities.repeating += len(distinct) < len(named)
        return distinct

    def _refuse(self, value: Any, place: Place) -> None:
        what = f"a tag is {str(value)[:40]!r}, which is no name."
        self.problems.append(Problem(what, place, 'Write tags as a list of names, such as ["a", "b"].'))


def _parse_list(text: str) -> list[Any] | None:
    """Parse a JSON list, or a Python one as pandas' to_csv writes it."""
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list):
            return value
    return None
