"""Findings by rule: a given tag whose parent, or a tag above that, was not given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx

from weaklabel.audit.suspicion import CellScores, pool_opinions
from weaklabel.terms import Finding, ResolvedTags


def find_missing_parents(
    given: Sequence[ResolvedTags], graph: nx.DiGraph[str], scores: CellScores | None = None
) -> Iterator[Finding]:
    """Yield a finding for every ancestor of a given tag that the author did not give.

    The rule trusts the tag below as far as its spelling is certain. With `scores` there are two more opinions, how
    probable it is that the tag below is right, and that the tag above was left out: the finding's score then is the
    mean, in log-odds, of what the rule and the end model say (a logarithmic opinion pool; Genest and Zidek, 1986).
    """
    ancestors = {tag: nx.descendants(graph, tag) for tag in graph}  # edges go child → parent
    for record, tags in enumerate(given):
        confidence: dict[str, float] = {}
        for tag in tags or ():
            if tag.match:
                known = confidence.get(tag.match.tag, 0.0)
                confidence[tag.match.tag] = max(known, tag.match.confidence)
        implied = {parent for tag in confidence for parent in ancestors[tag]} - set(confidence)
        for parent in sorted(implied):
            children = sorted(tag for tag in confidence if parent in ancestors[tag])
            nearest = [tag for tag in children if graph.has_edge(tag, parent)] or children
            subject = f"{' and '.join(repr(tag) for tag in nearest)} {'is' if len(nearest) == 1 else 'are'} given"
            if scores is None:
                score = max(confidence[tag] for tag in children)
            else:
                right = max(confidence[tag] * (1 - scores.is_unsupported(record, tag)) for tag in children)
                score = pool_opinions(right, scores.is_missing(record, parent))
            reason = f"{subject}, {parent!r} above {'it' if len(nearest) == 1 else 'them'} is not."
            yield Finding(record, parent, "missing_parent", score, 0, reason)
