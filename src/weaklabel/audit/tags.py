"""What the audit says of each tag: how many records should have it, and where the vocabulary itself is the trouble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np

from weaklabel.audit.suspicion import CellScores
from weaklabel.errors import Problem
from weaklabel.terms import CellProbabilities, Finding, GivenMatrix, LFSummaryRow, TagSummaryRow, Vocabulary

MIN_RECORDS = 5
ALWAYS = 0.9  # of the records that have either of two tags, those that have both
SELDOM_RIGHT = 0.25  # of an alias's votes, those that the given tags confirm
MIN_VOTES = 10
CONTRADICTED = 0.5  # of the records that have a child, those that lack the parent


class Trouble(NamedTuple):
    """Something about a tag that its records cannot be blamed for."""

    tag: str
    problem: Problem


def summarise_tags(
    cells: CellProbabilities,
    scores: CellScores,
    given: GivenMatrix,
    findings: Sequence[Finding],
    vocabulary: Vocabulary,
    troubles: Sequence[Trouble],
) -> list[TagSummaryRow]:
    """Return one row a tag, in the vocabulary's order.

    How many labelled records should have a tag is the sum of P(right | given) over those that were given it and of
    P(right | not given) over the others.
    """
    labelled = given.labelled[cells.record]
    is_given = given.has(cells.record, cells.tag)
    right = np.where(is_given, 1 - np.nan_to_num(scores.unsupported), np.nan_to_num(scores.missing))
    expected = np.bincount(cells.tag[labelled], right[labelled], minlength=len(vocabulary))
    uses = np.asarray(given.tags.sum(axis=0)).ravel()
    likely = [finding for finding in findings if finding.is_likely and finding.tag is not None]
    counts = {
        kind: np.bincount([vocabulary.index[f.tag or ""] for f in likely if f.kind == kind], minlength=len(vocabulary))
        for kind in ("missing", "missing_parent", "unsupported", "misspelt", "alias")
    }
    suggested = Counter(finding.suggestion for finding in likely)
    notes: dict[str, list[str]] = {}
    for trouble in troubles:
        notes.setdefault(trouble.tag, []).append(trouble.problem.what)
    return [
        TagSummaryRow(
            tag=name,
            given=int(uses[i]),
            expected=float(expected[i]),
            missing=int(counts["missing"][i] + counts["missing_parent"][i]) + suggested[name],
            unsupported=int(counts["unsupported"][i]),
            misspelt=int(counts["misspelt"][i] + counts["alias"][i]),
            trouble=" ".join(notes.get(name, ())),
        )
        for i, name in enumerate(vocabulary.names)
    ]


def find_vocabulary_troubles(
    given: GivenMatrix, vocabulary: Vocabulary, graph: nx.DiGraph[str], summary: Sequence[LFSummaryRow]
) -> list[Trouble]:
    """Return where not records but the vocabulary seems to be wrong, as warnings that name the tag's place."""
    parts = (
        _always_together(given, vocabulary, graph),
        _flooded_by_alias(vocabulary, summary),
        _contradicted_parents(given, vocabulary, graph),
    )
    return [trouble for part in parts for trouble in part]


def _always_together(given: GivenMatrix, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> Iterator[Trouble]:
    """Yield pairs of tags that authors nearly always give together, where neither stands above the other."""
    both = (given.tags.T @ given.tags).tocoo()
    uses = np.asarray(given.tags.sum(axis=0)).ravel()
    union = uses[both.row] + uses[both.col] - both.data
    pairs = (both.row < both.col) & (both.data >= MIN_RECORDS) & (both.data >= ALWAYS * union)
    for a, b, count in zip(both.row[pairs].tolist(), both.col[pairs].tolist(), both.data[pairs].tolist(), strict=True):
        first, second = vocabulary.names[a], vocabulary.names[b]
        if nx.has_path(graph, first, second) or nx.has_path(graph, second, first):
            continue
        what = f"{first!r} and {second!r} nearly always stand together ({int(count)} records have both)."
        fix = "Make one an alias of the other, or one the other's parent."
        yield Trouble(first, Problem(what, vocabulary[first].place, fix, "warning"))


def _flooded_by_alias(vocabulary: Vocabulary, summary: Sequence[LFSummaryRow]) -> Iterator[Trouble]:
    """Yield tags most of whose votes are from one alias that the given tags seldom confirm."""
    votes: dict[str, float] = {}
    for row in summary:
        if row.origin == "generated":
            votes[row.tag] = votes.get(row.tag, 0) + row.n
    for row in summary:
        is_alias = row.origin == "generated" and row.lf.startswith("alias:")
        if is_alias and row.n >= MIN_VOTES and row.agreement_high <= SELDOM_RIGHT and row.n >= votes[row.tag] / 2:
            alias = row.lf.removeprefix("alias:").rpartition("@")[0]
            what = f"{row.tag!r} is flooded by its alias {alias!r}: {row.n} votes, {row.agreement:.0%} of them given."
            fix = f"Remove the alias {alias!r}, or narrow it with a labeling function that votes absent."
            yield Trouble(row.tag, Problem(what, vocabulary[row.tag].place, fix, "warning"))


def _contradicted_parents(given: GivenMatrix, vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> Iterator[Trouble]:
    """Yield edges child → parent that most authors who give the child do not follow."""
    tags = given.tags.tocsc()
    for child, parent in sorted(graph.edges):
        with_child = tags[:, [vocabulary.index[child]]].toarray().ravel() > 0
        lacking = with_child & (tags[:, [vocabulary.index[parent]]].toarray().ravel() == 0)
        if lacking.sum() >= MIN_RECORDS and lacking.sum() > CONTRADICTED * with_child.sum():
            what = (
                f"{parent!r} is the parent of {child!r}, but {lacking.sum()} of the {with_child.sum()} records with "
                f"{child!r} lack it."
            )
            fix = "Check whether it is a parent at all."
            yield Trouble(parent, Problem(what, vocabulary[child].place, fix, "warning"))
