"""Findings by probability: tags that the text supports and the author left out, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx
import numpy as np

from weaklabel.audit.evidence import EvidenceFinder
from weaklabel.terms import CellProbabilities, Evidence, Finding, ResolvedTags, Vocabulary, canonical_names

MIN_SCORE = 0.01
MAX_NAMED = 3


def find_missing(
    cells: CellProbabilities,
    given: Sequence[ResolvedTags],
    vocabulary: Vocabulary,
    graph: nx.DiGraph[str],
    evidence: EvidenceFinder,
) -> Iterator[Finding]:
    """Yield a finding for every voted cell whose tag the author did not give; its score is P(tag is right).

    Unlabelled records have none. A tag above a given one is left to `missing_parent`.
    """
    known = [_closed(tags, graph) for tags in given]
    names = vocabulary.names
    rows = np.flatnonzero(cells.voted & (cells.probability >= MIN_SCORE))
    for row in rows.tolist():
        record, tag = int(cells.record[row]), int(cells.tag[row])
        if given[record] is None or names[tag] in known[record]:
            continue
        votes = evidence.of_cell(record, tag)
        if not any(vote.vote == "present" for vote in votes):
            continue  # its probability comes from a tag below it, which is a finding of its own
        reason = _describe_missing(names[tag], votes)
        yield Finding(record, names[tag], "missing", float(cells.probability[row]), 0, reason, evidence=votes)


def find_unsupported(
    cells: CellProbabilities,
    given: Sequence[ResolvedTags],
    vocabulary: Vocabulary,
    graph: nx.DiGraph[str],
    evidence: EvidenceFinder,
) -> Iterator[Finding]:
    """Yield a finding for every given tag, as far as the text does not support it; its score is 1 - P(tag is right).

    Only a record's most specific given tags are judged: the ones above them follow. A tag on which no labeling
    function ever votes is not judged, since its silence says nothing.
    """
    probability = dict(
        zip(zip(cells.record.tolist(), cells.tag.tolist(), strict=True), cells.probability.tolist(), strict=True)
    )
    for record, tags in enumerate(given):
        names = canonical_names(tags)
        above = {parent for name in names for parent in nx.descendants(graph, name)}
        for name in sorted(names - above):
            tag = vocabulary.index[name]
            score = 1 - probability[record, tag]
            if not score >= MIN_SCORE:  # nan too
                continue
            votes = evidence.of_cell(record, tag)
            spoken_of = [other for other in evidence.tags_of_text(record) if other != name]
            below = [other for other in spoken_of if nx.has_path(graph, other, name)]
            others = [other for other in spoken_of if other not in names]
            reason = _describe_lack(name, votes, below, others)
            yield Finding(record, name, "unsupported", score, 0, reason, evidence=votes)


def _closed(tags: ResolvedTags, graph: nx.DiGraph[str]) -> set[str]:
    names = canonical_names(tags)
    return names | {parent for name in names for parent in nx.descendants(graph, name)}


def _describe_missing(name: str, votes: Sequence[Evidence]) -> str:
    absent = _quote([vote for vote in votes if vote.vote == "absent"])
    against = f" Against it: {absent}." if absent else ""
    present = _quote([vote for vote in votes if vote.vote == "present"])
    return f"The text speaks of {name!r}: {present}.{against}"


def _describe_lack(name: str, votes: Sequence[Evidence], below: Sequence[str], others: Sequence[str]) -> str:
    """Say why the text does not support a given tag; `below` are tags under it that the text speaks of."""
    absent = _quote([vote for vote in votes if vote.vote == "absent"])
    if absent:
        return f"The text speaks against {name!r}: {absent}."
    support = _quote(votes) or (f"it speaks of {', '.join(map(repr, below))}" if below else "")
    if support:
        return f"The text supports {name!r}, though not for certain: {support}."
    instead = f" It speaks of {', '.join(map(repr, others[:MAX_NAMED]))}." if others else ""
    return f"The text does not support {name!r}: nothing in it stands for the tag.{instead}"


def _quote(votes: Sequence[Evidence]) -> str:
    """List votes in words: the quoted text where there is some, else the labeling function's id."""
    parts = (f"{vote.text!r} in the {vote.field}" if vote.text else f"{vote.lf} votes {vote.vote}" for vote in votes)
    distinct = list(dict.fromkeys(parts))
    more = f" and {len(distinct) - MAX_NAMED} more" if len(distinct) > MAX_NAMED else ""
    return ", ".join(distinct[:MAX_NAMED]) + more
