"""Order findings, best first, and number them within their kind, and within their kind and tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from weaklabel.terms import KINDS, Finding


def rank_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings best first: by rank within their kind, the kinds taking turns.

    Scores are comparable within a kind only, so a list by score over all kinds would put one kind first. Ties go
    by record, tag and spelling.
    """
    ranked: list[Finding] = []
    for kind in KINDS:
        ordered = sorted((finding for finding in findings if finding.kind == kind), key=_best_first)
        of_tag: Counter[str | None] = Counter()
        for rank, finding in enumerate(ordered, start=1):
            of_tag[finding.tag] += 1
            ranked.append(replace(finding, rank=rank, tag_rank=of_tag[finding.tag]))
    return sorted(ranked, key=lambda finding: (finding.rank, KINDS.index(finding.kind)))


def _best_first(finding: Finding) -> tuple[float, int, str, str]:
    return (-finding.score, finding.record, finding.tag or "", finding.given or "")
