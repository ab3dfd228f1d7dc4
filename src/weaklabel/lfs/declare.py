"""Labeling functions declared in YAML: a list of them a file, checked as a whole, with a line for every problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from weaklabel.documents import Document, YamlNode, read_yaml
from weaklabel.documents.validation import validate
from weaklabel.errors import LabelingFunctionError, Place, Problem
from weaklabel.lfs.build import Surroundings, build_lf, check_examples, check_fields, names_in
from weaklabel.lfs.expand import expand
from weaklabel.lfs.lookup import ReadTable
from weaklabel.lfs.schema import GROUPS, Declaration
from weaklabel.lfs.token_patterns import read_token_patterns
from weaklabel.terms import LabelingFunction, Vocabulary


def _no_tables(*_: object) -> list[object]:
    raise LabelingFunctionError(Problem("no tables can be read here."))


def declare_lfs(
    document: Document,
    vocabulary: Vocabulary,
    fields: tuple[str, ...],
    *,
    columns: tuple[str, ...] | None = None,
    read_table: ReadTable = _no_tables,  # type: ignore[assignment]
) -> tuple[list[LabelingFunction], list[Problem]]:
    """Read the labeling functions of a YAML file.

    Parameters
    ----------
    document
        The file: a list of declarations, or a single one.
    vocabulary, fields, columns
        The tags, the text fields and the columns that declarations may name; without `columns`, any column.
    read_table
        Reads the rows of lookup files; see :mod:`weaklabel.lfs.lookup`.

    Returns
    -------
    lfs, problems
        The labeling functions that are right, and every problem of the others, with line and column; warnings of
        knowledge bases that are named.
    """
    problems: list[Problem] = []
    try:
        root = read_yaml(document, LabelingFunctionError)
    except LabelingFunctionError as error:
        return [], list(error.problems)
    if root.value is None or root.value == []:
        fix = "Write - id: … for each, or remove the file."
        return [], [Problem("it holds no labeling function.", Place(document.name), fix, "warning")]
    if not isinstance(root.value, list | dict):
        what = "the file holds no list of labeling functions."
        return [], [Problem(what, root.place(), "Write - id: … for each of them.")]
    nodes = [root.at(i) for i in range(len(root.value))] if isinstance(root.value, list) else [root]
    warnings: list[Problem] = []
    known = Surroundings(vocabulary, fields, columns, read_table, warnings)
    declarations = [declaration for node in nodes for declaration in expand(node, vocabulary, problems, warnings)]
    found = [_declare(declaration, known, problems) for declaration in declarations]
    distinct = list(dict.fromkeys([*problems, *warnings]))  # one of a for_each may occur in each that it stands for
    return [lf for lf in found if lf is not None], sorted(distinct, key=lambda problem: problem.place or Place(""))


def declare_match(
    node: YamlNode, lf_id: str, tag: str, known: Surroundings, problems: list[Problem]
) -> LabelingFunction | None:
    """Read what to look for, written in something that is no labeling function, as a labeling function.

    Parameters
    ----------
    node
        A mapping with `match`, or with `metadata` alone.
    lf_id, tag
        The labeling function's id, and what it votes on.
    known
        What it may name.
    problems
        Where every mistake goes.
    """
    [(key, value)] = node.value.items()
    match, places = value, node.places
    if key != "match":
        match, depth = {key: value}, len(node.root)
        moved = {path: place for path, place in places.items() if path[: depth + 1] == (*node.root, key)}
        places = {**places, **{(*node.root, "match", *path[depth:]): place for path, place in moved.items()}}
    declaration = YamlNode({"id": "it", "tags": [tag], "match": match}, places, node.root)
    found = _declare(declaration, known, problems)
    return None if found is None else replace(found, id=lf_id, place=node.place((key,)))


def _declare(node: YamlNode, known: Surroundings, problems: list[Problem]) -> LabelingFunction | None:
    if not isinstance(node.value, dict):
        problems.append(Problem(f"{node.value!r} is no labeling function.", node.place(), "Write id, tags and match."))
        return None
    before = len(problems)
    node = YamlNode(node.value, node.places, node.root)  # messages name what is inside the declaration
    declared = validate(Declaration, node, problems)
    for place, name in names_in(node, "tags"):
        if name not in known.vocabulary:
            problems.append(Problem(f"{name!r} is no tag.", place, known.vocabulary.explain_unknown(name)))
    problems.extend(check_fields(node, known.fields))
    problems.extend(check_examples(node, known))
    problems.extend(_check_case(node))
    if declared is None:
        for part in _token_patterns_in(node.at("match") if "match" in node.value else node):
            read_token_patterns(part, problems)
        return None
    built = build_lf(declared, node, known, problems)
    return built if len(problems) == before else None


def _check_case(node: YamlNode) -> Iterator[Problem]:
    match = node.value.get("match")
    if "case" in node.value and isinstance(match, dict) and match.get("spacy") is not None:
        what = "case has no meaning for token patterns."
        yield Problem(what, node.place(("case",)), "Remove it: LOWER ignores case, ORTH keeps it.")


def _token_patterns_in(node: YamlNode) -> Iterator[YamlNode]:
    """Yield the parts of a declaration that have token patterns, whatever else is wrong in it."""
    if isinstance(node.value, dict):
        if node.value.get("spacy") is not None:
            yield node
        for key in GROUPS:
            parts = node.value.get(key)
            for i in range(len(parts) if isinstance(parts, list) else 0):
                yield from _token_patterns_in(node.at(key, i))
