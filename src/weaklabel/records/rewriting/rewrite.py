"""A records file with other given tags, in the format that it has."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping

from weaklabel.documents import Row
from weaklabel.documents.document import decode
from weaklabel.errors import RecordsError
from weaklabel.records.columns import TAG_NAMES, find_columns
from weaklabel.records.read import find_format, parse_rows
from weaklabel.records.rewriting.csv_text import rewrite_csv
from weaklabel.records.rewriting.json_text import rewrite_json, rewrite_json_lines
from weaklabel.records.rewriting.parquet import rewrite_parquet
from weaklabel.terms import ColumnNames
from weaklabel.terms.decisions import TagEdit

Edits = Mapping[int, TagEdit]


def rewrite_tags(location: str, data: bytes, columns: ColumnNames, edits: Edits) -> bytes:
    """Return a records file's bytes with the given tags of some records edited.

    Where no column holds tags, one that is called as the settings want it, or else `tags`, is added.

    Parameters
    ----------
    location, data, columns
        As for :func:`weaklabel.records.parse_records`, which must have read the same.
    edits
        By the position of the record.

    Raises
    ------
    RecordsError
        Where the file cannot be read.
    """
    form = find_format(location, data, RecordsError)
    column = _find_tags(location, parse_rows(location, data, RecordsError), columns)
    if form == "parquet":
        return rewrite_parquet(data, column, edits)
    text = decode(location, data, RecordsError).text
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if form == "csv":
        return bom + rewrite_csv(location, text, column, columns.separator, edits).encode()
    rewrite: Callable[[str, str, Edits], str] = rewrite_json if form == "json" else rewrite_json_lines
    return bom + rewrite(text, column, edits).encode()


def _find_tags(location: str, rows: list[Row], columns: ColumnNames) -> str:
    present = dict.fromkeys(str(name) for row in rows for name in row.value)
    if rows[0].key is not None:
        present = {"id": None, **present}
    return find_columns(location, present, columns, []).tags or columns.tags or TAG_NAMES[0]
