"""`weaklabel gold import`: gold tags as somebody wrote them, brought into the vocabulary's spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from weaklabel.documents import Row, read_bytes
from weaklabel.errors import Problem, RecordsError, raise_errors
from weaklabel.evaluate import gold_file, read_gold
from weaklabel.inputs import load_records, load_vocabulary
from weaklabel.records import SettingNames, parse_tagged_rows
from weaklabel.tags import close_given, resolve_tags
from weaklabel.terms import GivenTag, GoldRecord, ResolvedTags, Settings, canonical_names
from weaklabel.terms.records import RecordId

OPTIONS = SettingNames(id="--id", tags="--tags-column", column="--column")


class Spelt(NamedTuple):
    """One spelling that is not a tag's name, what it was read as, and the number of records that have it."""

    tag: GivenTag
    records: int


@dataclass(frozen=True, slots=True)
class ImportedGold:
    """Gold tags in the vocabulary's spelling.

    Attributes
    ----------
    gold
        By the id of the record, in the records' order.
    spelt
        What was not written as the vocabulary has it, the most used first; without a match, it was left out.
    added
        The number of tags that were added because they stand above others.
    warnings
        What was odd in the file.
    """

    gold: Mapping[RecordId, GoldRecord]
    spelt: tuple[Spelt, ...]
    added: int
    warnings: tuple[Problem, ...]

    def as_json_lines(self) -> str:
        """Return one line a record: its id, its tags in order, and the mislabels that are known to be in it."""
        return gold_file(self.gold)


def import_gold(settings: Settings, location: str) -> ImportedGold:
    """Read gold tags from a file, or from a column of the records (`settings.gold_column`).

    Spellings are resolved as those of given tags are: aliases, other forms, typing errors. A spelling that stands for
    no tag is left out of its record. Every tag above a gold tag is gold too; classes stand alone.

    Raises
    ------
    WeaklabelError
        Where a file cannot be read, an id is of no record or stands twice, or a record has not exactly one class.
    """
    warnings: list[Problem] = []
    records = load_records(settings, {}, warnings)
    vocabulary, graph = load_vocabulary(settings.tags, {}, warnings, settings.tag_labels)
    columns = settings.gold_columns
    if settings.gold_column:
        columns = replace(columns, tags=settings.gold_column)
    ids = records.ids if settings.gold_column else None
    rows, odd = parse_tagged_rows(location, read_bytes(location, RecordsError), columns, ids, OPTIONS)
    resolved = resolve_tags([tuple(row.value["tags"]) for row in rows], vocabulary)
    named = [canonical_names(tags) for tags in resolved]
    closed = named if settings.task == "multiclass" else [close_given(tags, graph) for tags in named]
    read = [Row({**row.value, "tags": sorted(tags)}, row.place) for row, tags in zip(rows, closed, strict=True)]
    gold = read_gold(read, records.ids, vocabulary)
    if settings.task == "multiclass":
        raise_errors(list(_check_classes(read)), RecordsError)
    return ImportedGold(
        {records.ids[i]: gold[i] for i in sorted(gold)},
        _count_spellings(resolved),
        sum(map(len, closed)) - sum(map(len, named)),
        (*warnings, *odd),
    )


def _check_classes(rows: Iterable[Row]) -> Iterator[Problem]:
    for row in rows:
        tags = row.value["tags"]
        if len(tags) != 1:
            has = f"the classes {', '.join(tags)}" if tags else "no class that is in the vocabulary"
            fix = "Each record has exactly one class: mend it, or make it null."
            yield Problem(f"the record {row.value['id']!r} has {has}.", row.place, fix)


def _count_spellings(resolved: Iterable[ResolvedTags]) -> tuple[Spelt, ...]:
    uses = Counter(tag for tags in resolved for tag in tags or () if not (tag.match and tag.match.how == "name"))
    ordered = sorted(uses, key=lambda tag: (tag.match is not None, -uses[tag], tag.spelling))
    return tuple(Spelt(tag, uses[tag]) for tag in ordered)
