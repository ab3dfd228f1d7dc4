"""The tag graph: a networkx DiGraph with an edge from each tag to each of its parents."""

from __future__ import annotations

import networkx as nx

from weaklabel.errors import Problem, TagsError, raise_errors
from weaklabel.tags.spelling import Speller
from weaklabel.terms import Tag, Vocabulary


def build_graph(vocabulary: Vocabulary) -> tuple[nx.DiGraph[str], list[Problem]]:
    """Build the tag graph.

    A parent that is no tag by name is resolved by alias, plural or form, with a warning; one that cannot be
    resolved is left out, with a warning.

    Returns
    -------
    graph, warnings
        Nodes are the tags' names, in the vocabulary's order; edges go child → parent.

    Raises
    ------
    TagsError
        Where tags are their own ancestors: with one path around for each group of tags that are.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(vocabulary.names)
    speller = Speller(vocabulary)
    problems: list[Problem] = []
    for tag in vocabulary.tags:
        for parent in tag.parents:
            found = speller.resolve(parent)
            if found is None:
                problems.append(_describe_unresolved(parent, tag, speller))
                continue
            if found.how != "name":
                what = f"{parent!r}, a parent of {tag.name!r}, was read as {found.tag!r}."
                problems.append(Problem(what, tag.place, f"Write {found.tag!r}.", "warning"))
            graph.add_edge(tag.name, found.tag)
    problems.extend(_cycles(vocabulary, graph))
    raise_errors(problems, TagsError)
    return graph, problems


def _describe_unresolved(parent: str, tag: Tag, speller: Speller) -> Problem:
    """Say why a parent of a tag is left out: it stands for several tags, or for none."""
    owners = speller.owners(parent)
    if owners:
        listed = ", ".join(map(repr, owners))
        what = f"{parent!r}, a parent of {tag.name!r}, is an alias of {listed}; it is left out."
        return Problem(what, tag.place, "Write the name of the one that is meant.", "warning")
    near = speller.nearest(parent)
    fix = f"Did you mean {near!r}?" if near else f"Add the tag {parent!r}, or remove it here."
    return Problem(f"{parent!r}, a parent of {tag.name!r}, is no tag; it is left out.", tag.place, fix, "warning")


def find_graph_problems(vocabulary: Vocabulary) -> list[Problem]:
    """Return what :func:`build_graph` would warn of or raise."""
    try:
        return build_graph(vocabulary)[1]
    except TagsError as error:
        return list(error.problems)


def _cycles(vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> list[Problem]:
    """Return one problem for each group of tags that are their own ancestors, with a path around it.

    Of several paths it is always the same: edges are taken in the order of names.
    """
    problems: list[Problem] = []
    for component in sorted(nx.strongly_connected_components(graph), key=min):
        start = min(component)
        if len(component) == 1 and not graph.has_edge(start, start):
            continue
        edges = nx.find_cycle(nx.DiGraph(sorted(graph.subgraph(component).edges)), start)
        path = " → ".join([*(child for child, *_ in edges), edges[-1][1]])
        fix = "Remove one of these parents."
        problems.append(Problem(f"tags are their own ancestors: {path}.", vocabulary[start].place, fix))
    return problems
