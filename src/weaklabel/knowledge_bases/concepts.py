"""Concepts, whatever the format they come from: what can be used of them, and those of a branch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from weaklabel.errors import Place, Problem, did_you_mean, list_some
from weaklabel.folding import fold

_LAST_PART = re.compile(r"[^/#]+$")


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept.

    Attributes
    ----------
    id
        What the file calls it: an IRI (SKOS, OWL), or a prefix with a number (OBO).
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

    @property
    def labels(self) -> tuple[str, ...]:
        """Every text that stands for it: its name, then its aliases."""
        return (self.name, *self.aliases)

    @property
    def is_usable(self) -> bool:
        """Whether it has a label and is not obsolete."""
        return bool(self.name) and not self.is_obsolete


def check_concepts(concepts: Sequence[Concept]) -> list[Problem]:
    """Return what is odd about a file: no label, links that lead nowhere (warnings), and cycles (errors)."""
    used = [concept for concept in concepts if concept.is_usable]
    known = {concept.id: concept for concept in concepts}
    return [*_unnamed(concepts), *_dangling(used, known), *_cycles(used)]


def _unnamed(concepts: Iterable[Concept]) -> Iterator[Problem]:
    for concept in concepts:
        if not concept.name and not concept.is_obsolete:
            what = f"{concept.id} has no label; it is left out."
            yield Problem(what, concept.place, "Give it one.", "warning")


def _dangling(concepts: Iterable[Concept], known: Mapping[str, Concept]) -> Iterator[Problem]:
    for concept in concepts:
        for above in concept.broader:
            target = known.get(above)
            if target is not None and target.is_usable:
                continue
            why = "is not in the file" if target is None else "is obsolete" if target.is_obsolete else "has no label"
            what = f"{above}, which {concept.id} ({concept.name!r}) stands below, {why}; it is no parent."
            yield Problem(what, concept.place, "Name a concept of the file, or remove it.", "warning")


def _cycles(concepts: Sequence[Concept]) -> Iterator[Problem]:
    """Yield one problem for each group of concepts that are their own ancestors, with a path around it."""
    known = {concept.id: concept for concept in concepts}
    graph = _graph(concepts)
    for component in nx.strongly_connected_components(graph):
        start = min(component)
        if len(component) == 1 and not graph.has_edge(start, start):
            continue
        edges = nx.find_cycle(graph.subgraph(component), start)
        path = " → ".join(f"{id_} ({known[id_].name!r})" for id_ in [*(child for child, *_ in edges), edges[-1][1]])
        yield Problem(f"concepts are their own ancestors: {path}.", known[start].place, "Remove one of these links.")


def _graph(concepts: Sequence[Concept]) -> nx.DiGraph[str]:
    """Return the graph of ids, child → parent."""
    known = {concept.id for concept in concepts}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(known)
    graph.add_edges_from((c.id, above) for c in concepts for above in c.broader if above in known)
    return graph


def select_branches(concepts: Sequence[Concept], roots: Iterable[str]) -> tuple[list[Concept], dict[str, Problem]]:
    """Return the concepts that `roots` name and all below them, in the order of the file.

    A concept is named by its id, the last part of its IRI, or one of its labels.

    Returns
    -------
    concepts, problems
        A problem, without a place, for each root that names none, or more than one.
    """
    graph = _graph(concepts)
    chosen: set[str] = set()
    problems: dict[str, Problem] = {}
    for root in roots:
        named = _find(concepts, root)
        if len(named) == 1:
            chosen |= {named[0].id, *nx.ancestors(graph, named[0].id)}  # edges lead upwards
        else:
            problems[root] = _explain(root, named, concepts)
    return [concept for concept in concepts if concept.id in chosen], problems


def _find(concepts: Sequence[Concept], name: str) -> list[Concept]:
    """Return the concepts that a name may mean: by id, or else its end, or else a label, names before aliases."""
    form = fold(name)
    return (
        [concept for concept in concepts if concept.id == name]
        or [concept for concept in concepts if _last_part(concept.id) == name]
        or [concept for concept in concepts if fold(concept.name) == form]
        or [concept for concept in concepts if form in map(fold, concept.aliases)]
    )


def _last_part(id_: str) -> str:
    match = _LAST_PART.search(id_)
    return match[0] if match else id_


def _explain(name: str, named: Sequence[Concept], concepts: Sequence[Concept]) -> Problem:
    if named:
        return Problem(
            f"{name!r} may mean {list_some(concept.id for concept in named)}.", fix="Write one of these ids."
        )
    known = [spelling for concept in concepts for spelling in (concept.name, concept.id, *concept.aliases)]
    fix = did_you_mean(name, known, otherwise="Write the id or a label of one of its concepts.")
    return Problem(f"no concept is called {name!r}.", fix=fix)
