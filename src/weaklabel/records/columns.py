"""Which column holds the id, which the texts, which the tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.terms import ColumnNames
from weaklabel.terms.records import ID_NAMES

FIELD_NAMES = ("title", "name", "summary", "abstract", "description", "text", "body", "content")
TAG_NAMES = ("tags", "tag", "labels", "label", "topics", "keywords")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that were found; None where the data has none."""

    id: str | None
    fields: tuple[str, ...]
    tags: str | None


def find_columns(
    location: str,
    present: Mapping[str, None],
    wanted: ColumnNames,
    problems: list[Problem],
    *,
    only_texts: bool = False,
) -> Columns:
    """Return the columns that `wanted` names, or those with the usual names where it is silent, among those present.

    A named column that no record has is an error with the nearest name; it is added to `problems`. With `only_texts`
    there need be no column of tags.
    """
    if only_texts:
        wanted = replace(wanted, tags=None)
    named = [("records.id", wanted.id), *(("records.fields", name) for name in wanted.fields or ())]
    if wanted.tags and not (wanted.tags == "tags" and "tag" in present):
        named.append(("records.tags", wanted.tags))
    for setting, name in named:
        if name is not None and name not in present:
            fix = did_you_mean(name, present) or f"The columns are {', '.join(present)}."
            problems.append(Problem(f"no record has the column {name!r} ({setting}).", Place(location), fix))
    fields = wanted.fields or tuple(name for name in FIELD_NAMES if name in present)
    if not fields:
        fix = f"Name the text columns (records.fields, or --fields). The columns are {', '.join(present)}."
        if {"aliases", "parents"} & set(present):
            fix = "This looks like a tags file: are records and tags exchanged?"
        problems.append(Problem("no column looks like text.", Place(location), fix))
    record_id = wanted.id or _first(ID_NAMES, present)
    if record_id is None:
        fix = "Name the column with records.id, or --id."
        problems.append(Problem("no column looks like an id; rows are numbered.", Place(location), fix, "warning"))
    # Some releases of a data set write one `tag` in place of a list of `tags`.
    tags = wanted.tags if wanted.tags in present else _first(TAG_NAMES, present)
    if tags is None and not only_texts:
        fix = "Every record counts as unlabelled. Name the column with records.tags, or --tags-column."
        problems.append(Problem("no column looks like tags.", Place(location), fix, "warning"))
    return Columns(record_id, fields, tags)


def unread_columns(names: Sequence[str], found: Columns, wanted: ColumnNames) -> list[str]:
    """Return those of some names that would have been read too, had they been there when columns were found."""
    usual = [
        *(ID_NAMES if found.id is None else ()),
        *(() if wanted.fields else FIELD_NAMES),
        *(TAG_NAMES if found.tags is None else ()),
    ]
    return [name for name in names if name in usual]


def _first(names: Sequence[str], present: Mapping[str, None]) -> str | None:
    return next((name for name in names if name in present), None)
