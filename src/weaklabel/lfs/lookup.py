"""`lookup` in YAML: keywords that are kept in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from weaklabel.documents import Row, YamlNode, read_bytes
from weaklabel.documents.document import decode
from weaklabel.errors import LabelingFunctionError, Problem, WeaklabelError, did_you_mean
from weaklabel.folding import fold
from weaklabel.knowledge_bases import FORMATS, is_knowledge_base
from weaklabel.lfs.concepts import read_branches, retell
from weaklabel.lfs.schema import PLAIN_TEXT, Lookup

TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")
ReadTable = Callable[[str, bytes, type[WeaklabelError]], list[Row]]
"""Reads the rows of a file: of its name, its content, and the error to raise."""


def read_lookup(
    lookup: Lookup, node: YamlNode, read_table: ReadTable, problems: list[Problem], warnings: list[Problem]
) -> tuple[str, ...]:
    """Return the keywords in a file.

    Parameters
    ----------
    lookup
        The file, from the folder of the YAML file on, and which part of it: a column of a table (without one the only
        column), or a branch of a knowledge base, whose labels are the keywords.
    node
        The part of the declaration that names it, for the places of problems.
    read_table
        Reads CSV, TSV, JSON, JSON Lines and Parquet; a `.txt` file has a keyword a line, and comments behind #.
    problems, warnings
        Where every mistake goes, and what is odd about a knowledge base.
    """
    before = len(problems)
    if is_knowledge_base(lookup.file):
        concepts = read_branches(lookup, node.at("lookup"), problems, warnings)
        words = [label for concept in concepts for label in concept.labels]
    else:
        words = _read_words(lookup, node, read_table, problems)
    found = tuple(dict.fromkeys(word for word in words if fold(word).strip()))
    if not found and len(problems) == before:
        what = f"{lookup.file} holds no keyword."
        problems.append(Problem(what, node.place(("lookup",)), "Fill it, or remove the labeling function."))
    return found


def _read_words(lookup: Lookup, node: YamlNode, read_table: ReadTable, problems: list[Problem]) -> list[str]:
    path = Path(node.place().path).parent / lookup.file
    if path.suffix.lower() not in {PLAIN_TEXT, *TABLES}:
        what = f"keywords are not read from {path.suffix or 'a file without an ending'}."
        tables, bases = ", ".join(TABLES), ", ".join(FORMATS)
        fix = f"Name a text file ({PLAIN_TEXT}), a table ({tables}) or a knowledge base ({bases})."
        problems.append(Problem(what, node.place(("lookup",)), fix))
        return []
    try:
        data = read_bytes(str(path), LabelingFunctionError)
        if path.suffix.lower() == PLAIN_TEXT:
            lines = decode(str(path), data, LabelingFunctionError).text.splitlines()
            return [line.strip() for line in lines if not line.startswith("#")]
        return list(_column(read_table(str(path), data, LabelingFunctionError), lookup, path.name))
    except WeaklabelError as error:
        problems.extend(retell(error, node.place(("lookup",))))
        return []


def _column(rows: Sequence[Row], lookup: Lookup, name: str) -> Iterator[str]:
    tables = [row.value for row in rows if isinstance(row.value, dict)]
    yield from (word for row in rows if not isinstance(row.value, dict) for word in _texts(row.value))
    if not tables:
        return
    names = list(dict.fromkeys(str(key) for table in tables for key in table))
    column = lookup.column or (names[0] if len(names) == 1 else None)
    if column is None:
        raise LabelingFunctionError(Problem(f"{name} has several columns.", fix=f"Name one of {', '.join(names)}."))
    if column not in names:
        fix = did_you_mean(column, names, otherwise=f"Its columns are {', '.join(names)}.")
        raise LabelingFunctionError(Problem(f"{name} has no column {column!r}.", fix=fix))
    for table in tables:
        yield from _texts(table.get(column))


def _texts(value: Any) -> Iterator[str]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str | int | float) and not isinstance(entry, bool):
            yield str(entry)
