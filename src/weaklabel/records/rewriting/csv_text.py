"""Given tags in CSV, edited in their cells; no other cell is written anew."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping

from weaklabel.documents.csv_rows import find_delimiter
from weaklabel.records.read import fixed_delimiter
from weaklabel.records.rewriting.json_text import Patch, edit_value, patch
from weaklabel.terms.decisions import TagEdit

Span = tuple[int, int]


def rewrite_csv(location: str, text: str, column: str, separator: str, edits: Mapping[int, TagEdit]) -> str:
    """Return the text of a CSV file with the tags of some rows edited; a column that is not there is added."""
    delimiter = fixed_delimiter(location) or find_delimiter(location, text, [])
    header, *rows = list(find_cells(text, delimiter))
    names = [unquote(text[start:end]).strip() for start, end in header]
    patches: list[Patch] = []
    if column not in names:
        cells = {-1: column, **{i: edit_cell("", separator, edit) for i, edit in edits.items()}}
        for i, row in enumerate([header, *rows], start=-1):
            end = row[-1][1]
            patches.append((end, end, delimiter + quote(cells.get(i, ""), delimiter)))
        return patch(text, patches)
    place = names.index(column)
    for i, edit in edits.items():
        start, end = rows[i][place]
        raw = text[start:end]
        new = edit_cell(unquote(raw), separator, edit)
        patches.append((start, end, quote(new, delimiter, always=raw.startswith('"'))))
    return patch(text, patches)


def find_cells(text: str, delimiter: str) -> Iterator[list[Span]]:
    """Yield where the cells of each row begin and end, quotes included; lines without any are passed over."""
    cell = re.compile(rf'"[^"]*(?:""[^"]*)*"|[^{re.escape(delimiter)}\r\n]*')
    position = 0
    row: list[Span] = []
    while position < len(text):
        if not row and text[position] in "\r\n":
            position += 1
            continue
        found = cell.match(text, position)
        assert found is not None  # it matches the empty text
        row.append(found.span())
        position = found.end()
        if text[position : position + 1] == delimiter:
            position += 1
            if position < len(text):
                continue
            row.append((position, position))
        yield row
        row = []


def edit_cell(cell: str, separator: str, edit: TagEdit) -> str:
    """Return a cell's tags, edited: a JSON or Python list stays one, and names stay names with separators between."""
    if edit.becomes_null:
        return ""
    text = cell.strip()
    if text.startswith("["):
        try:
            json.loads(text)
        except ValueError:
            names = tuple(str(name).strip() for name in ast.literal_eval(text))
            return repr(list(edit.apply(names) or ()))
        return edit_value(text, edit)
    names = tuple(name for part in cell.split(separator) if (name := part.strip()))
    tags = edit.apply(names) or ()
    if not tags or tags[0].startswith("[") or any(separator in tag for tag in tags):
        return json.dumps(list(tags), ensure_ascii=False)
    return (f"{separator} " if f"{separator} " in text else separator).join(tags)


def quote(cell: str, delimiter: str, *, always: bool = False) -> str:
    """Return a cell as CSV has it: in quotes where it must be, or `always`."""
    must = always or any(mark in cell for mark in (delimiter, '"', "\r", "\n"))
    return '"' + cell.replace('"', '""') + '"' if must else cell


def unquote(raw: str) -> str:
    """Return the value of a cell."""
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
