"""Slices declared in YAML, checked as a whole, with a line for every problem."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from weaklabel.documents import Document, YamlNode, read_yaml
from weaklabel.documents.validation import validate
from weaklabel.errors import Place, Problem, SliceError, did_you_mean
from weaklabel.slices import schema
from weaklabel.slices.clusters import CLUSTERS
from weaklabel.slices.write import find_fault
from weaklabel.terms import LabelingFunction, Vocabulary
from weaklabel.terms.conditions import Test
from weaklabel.terms.limits import faults_of_limit
from weaklabel.terms.slices import (
    ANY,
    HasFinding,
    HasRareTag,
    InCluster,
    InSlice,
    IsLabelled,
    Joined,
    LFDoes,
    Matches,
    Measures,
    Slice,
    SliceCondition,
    TagIs,
    slice_leaves,
)

BuildMatch = Callable[[YamlNode, str, list[Problem]], LabelingFunction | None]
"""Makes a labeling function of the `match` or `metadata` of a mapping, and its id; adds what is wrong to the list."""


@dataclass(frozen=True, slots=True)
class Known:
    """What slices may name.

    Attributes
    ----------
    vocabulary, lf_ids
        The tags, and the ids of the labeling functions.
    build_match
        Reads what is in the language of labeling functions.
    """

    vocabulary: Vocabulary
    lf_ids: tuple[str, ...]
    build_match: BuildMatch


def declare_slices(document: Document, known: Known) -> tuple[list[Slice], list[Problem]]:
    """Read the slices of a YAML file.

    Returns
    -------
    slices, problems
        The slices that are right, in the file's order, and every problem of the others, with line and column; a
        warning of a file that holds nothing.
    """
    problems: list[Problem] = []
    try:
        root = read_yaml(document, SliceError)
    except SliceError as error:
        return [], list(error.problems)
    nodes, n_clusters = _find_slices(root, problems)
    if not nodes and not problems and not (isinstance(root.value, dict) and root.value.get("checks")):
        fix = "Write - id: … and where: … for each slice; `weaklabel slices init` proposes some."
        return [], [Problem("it holds no slice.", Place(document.name), fix, "warning")]
    declared = [_Builder(known, n_clusters, problems).build(node) for node in nodes]
    slices = [each for each in declared if each is not None]
    return slices, sorted(problems, key=lambda problem: problem.place or Place(""))


def _find_slices(root: YamlNode, problems: list[Problem]) -> tuple[list[YamlNode], int]:
    """Return where each slice is declared, and how many clusters the file wants."""
    if root.value is None:
        return [], CLUSTERS
    if isinstance(root.value, list):
        return [root.at(i) for i in range(len(root.value))], CLUSTERS
    if not isinstance(root.value, dict):
        problems.append(Problem("the file holds no slices.", root.place(), "Write - id: … for each of them."))
        return [], CLUSTERS
    listed = root.value.get("slices")
    around = YamlNode({**root.value, "slices": []}, root.places) if isinstance(listed, list) else root
    file = validate(schema.SlicesFile, around, problems)
    nodes = [root.at("slices", i) for i in range(len(listed))] if isinstance(listed, list) else []
    return nodes, file.clusters if file else CLUSTERS


def check_ids(slices: Sequence[Slice]) -> Iterator[Problem]:
    """Yield a problem for every id that no slice can have, and for every one that stands twice."""
    first: dict[str, Slice] = {}
    for each in slices:
        if fault := find_fault(each.id):
            what, fix = fault
            yield Problem(f"{what}.", each.place, fix)
        if each.id in first:
            fix = f"Rename one of them; the other is at {first[each.id].place}."
            yield Problem(f"two slices have the id {each.id!r}.", each.place, fix)
        first.setdefault(each.id, each)


def check_references(slices: Sequence[Slice]) -> Iterator[Problem]:
    """Yield a problem for every slice that is named and not there, and for every one that is defined by itself."""
    first = {each.id: each for each in slices}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for each in slices:
        for name in _named_slices(each):
            if name not in first:
                fix = did_you_mean(name, first, otherwise="Define it, or remove it here.")
                yield Problem(f"{each.id!r} names the slice {name!r}, which is not there.", each.place, fix)
            graph.add_edge(each.id, name)
    for cycle in nx.simple_cycles(graph):
        path = " → ".join([*cycle, cycle[0]])
        yield Problem(f"a slice is defined by itself: {path}.", first[cycle[0]].place, "Break the circle.")


def _named_slices(each: Slice) -> Iterator[str]:
    for leaf in slice_leaves(each.condition):
        if isinstance(leaf, InSlice):
            yield from leaf.names


class _Builder:
    """Turns one declaration into a slice."""

    def __init__(self, known: Known, n_clusters: int, problems: list[Problem]) -> None:
        self._known, self._n_clusters, self._problems = known, n_clusters, problems
        self._id = ""

    def build(self, node: YamlNode) -> Slice | None:
        """Return the slice; None where something in it is wrong."""
        if not isinstance(node.value, dict):
            what = f"{node.value!r} is no slice."
            self._problems.append(Problem(what, node.place(), "Write id and where."))
            return None
        node = YamlNode(node.value, node.places, node.root)  # messages name what is inside the declaration
        before = len(self._problems)
        declared = validate(schema.SliceDeclaration, node, self._problems)
        if declared is None:
            return None
        self._id = declared.id
        condition = self._condition(declared.where, node.at("where"))
        expect = tuple((declared.expect or {}).items())
        for metric, limit in expect:
            for what, fix in faults_of_limit(metric, limit, declared.id):
                self._problems.append(Problem(what, node.place(("expect", metric)), fix))
        if condition is None or len(self._problems) > before:
            return None
        definition = json.dumps(node.value["where"], ensure_ascii=False, default=str)
        return Slice(declared.id, condition, declared.description, expect, node.place(), definition)

    def _condition(self, where: schema.Where, node: YamlNode) -> SliceCondition | None:
        parts = list(self._parts(where, node))
        built = [part for part in parts if part is not None]
        if len(built) < len(parts):
            return None
        return built[0] if len(built) == 1 else Joined("all_of", tuple(built))

    def _parts(self, where: schema.Where, node: YamlNode) -> Iterator[SliceCondition | None]:
        """Yield the condition of each key, in the file's order; None where something in it is wrong."""
        for key in node.value:
            value = getattr(where, key)
            if key in schema.GROUPS:
                parts = [self._condition(part, node.at(key, i)) for i, part in enumerate(value)]
                built = tuple(part for part in parts if part is not None)
                yield Joined(key, built) if len(built) == len(parts) else None
            else:
                yield self._leaf(key, value, node)

    def _leaf(self, key: str, value: Any, node: YamlNode) -> SliceCondition | None:
        if key in {"match", "metadata"}:
            lf = self._known.build_match(
                YamlNode({key: node.value[key]}, node.places, node.root), self._id, self._problems
            )
            return None if lf is None else Matches(lf)
        if key in {"fires", "abstains", "conflicts"}:
            return LFDoes(key, self._lfs(key, value, node))  # type: ignore[arg-type]
        if key == "area":
            tags = self._tags(key, value, node)
            below = {other for tag in tags or () for other in self._known.vocabulary.descendants(tag)}
            return TagIs("given", tuple(sorted({*(tags or ()), *below})) if tags else None)
        if key in schema.STATES:
            return TagIs(key, self._tags(key, value, node))  # type: ignore[arg-type]
        if key in schema.MEASURES:
            given = value.model_dump(by_alias=True, exclude_none=True)
            tests = tuple(Test(operator, (number,)) for operator, number in given.items())
            return Measures(key, tests)  # type: ignore[arg-type]
        return self._other(key, value, node)

    def _other(self, key: str, value: Any, node: YamlNode) -> SliceCondition:
        if key == "finding":
            return HasFinding(tuple(value))
        if key == "labelled":
            return IsLabelled(value)
        if key == "rare":
            return HasRareTag(value)
        if key == "slice":
            return InSlice(tuple(value))
        assert key == "cluster", key
        return self._cluster(value, node.at(key))

    def _cluster(self, test: schema.ClusterTest, node: YamlNode) -> SliceCondition:
        n_clusters = test.of or self._n_clusters
        path = ("number",) if isinstance(node.value, dict) else ()
        there = f"there are {n_clusters}" if test.of else f"this file has {n_clusters}"
        for i, number in enumerate(test.number):
            if number >= n_clusters:
                what = f"there is no cluster {number}: {there}, counted from 0."
                fix = f"Name another, or raise {'of' if test.of else 'clusters'}: … ."
                self._problems.append(Problem(what, node.place((*path, i)), fix))
        return InCluster(tuple(test.number), n_clusters)

    def _tags(self, key: str, names: list[str], node: YamlNode) -> tuple[str, ...] | None:
        if ANY in names:
            return None
        vocabulary = self._known.vocabulary
        for i, name in enumerate(names):
            if name not in vocabulary:
                problem = Problem(f"{name!r} is no tag.", node.place((key, i)), vocabulary.explain_unknown(name))
                self._problems.append(problem)
        return tuple(dict.fromkeys(names))

    def _lfs(self, key: str, names: list[str], node: YamlNode) -> tuple[str, ...] | None:
        """Return the ids of labeling functions, those of a pattern such as `alias:tf*` too."""
        if ANY in names:
            return None
        found: dict[str, None] = {}
        for i, name in enumerate(names):
            matching = fnmatch.filter(self._known.lf_ids, name) if set(name) & set("*?[") else [name]
            if not matching or matching[0] not in self._known.lf_ids:
                fix = did_you_mean(name, self._known.lf_ids, otherwise="`weaklabel lf list --all` shows them.")
                what = f"no labeling function has the id {name!r}."
                self._problems.append(Problem(what, node.place((key, i)), fix))
            found.update(dict.fromkeys(matching))
        return tuple(found)
