"""Likely mislabels: cards for those about cells, rows for those about spellings."""

from __future__ import annotations

from dataclasses import dataclass

from weaklabel.terms import Kind
from weaklabel.terms.records import RecordId


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text; `lfs` names those whose evidence it is, and the class it is for (empty for plain text)."""

    text: str
    lfs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field of a record, cut into segments."""

    field: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """A record with a similar text that has the tag: its id, how it begins, and how similar it is."""

    record_id: RecordId
    title: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Card:
    """A finding with its record: what a person needs to judge it.

    Attributes
    ----------
    suggestion
        The class to give instead of a wrong one; None where records have any number of tags.
    given, given_total
        The author's tags as they were spelt, and how many there are.
    texts
        The fields that have a text, the evidence marked.
    """

    record_id: RecordId
    tag: str
    suggestion: str | None
    score: float
    reason: str
    given: tuple[str, ...]
    given_total: int
    texts: tuple[FieldText, ...]
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class CellFindings:
    """All findings of one kind about cells: how many there are, how many have a score > 0.5, the best as cards."""

    kind: Kind
    total: int
    likely: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SpellingRow:
    """A spelling that authors use and the vocabulary does not have as a tag's name.

    Attributes
    ----------
    tag
        The tag that it stands for; None for none.
    records, record_ids
        How many records have it, and the first of them.
    reason, fix
        Why it stands for the tag, and what to do, in one line each.
    """

    given: str
    tag: str | None
    records: int
    record_ids: tuple[RecordId, ...]
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class SpellingFindings:
    """All findings of one kind about spellings: how many, of how many spellings, the most frequent as rows."""

    kind: Kind
    total: int
    spellings: int
    rows: tuple[SpellingRow, ...]
