"""Findings about cells, as cards: the record's text with its evidence marked, and what else a person needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from weaklabel.report.clipping import MAX_REASON, clip, clip_all, clip_id, clip_line
from weaklabel.report.data import Card, CellFindings, FieldText, Segment, Similar
from weaklabel.terms import Evidence, Finding, Kind, Records

MAX_CARDS = 100
MAX_TEXT = 600  # characters of a field
MAX_FIELDS = 3
MAX_TITLE = 60
MAX_GIVEN = 30
MAX_MARKS = 5  # labeling functions named on one stretch
CONTEXT = 200


def cell_findings(kind: Kind, findings: Sequence[Finding], records: Records) -> CellFindings:
    """Return the findings of a kind (best first), those with score > 0.5 as cards."""
    likely = [finding for finding in findings if finding.is_likely]
    cards = tuple(_card(finding, records) for finding in likely[:MAX_CARDS])
    return CellFindings(kind, len(findings), len(likely), cards)


def _card(finding: Finding, records: Records) -> Card:
    given = records.given[finding.record] or ()
    return Card(
        record_id=clip_id(records.ids[finding.record]),
        tag=clip(finding.tag or ""),
        suggestion=None if finding.suggestion is None else clip(finding.suggestion),
        score=round(finding.score, 6),
        reason=clip(finding.reason, MAX_REASON),
        given=clip_all(given[:MAX_GIVEN]),
        given_total=len(given),
        texts=tuple(_field_texts(finding, records)),
        similar=tuple(
            Similar(clip_id(records.ids[other.record]), record_title(records, other.record), round(other.similarity, 4))
            for other in finding.similar
        ),
    )


def _field_texts(finding: Finding, records: Records) -> Iterator[FieldText]:
    """Yield the fields that have a text: those with evidence first, the rest in the project's order."""
    marked = {evidence.field for evidence in finding.evidence}
    shown = [name for name, column in records.texts.items() if column[finding.record].strip()]
    chosen = sorted(shown, key=lambda name: name not in marked)[:MAX_FIELDS]
    for name in shown:
        if name in chosen:
            evidence = [e for e in finding.evidence if e.field == name]
            yield FieldText(name, tuple(highlight(records.texts[name][finding.record], evidence)))


def record_title(records: Records, record: int) -> str:
    """Return how a record's first field begins, as one line."""
    return clip_line(next(iter(records.texts.values()))[record], MAX_TITLE)


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
        yield Segment(text[start:end], lfs[:MAX_MARKS])
    if high < len(text):
        yield Segment(" …")


def _name_vote(evidence: Evidence) -> str:
    side = "for" if evidence.vote == "present" else "against"
    name = evidence.lf if evidence.tag is None else f"{evidence.lf} {side} {evidence.tag}"
    return clip(name)


def _window(text: str, starts: Sequence[int]) -> tuple[int, int]:
    if len(text) <= MAX_TEXT:
        return 0, len(text)
    low = max(0, min(starts, default=0) - CONTEXT)
    return low, min(len(text), low + MAX_TEXT)
