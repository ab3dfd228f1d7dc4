"""The tag graph: a networkx DiGraph with an edge from each tag to each of its parents."""

from __future__ import annotations

import networkx as nx

from weaklabel.errors import Problem, TagsError, raise_errors
from weaklabel.tags.spelling import Speller
from weaklabel.terms import Vocabulary


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
                near = speller.nearest(parent)
                fix = f"Did you mean {near!r}?" if near else f"Add the tag {parent!r}, or remove it here."
                what = f"{parent!r}, a parent of {tag.name!r}, is no tag; it is left out."
                problems.append(Problem(what, tag.place, fix, "warning"))
                continue
            if found.how != "name":
                what = f"{parent!r}, a parent of {tag.name!r}, was read as {found.tag!r}."
                problems.append(Problem(what, tag.place, f"Write {found.tag!r}.", "warning"))
            graph.add_edge(tag.name, found.tag)
    problems.extend(_cycles(vocabulary, graph))
    raise_errors(problems, TagsError)
    return graph, problems


def find_graph_problems(vocabulary: Vocabulary) -> list[Problem]:
    """Return what :func:`build_graph` would warn of or raise."""
    try:
        return build_graph(vocabulary)[1]
    except TagsError as error:
        return list(error.problems)


def _cycles(vocabulary: Vocabulary, graph: nx.DiGraph[str]) -> list[Problem]:
    """Return one problem for each group of tags that are their own ancestors, with a path around it."""
    problems: list[Problem] = []
    for component in nx.strongly_connected_components(graph):
        start = min(component)
        if len(component) == 1 and not graph.has_edge(start, start):
            continue
        edges = nx.find_cycle(graph.subgraph(component), start)
        path = " → ".join([*(child for child, *_ in edges), edges[-1][1]])
        fix = "Remove one of these parents."
        problems.append(Problem(f"tags are their own ancestors: {path}.", vocabulary[start].place, fix))
    return problems
