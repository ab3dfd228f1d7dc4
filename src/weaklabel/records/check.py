"""From rows to records: find the columns, check every value, and report all problems of the file together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, RecordsError, quantity, raise_errors
from weaklabel.records.columns import Columns, find_columns
from weaklabel.records.ids import Entry, read_ids
from weaklabel.records.tag_values import TagReader
from weaklabel.records.values import as_text
from weaklabel.terms import ColumnNames, Records
from weaklabel.terms.records import GivenTags


def build_records(
    location: str, rows: Sequence[Row], columns: ColumnNames, problems: list[Problem], *, typed: bool = True
) -> tuple[Records, list[Problem]]:
    """Check rows and put them together as records.

    Parameters
    ----------
    location
        The file's name, for messages.
    rows
        Its entries, each a mapping of columns to values; an entry's `key` is its id where it has none.
    columns
        Which columns hold what.
    problems
        What is known to be wrong with the file already.
    typed
        False for formats in which every value is text (CSV): tags are then split, and empty cells are null.

    Returns
    -------
    records, warnings
        See :func:`weaklabel.records.read_records`.

    Raises
    ------
    RecordsError
        With every error and warning of the file.
    """
    entries = _entries(rows, problems)
    if not entries:
        if not any(problem.severity == "error" for problem in problems):
            problems.append(Problem("the file has no records.", Place(location), "Give at least one record."))
        raise RecordsError(problems)
    known = len(problems)
    found = find_columns(location, [value for value, _ in entries], columns, problems)
    if any(problem.severity == "error" for problem in problems[known:]):
        raise RecordsError(problems)  # else each record would be found to lack the column
    ids = read_ids(entries, found.id, problems)
    texts = {name: _read_texts(entries, name, problems) for name in found.fields}
    reader = TagReader(typed=typed, separator=columns.separator, problems=problems)
    given = tuple(reader.read(value.get(found.tags) if found.tags else None, place) for value, place in entries)
    raise_errors(problems, RecordsError)
    problems.extend(_health(location, texts, given, found))
    if not typed:
        problems.extend(_other_separators(location, given, columns.separator))
    return Records(ids, texts, given, _frame(entries)), problems


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


def _read_texts(entries: list[Entry], name: str, problems: list[Problem]) -> tuple[str, ...]:
    texts: list[str] = []
    converted: list[Place] = []
    for value, place in entries:
        text = value.get(name)
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
        what = f"{name!r} is no text in {quantity(len(converted), 'record')}; it was converted."
        problems.append(Problem(what, converted[0], "Write it in quotes.", "warning"))
    return tuple(texts)


def _health(
    location: str, texts: Mapping[str, tuple[str, ...]], given: Sequence[GivenTags], found: Columns
) -> list[Problem]:
    """Say what is unusual in records that could be read."""
    counts = [
        (sum(not any(column[i].strip() for column in texts.values()) for i in range(len(given))),
         "no text at all", "No labeling function can vote there."),
        (sum(any("\r" in column[i] for column in texts.values()) for i in range(len(given))),
         "carriage returns in their text", "They are kept, and treated as white space."),
        (sum(tags is None for tags in given) if found.tags else 0,
         "null tags", "They count as unlabelled, not as records without tags."),
    ]  # fmt: skip
    place = Place(location)
    return [
        Problem(f"{quantity(number, 'record')} with {what}.", place, fix, "warning")
        for number, what, fix in counts
        if number
    ]


def _other_separators(location: str, given: Sequence[GivenTags], separator: str) -> Iterator[Problem]:
    """Warn where cells of tags seem to be split by another mark than the one that is set."""
    for mark in "|;,":
        cells = sum(any(mark in tag for tag in tags) for tags in given if tags)
        if mark != separator and cells > 0:
            what = f"{quantity(cells, 'cell')} of tags with {mark!r} inside a tag."
            fix = f"If {mark!r} stands between tags, set records.separator, or --separator {mark!r}."
            yield Problem(what, Place(location), fix, "warning")


def _frame(entries: list[Entry]) -> Any:
    import pandas as pd

    names = dict.fromkeys(str(name) for value, _ in entries for name in value)
    return pd.DataFrame({name: pd.Series([value.get(name) for value, _ in entries], dtype=object) for name in names})


def _name_type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
