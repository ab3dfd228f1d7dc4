"""Findings by probability: tags that the text supports and the author left out, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx
import numpy as np

from weaklabel.audit.evidence import EvidenceFinder
from weaklabel.terms import CellProbabilities, Evidence, Finding, ResolvedTags, Vocabulary

MIN_SCORE = 0.01


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
        reason = f"The text speaks of {names[tag]!r}: {describe_votes(votes)}."
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
    probability = {
        (record, tag): p
        for record, tag, p in zip(cells.record.tolist(), cells.tag.tolist(), cells.probability.tolist(), strict=True)
    }
    for record, tags in enumerate(given):
        names = _names(tags)
        above = {parent for name in names for parent in nx.descendants(graph, name)}
        for name in sorted(names - above):
            tag = vocabulary.index[name]
            silent = float(cells.silent[tag, int(cells.has_positive[record])])
            score = 1 - probability.get((record, tag), silent)
            if np.isnan(score) or score < MIN_SCORE:
                continue
            votes = evidence.of_cell(record, tag)
            reason = _describe_lack(name, votes, [t for t in evidence.tags_of_text(record) if t not in names])
            yield Finding(record, name, "unsupported", score, 0, reason, evidence=votes)


def _names(tags: ResolvedTags) -> set[str]:
    return {tag.resolution.tag for tag in tags or () if tag.resolution}


def _closed(tags: ResolvedTags, graph: nx.DiGraph[str]) -> set[str]:
    names = _names(tags)
    return names | {parent for name in names for parent in nx.descendants(graph, name)}


def describe_votes(votes: Sequence[Evidence]) -> str:
    """Say in words which votes there are: quoted text where there is some, else the labeling function's id."""
    parts = [f"{vote.text!r} in the {vote.field}" if vote.text else f"{vote.lf} votes {vote.vote}" for vote in votes]
    distinct = list(dict.fromkeys(parts))
    more = f" and {len(distinct) - 3} more" if len(distinct) > 3 else ""
    return ", ".join(distinct[:3]) + more


def _describe_lack(name: str, votes: Sequence[Evidence], others: Sequence[str]) -> str:
    absent = [vote for vote in votes if vote.vote == "absent"]
    if absent:
        return f"The text speaks against {name!r}: {describe_votes(absent)}."
    if votes:
        return f"The text gives {name!r} some support: {describe_votes(votes)}."
    instead = f" It speaks of {', '.join(repr(other) for other in others[:3])}." if others else ""
    return f"The text does not support {name!r}: nothing in it stands for the tag.{instead}"
