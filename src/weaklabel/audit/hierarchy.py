"""Findings by rule: a given tag whose parent, or a tag above that, was not given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx

from weaklabel.terms import Finding, ResolvedTags


def find_missing_parents(given: Sequence[ResolvedTags], graph: nx.DiGraph[str]) -> Iterator[Finding]:
    """Yield a finding for every ancestor of a given tag that the author did not give."""
    ancestors = {tag: nx.descendants(graph, tag) for tag in graph}  # edges go child → parent
    for record, tags in enumerate(given):
        confidence: dict[str, float] = {}
        for tag in tags or ():
            if tag.resolution:
                known = confidence.get(tag.resolution.tag, 0.0)
                confidence[tag.resolution.tag] = max(known, tag.resolution.confidence)
        implied = {parent for tag in confidence for parent in ancestors[tag]} - set(confidence)
        for parent in sorted(implied):
            children = sorted(tag for tag in confidence if parent in ancestors[tag])
            nearest = [tag for tag in children if graph.has_edge(tag, parent)] or children
            subject = f"{' and '.join(repr(tag) for tag in nearest)} {'is' if len(nearest) == 1 else 'are'} given"
            reason = f"{subject}, {parent!r} above {'it' if len(nearest) == 1 else 'them'} is not."
            yield Finding(record, parent, "missing_parent", max(confidence[tag] for tag in children), 0, reason)
