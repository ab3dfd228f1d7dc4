"""Findings by probability: tags that the evidence supports and the author left out, and the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import networkx as nx
import numpy as np

from weaklabel.audit.evidence import EvidenceFinder
from weaklabel.audit.neighbours import Neighbourhood
from weaklabel.audit.suspicion import CellScores
from weaklabel.errors import list_some
from weaklabel.terms import CellProbabilities, Evidence, Finding, ResolvedTags, Vocabulary, canonical_names

MIN_SCORE = 0.01
MAX_NAMED = 3
Reads = Literal["texts and given tags", "texts", "votes"]
_SOURCES: dict[Reads, str] = {
    "texts and given tags": "The text as a whole, and the other tags, speak for {}, though nothing in it names it.",
    "texts": "The text as a whole speaks for {}, though nothing in it names it.",
    "votes": "{} cannot be ruled out, though no labeling function votes for it.",
}
COMPARED = 1_000  # findings of a kind, the best, whose record is compared with others


def find_missing(
    cells: CellProbabilities,
    scores: CellScores,
    given: Sequence[ResolvedTags],
    vocabulary: Vocabulary,
    graph: nx.DiGraph[str],
    evidence: EvidenceFinder,
    neighbours: Neighbourhood | None = None,
    *,
    reads: Reads = "texts and given tags",
) -> Iterator[Finding]:
    """Yield a finding for every likely cell whose tag the author did not give.

    Unlabelled records have none. A tag above a given one is left to `missing_parent`, and one that only a tag below it
    makes likely to the finding for that. `reads` says what cells are judged by, beside votes.
    """
    known = [_closed(tags, graph) for tags in given]
    names = vocabulary.names
    missing = np.nan_to_num(scores.missing)
    rows = np.flatnonzero((missing >= MIN_SCORE) & (cells.voted | ~cells.raised))
    found = 0
    for row in rows[np.argsort(-missing[rows], kind="stable")].tolist():
        record, tag = int(cells.record[row]), int(cells.tag[row])
        if given[record] is None or names[tag] in known[record]:
            continue
        votes = evidence.of_cell(record, tag)
        if cells.raised[row] and not any(vote.vote == "present" for vote in votes):
            continue
        alike = neighbours.of_cell(record, tag) if neighbours and found < COMPARED else None
        found += 1
        below = _named_below(names[tag], evidence.tags_of_text(record), graph)
        read = "texts" if reads == "texts and given tags" and not given[record] else reads
        reason = _describe_missing(names[tag], votes, below, read)
        if alike and alike.with_tag:
            reason = f"{reason} {alike.in_words()}"
        similar = alike.having_it if alike else ()
        score = float(missing[row])
        yield Finding(record, names[tag], "missing", score, 0, reason, evidence=votes, similar=similar)


def find_unsupported(
    scores: CellScores,
    given: Sequence[ResolvedTags],
    vocabulary: Vocabulary,
    graph: nx.DiGraph[str],
    evidence: EvidenceFinder,
    neighbours: Neighbourhood | None = None,
) -> Iterator[Finding]:
    """Yield a finding for every given tag, as far as nothing supports it.

    A tag about which nothing is known is not judged.
    """
    judged: list[tuple[float, int, str]] = []
    for record, tags in enumerate(given):
        names = sorted(canonical_names(tags))
        judged += [(scores.is_unsupported(record, name), record, name) for name in names]
    judged = sorted((entry for entry in judged if entry[0] >= MIN_SCORE), key=lambda entry: -entry[0])  # nan is not
    for place, (score, record, name) in enumerate(judged):
        tag = vocabulary.index[name]
        votes = evidence.of_cell(record, tag)
        spoken_of = evidence.tags_of_text(record)
        below = _named_below(name, spoken_of, graph)
        others = [other for other in spoken_of if other not in canonical_names(given[record])]
        reason = _describe_lack(name, votes, below, others)
        alike = neighbours.of_cell(record, tag) if neighbours and place < COMPARED else None
        if alike:
            reason = f"{reason} {alike.in_words()}"
        similar = alike.having_it if alike else ()
        yield Finding(record, name, "unsupported", score, 0, reason, evidence=votes, similar=similar)


def _closed(tags: ResolvedTags, graph: nx.DiGraph[str]) -> set[str]:
    names = canonical_names(tags)
    return names | {parent for name in names for parent in nx.descendants(graph, name)}


def _named_below(name: str, spoken_of: Iterable[str], graph: nx.DiGraph[str]) -> list[str]:
    """Return the tags under a tag that a text speaks of."""
    return [other for other in spoken_of if other != name and nx.has_path(graph, other, name)]


def _describe_missing(name: str, votes: Sequence[Evidence], below: Sequence[str], read: Reads) -> str:
    """Say what speaks for a tag: the text's words for it or for tags `below` it, else what it is read from."""
    absent = _quote([vote for vote in votes if vote.vote == "absent"])
    against = f" Against it: {absent}." if absent else ""
    present = _quote([vote for vote in votes if vote.vote == "present"])
    if present:
        return f"The text speaks of {name!r}: {present}.{against}"
    if below:
        return f"{name!r} is implied by {list_some(map(repr, below))}, of which the text speaks.{against}"
    return f"{_SOURCES[read].format(repr(name))}{against}"


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
    return list_some(
        f"{vote.text!r} in the {vote.field}" if vote.text else f"{vote.lf} votes {vote.vote}" for vote in votes
    )
