"""Knowledge bases in YAML: the concepts of a file beside the declaration, and the tags that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from weaklabel.documents import YamlNode, read_bytes
from weaklabel.errors import LabelingFunctionError, Place, Problem, WeaklabelError
from weaklabel.folding import fold
from weaklabel.knowledge_bases import Concept, read_concepts, select_branches
from weaklabel.lfs import schema
from weaklabel.terms import TagLabels, Vocabulary


def read_branches(
    source: schema.Concepts | schema.Lookup, node: YamlNode, problems: list[Problem], warnings: list[Problem]
) -> list[Concept]:
    """Return the concepts of a knowledge base that a declaration names: all, or those of its branches.

    Parameters
    ----------
    source, node
        What the declaration says, checked, and as it is written.
    problems, warnings
        Where mistakes go, and what is odd about the file.
    """
    path = str(Path(node.place().path).parent / source.file)
    usual = TagLabels()
    labels = TagLabels(source.language or usual.language, tuple(source.synonyms or usual.synonyms))
    try:
        data = read_bytes(path, LabelingFunctionError)
        concepts, odd = read_concepts(path, data, labels, LabelingFunctionError)
    except LabelingFunctionError as error:
        problems.extend(retell(error, node.place()))
        return []
    warnings.extend(odd)
    if source.branch is None:
        return list(concepts)
    chosen, unknown = select_branches(concepts, source.branch)
    for i, root in enumerate(source.branch):
        if root in unknown:
            what = f"{unknown[root].what.removesuffix('.')} in {source.file}."
            problems.append(Problem(what, node.place(("branch", i)), unknown[root].fix))
    return chosen


def retell(error: WeaklabelError, place: Place) -> Iterator[Problem]:
    """Yield the problems of a file as those of the place that names it; where they stand in the file is said first."""
    for problem in error.problems:
        what = f"{problem.place}: {problem.what}" if problem.place else problem.what
        yield Problem(what, place, problem.fix, problem.severity)


def labels_by_tag(concepts: Iterable[Concept], vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Return the labels of the concepts that are tags, by tag; a concept is the tag of which a label is a surface.

    Its name decides, or else the first of its other labels that is a surface of some tag; a tag's name goes before
    another's alias.
    """
    tags: dict[str, str] = {fold(tag.name): tag.name for tag in vocabulary.tags}
    for tag in vocabulary.tags:
        for alias in tag.aliases:
            tags.setdefault(fold(alias), tag.name)
    found: dict[str, list[str]] = {}
    for concept in concepts:
        own = next((tags[form] for form in map(fold, concept.labels) if form in tags), None)
        if own is not None:
            found.setdefault(own, []).extend(concept.labels)
    return {tag: list(dict.fromkeys(labels)) for tag, labels in found.items()}
