"""The content of a report, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from weaklabel.errors import Problem
from weaklabel.terms import (
    KINDS,
    Evidence,
    Failure,
    Finding,
    FindingQuality,
    Kind,
    LFSummaryRow,
    Records,
    TagSummaryRow,
    kinds_of,
)
from weaklabel.terms.records import RecordId
from weaklabel.terms.settings import Task

MAX_CARDS = 100
MAX_ROWS = 200
MAX_IDS = 5
MAX_TEXT = 600
MAX_TITLE = 60
CONTEXT = 200


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text; `lfs` names those whose evidence it is, and the class it is for (empty for plain text)."""

    text: str
    lfs: tuple[str, ...] = ()


class Similar(NamedTuple):
    """A record with a similar text that has the tag: its id, how it begins, and how similar it is."""

    record_id: RecordId
    title: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Card:
    """A finding with its record: what a person needs to judge it."""

    record_id: RecordId
    finding: Finding
    given: tuple[str, ...]
    texts: tuple[tuple[str, tuple[Segment, ...]], ...]
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """All findings of one kind: how many there are, how many of them are likely, and the best as cards."""

    kind: Kind
    total: int
    likely: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SpellingRow:
    """A spelling that authors use and the vocabulary does not: how many records have it, and the first of them."""

    given: str
    tag: str | None
    records: int
    reason: str
    record_ids: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What the report shows.

    Attributes
    ----------
    facts
        Figures of the run, by name.
    sections
        The findings about cells: missing, unsupported and missing_parent; of classes, only unsupported.
    spellings
        The findings about spellings, by kind: misspelt, alias and unknown, the most frequent first.
    spelling_totals
        For each of these kinds how many findings and how many different spellings there are.
    lfs
        The labeling functions that vote: those written by hand first, then those with the most votes.
    lf_rows
        How many rows of labeling functions and tags with votes there are in all.
    lf_total, lf_silent
        How many there are, and how many never vote.
    tags, tag_total
        The tags with the most to mend, and how many there are.
    troubles
        Where the vocabulary itself seems to be wrong.
    is_multiclass
        Whether each record has exactly one class.
    """

    facts: Mapping[str, str]
    sections: tuple[Section, ...]
    spellings: Mapping[str, tuple[SpellingRow, ...]]
    spelling_totals: Mapping[str, tuple[int, int]]
    lfs: tuple[LFSummaryRow, ...]
    lf_rows: int
    lf_total: int
    lf_silent: int
    tags: tuple[TagSummaryRow, ...]
    tag_total: int
    troubles: tuple[Problem, ...]
    quality: tuple[FindingQuality, ...]
    warnings: tuple[Problem, ...]
    failures: tuple[Failure, ...]
    is_multiclass: bool = False


def build_report(
    records: Records,
    findings: Sequence[Finding],
    summary: Sequence[LFSummaryRow],
    *,
    tags: Sequence[TagSummaryRow] = (),
    troubles: Sequence[Problem] = (),
    quality: Sequence[FindingQuality] = (),
    warnings: Sequence[Problem] = (),
    failures: Sequence[Failure] = (),
    task: Task = "multilabel",
    facts: Mapping[str, str] | None = None,
) -> Report:
    """Choose what the report shows of a run; long lists are cut and say how long they are."""
    of_kind = {kind: [f for f in findings if f.kind == kind] for kind in KINDS}
    spelling_kinds = [kind for kind in kinds_of(task) if kind in {"misspelt", "alias", "unknown"}]
    cell_kinds = [kind for kind in kinds_of(task) if kind not in spelling_kinds]
    voting = sorted(
        (row for row in summary if row.polarity),
        key=lambda row: (row.origin == "generated", -row.coverage, row.lf, row.tag),
    )
    return Report(
        facts=facts or {},
        sections=tuple(_section(kind, of_kind[kind], records) for kind in cell_kinds),
        spellings={kind: tuple(_spelling_rows(of_kind[kind], records)[:MAX_ROWS]) for kind in spelling_kinds},
        spelling_totals={kind: (len(of_kind[kind]), len({f.given for f in of_kind[kind]})) for kind in spelling_kinds},
        lfs=tuple(voting[:MAX_ROWS]),
        lf_rows=len(voting),
        lf_total=len({row.lf for row in summary}),
        lf_silent=len({row.lf for row in summary} - {row.lf for row in voting}),
        tags=tuple(sorted(tags, key=_most_to_mend)[:MAX_ROWS]),
        tag_total=len(tags),
        troubles=tuple(troubles),
        quality=tuple(quality),
        warnings=tuple(warnings),
        failures=tuple(failures),
        is_multiclass=task == "multiclass",
    )


def _most_to_mend(row: TagSummaryRow) -> tuple[int, int, str]:
    return (-(row.missing + row.unsupported + row.misspelt), -row.given, row.tag)


def _section(kind: Kind, findings: list[Finding], records: Records) -> Section:
    likely = [finding for finding in findings if finding.is_likely]
    return Section(kind, len(findings), len(likely), tuple(_card(finding, records) for finding in likely[:MAX_CARDS]))


def _card(finding: Finding, records: Records) -> Card:
    texts = tuple(
        (name, tuple(highlight(column[finding.record], [e for e in finding.evidence if e.field == name])))
        for name, column in records.texts.items()
        if column[finding.record].strip()
    )
    first = next(iter(records.texts.values()))
    similar = tuple(
        Similar(records.ids[other.record], _shorten(first[other.record]), other.similarity) for other in finding.similar
    )
    return Card(records.ids[finding.record], finding, records.given[finding.record] or (), texts, similar)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1].rstrip()}…"


def _spelling_rows(findings: Sequence[Finding], records: Records) -> list[SpellingRow]:
    by_spelling: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: finding.record):
        by_spelling.setdefault(finding.given or "", []).append(finding)
    rows = [
        SpellingRow(given, same[0].tag, len(same), same[0].reason, tuple(records.ids[f.record] for f in same[:MAX_IDS]))
        for given, same in by_spelling.items()
    ]
    return sorted(rows, key=lambda row: (-row.records, row.given))


def highlight(text: str, evidence: Sequence[Evidence]) -> Iterator[Segment]:
    """Cut a text into plain and highlighted segments; a long text is shown around its first evidence.

    Overlapping spans are cut at each other's ends, so that every character belongs to one segment.
    """
    spans = [(e.start, e.end, _name_vote(e)) for e in evidence if e.start is not None and e.end is not None]
    low, high = _window(text, [start for start, _, _ in spans])
    if low:
        yield Segment("… ")
    edges = {low, high, *(min(max(edge, low), high) for start, end, _ in spans for edge in (start, end))}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        lfs = tuple(dict.fromkeys(lf for first, last, lf in spans if first <= start and end <= last))
        yield Segment(text[start:end], lfs)
    if high < len(text):
        yield Segment(" …")


def _name_vote(evidence: Evidence) -> str:
    side = "for" if evidence.vote == "present" else "against"
    return evidence.lf if evidence.tag is None else f"{evidence.lf} {side} {evidence.tag}"


def _window(text: str, starts: Sequence[int]) -> tuple[int, int]:
    if len(text) <= MAX_TEXT:
        return 0, len(text)
    low = max(0, min(starts, default=0) - CONTEXT)
    return low, min(len(text), low + MAX_TEXT)
