"""Findings about spellings, one row a spelling, with a fix in one line."""

from __future__ import annotations

from collections.abc import Sequence

from weaklabel.errors import quantity
from weaklabel.report.clipping import MAX_REASON, clip, clip_id
from weaklabel.report.data import SpellingFindings, SpellingRow
from weaklabel.terms import Finding, Kind, Records

MAX_ROWS = 200
MAX_IDS = 5
COMMON = 5  # records; a misspelling that so many have is worth an alias


def spelling_findings(kind: Kind, findings: Sequence[Finding], records: Records) -> SpellingFindings:
    """Return the findings of a kind, the most frequent spellings first."""
    by_spelling: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: finding.record):
        by_spelling.setdefault(finding.given or "", []).append(finding)
    ordered = sorted(by_spelling.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = tuple(_row(given, same, records) for given, same in ordered[:MAX_ROWS])
    return SpellingFindings(kind, len(findings), len(by_spelling), rows)


def _row(given: str, same: Sequence[Finding], records: Records) -> SpellingRow:
    tag = same[0].tag
    return SpellingRow(
        given=clip(given),
        tag=None if tag is None else clip(tag),
        records=len(same),
        record_ids=tuple(clip_id(records.ids[finding.record]) for finding in same[:MAX_IDS]),
        reason=clip(same[0].reason.removesuffix(f" Write {tag!r}."), MAX_REASON),
        fix=_say_fix(same[0].kind, clip(given), clip(tag or ""), len(same)),
    )


def _say_fix(kind: Kind, given: str, tag: str, records: int) -> str:
    where = quantity(records, "record")
    if kind == "unknown":
        return f"Add it to the vocabulary, by itself or as an alias, or remove it from {where}."
    replace = f"Write “{tag}” in {where}."
    if kind == "misspelt" and records >= COMMON:
        return f"{replace[:-1]}, or add “{given}” to the aliases of “{tag}”."
    return replace
