"""From rows to records: find the columns, check every value, and report all problems of the file together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, RecordsError, raise_errors
from weaklabel.records.columns import Columns, find_columns, unread_columns
from weaklabel.records.ids import Entry, IdReader
from weaklabel.records.oddities import Oddities, Warnings
from weaklabel.records.tag_values import TagReader
from weaklabel.records.values import as_text
from weaklabel.terms import ColumnNames, Records
from weaklabel.terms.records import GivenTags


def build_records(
    location: str, rows: Sequence[Row], columns: ColumnNames, problems: list[Problem], *, typed: bool = True
) -> tuple[Records, list[Problem]]:
    """Check all rows of a file and put them together as records; see :class:`RowChecker` for the parameters.

    Returns
    -------
    records, warnings
        See :func:`weaklabel.records.read_records`.

    Raises
    ------
    RecordsError
        With every error and warning of the file.
    """
    checker = RowChecker(location, columns, Warnings(location, columns.separator), IdReader(), typed=typed)
    records = checker.check(rows, problems)
    return records, checker.warnings.told()


class RowChecker:
    """Checks the rows of a file, all at once or batch by batch, and puts each batch together as records.

    Parameters
    ----------
    location
        The file's name, for messages.
    columns
        Which columns hold what. What it does not name is found in the first batch.
    warnings
        Collects what is odd but can be read.
    ids
        Reads the ids.
    typed
        False for formats in which every value is text (CSV): tags are then split, and empty cells are null.
    only_texts
        True leaves out everything but ids and texts: the records have no tags and no other columns.
    """

    def __init__(
        self,
        location: str,
        columns: ColumnNames,
        warnings: Warnings,
        ids: IdReader,
        *,
        typed: bool = True,
        only_texts: bool = False,
    ) -> None:
        self.location, self.columns, self.warnings, self.typed = location, columns, warnings, typed
        self._ids = ids
        self._only_texts = only_texts
        self._found: Columns | None = None
        self._names: dict[str, None] = {}

    def check(self, rows: Sequence[Row], problems: list[Problem]) -> Records:
        """Return the records of the next rows.

        Parameters
        ----------
        rows
            Entries, each a mapping of columns to values; an entry's `key` is its id where it has none.
        problems
            What is known to be wrong with the rows already.

        Raises
        ------
        RecordsError
            With every error and warning of these rows.
        """
        entries = _entries(rows, problems)
        if not entries:
            if not any(problem.severity == "error" for problem in problems):
                what = "the file has no records."
                problems.append(Problem(what, Place(self.location), "Give at least one record."))
            raise RecordsError(problems)
        found = self._find_columns(entries, problems)
        oddities = Oddities()
        ids = self._ids.read(entries, found.id, problems)
        texts = {name: read_texts(entries, name, problems, oddities) for name in found.fields}
        about_tags: list[Problem] = []
        given = self._read_tags(entries, found, about_tags, oddities)
        raise_errors([*problems, *oddities.conversions(), *about_tags], RecordsError)
        has_tags = found.tags is not None and not self._only_texts
        separator = None if self.typed else self.columns.separator
        oddities.count(texts, given, has_tags=has_tags, separator=separator)
        self.warnings.add(problems, oddities, about_tags)
        return Records(ids, texts, given, _frame(entries, self._frame_names(found)))

    def _find_columns(self, entries: list[Entry], problems: list[Problem]) -> Columns:
        names = dict.fromkeys(str(name) for value, _ in entries for name in value)
        if self._found is None:
            known = len(problems)
            self._found = find_columns(self.location, names, self.columns, problems, only_texts=self._only_texts)
            if any(problem.severity == "error" for problem in problems[known:]):
                raise RecordsError(problems)  # else each record would be found to lack the column
        else:
            late = [name for name in names if name not in self._names]
            for name in unread_columns(late, self._found, self.columns):
                place = next(place for value, place in entries if name in value)
                what = f"the column {name!r} first appears here, after the first batch of records; it is not read."
                fix = "Give it to one of the first records too (null will do)."
                problems.append(Problem(what, place, fix, "warning"))
        self._names.update(names)
        return self._found

    def _read_tags(
        self, entries: list[Entry], found: Columns, problems: list[Problem], oddities: Oddities
    ) -> tuple[GivenTags, ...]:
        if found.tags is None or self._only_texts:
            return (None,) * len(entries)
        reader = TagReader(typed=self.typed, separator=self.columns.separator, problems=problems, oddities=oddities)
        return tuple(reader.read(value.get(found.tags), place) for value, place in entries)

    def _frame_names(self, found: Columns) -> list[str]:
        wanted = (found.id, *found.fields) if self._only_texts else tuple(self._names)
        return [name for name in wanted if name is not None]


def _entries(rows: Sequence[Row], problems: list[Problem]) -> list[Entry]:
    entries: list[Entry] = []
    for row in rows:
        if not isinstance(row.value, dict):
            what = f"this entry is {_name_type(row.value)}, not an object with named columns."
            fix = 'Write {"id": …, "title": …, …}.'
            if row.key is not None and isinstance(row.value, list):
                fix = f"Take the list under {row.key!r} out of the object around it."
            problems.append(Problem(what, row.place, fix))
        else:
            entries.append((row.value if row.key is None else {"id": row.key, **row.value}, row.place))
    return entries


def read_texts(entries: Sequence[Entry], name: str, problems: list[Problem], oddities: Oddities) -> tuple[str, ...]:
    """Return the texts of a field; values that are no texts are converted and counted, or added to `problems`."""
    texts: list[str] = []
    converted: list[Place] = []
    for value, place in entries:
        text = value.get(name)
        if type(text) is str:
            texts.append(as_text(text))
            continue
        if text is None or (isinstance(text, float) and math.isnan(text)):
            text = ""
        elif isinstance(text, dict | list):
            what = f"{name!r} is {_name_type(text)}, not text."
            problems.append(Problem(what, place, "Write one text, or name another column under records.fields."))
            text = ""
        elif not isinstance(text, str | bytes):
            converted.append(place)
        texts.append(as_text(text))
    if converted:
        oddities.note_converted(name, len(converted), converted[0])
    return tuple(texts)


def _frame(entries: list[Entry], names: Sequence[str]) -> Any:
    import pandas as pd

    return pd.DataFrame({name: pd.Series([value.get(name) for value, _ in entries], dtype=object) for name in names})


def _name_type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
