"""The concepts of a knowledge base, whatever its format, and how they become the rows of a vocabulary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from weaklabel.documents import Row
from weaklabel.errors import Place, Problem, TagsError, raise_errors
from weaklabel.tags.spelling import canonical_form


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept.

    Attributes
    ----------
    id
        What the file calls it: an IRI (SKOS), or a prefix with a number (OBO).
    name
        Its label; empty where it has none.
    aliases
        Other labels.
    broader
        The ids of the concepts above it.
    description
        What it means, in a sentence.
    place
        Where it stands; without a line where that is not known.
    is_obsolete
        Whether the file says that it is not to be used any more.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    broader: tuple[str, ...]
    description: str
    place: Place
    is_obsolete: bool = False


def to_rows(concepts: Sequence[Concept]) -> tuple[list[Row], list[Problem]]:
    """Return concepts as the rows of a tags file.

    Obsolete ones are left out. Concepts of one label become one tag.

    Returns
    -------
    rows, warnings
        The warnings say which concepts have no label or that of another, and which references lead nowhere.

    Raises
    ------
    TagsError
        Where concepts are their own ancestors.
    """
    known = {concept.id: concept for concept in concepts}
    used = [concept for concept in concepts if concept.name and not concept.is_obsolete]
    problems = [*_unnamed(concepts), *_dangling(used, known), *_namesakes(used), *_cycles(used)]
    raise_errors(problems, TagsError)
    named: dict[str, list[Concept]] = defaultdict(list)
    for concept in used:
        named[concept.name].append(concept)
    names = {concept.id: concept.name for concept in used}
    return [_row(name, group, names) for name, group in named.items()], problems


def _row(name: str, group: Sequence[Concept], names: Mapping[str, str]) -> Row:
    aliases = dict.fromkeys(alias for concept in group for alias in concept.aliases)
    above = dict.fromkeys(names[id_] for concept in group for id_ in concept.broader if id_ in names)
    value = {
        "tag": name,
        "aliases": [alias for alias in aliases if canonical_form(alias) != canonical_form(name)],
        "parents": [parent for parent in above if parent != name],
        "description": next((concept.description for concept in group if concept.description), ""),
    }
    return Row(value, group[0].place)


def _unnamed(concepts: Iterable[Concept]) -> Iterator[Problem]:
    for concept in concepts:
        if not concept.name and not concept.is_obsolete:
            what = f"{concept.id} has no label; it is left out."
            yield Problem(what, concept.place, "Give it one.", "warning")


def _dangling(concepts: Iterable[Concept], known: Mapping[str, Concept]) -> Iterator[Problem]:
    for concept in concepts:
        for above in concept.broader:
            target = known.get(above)
            if target is not None and target.name and not target.is_obsolete:
                continue
            why = "is not in the file" if target is None else "is obsolete" if target.is_obsolete else "has no label"
            what = f"{above}, which {concept.id} ({concept.name!r}) stands below, {why}; it is no parent."
            yield Problem(what, concept.place, "Name a concept of the file, or remove it.", "warning")


def _namesakes(concepts: Iterable[Concept]) -> Iterator[Problem]:
    first: dict[str, Concept] = {}
    for concept in concepts:
        other = first.setdefault(concept.name, concept)
        if other is not concept:
            what = f"{other.id} and {concept.id} have one label, {concept.name!r}; they become one tag."
            yield Problem(what, concept.place, "Give one of them another label if they differ.", "warning")


def _cycles(concepts: Sequence[Concept]) -> Iterator[Problem]:
    """Yield one problem for each group of concepts that are their own ancestors, with a path around it."""
    known = {concept.id: concept for concept in concepts}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((c.id, above) for c in concepts for above in c.broader if above in known)
    for component in nx.strongly_connected_components(graph):
        start = min(component)
        if len(component) == 1 and not graph.has_edge(start, start):
            continue
        edges = nx.find_cycle(graph.subgraph(component), start)
        path = " → ".join(f"{id_} ({known[id_].name!r})" for id_ in [*(child for child, *_ in edges), edges[-1][1]])
        yield Problem(f"concepts are their own ancestors: {path}.", known[start].place, "Remove one of these links.")
