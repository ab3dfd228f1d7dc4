"""How the concepts of a knowledge base become the rows of a vocabulary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from weaklabel.documents import Row
from weaklabel.errors import Problem
from weaklabel.knowledge_bases import Concept
from weaklabel.tags.spelling import canonical_form


def to_rows(concepts: Sequence[Concept]) -> tuple[list[Row], list[Problem]]:
    """Return concepts as the rows of a tags file; those of one label become one tag.

    Returns
    -------
    rows, warnings
        The warnings say which concepts have the label of another.
    """
    named: dict[str, list[Concept]] = defaultdict(list)
    for concept in concepts:
        named[concept.name].append(concept)
    names = {concept.id: concept.name for concept in concepts}
    return [_row(name, group, names) for name, group in named.items()], list(_namesakes(concepts))


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


def _namesakes(concepts: Iterable[Concept]) -> Iterator[Problem]:
    first: dict[str, Concept] = {}
    for concept in concepts:
        other = first.setdefault(concept.name, concept)
        if other is not concept:
            what = f"{other.id} and {concept.id} have one label, {concept.name!r}; they become one tag."
            yield Problem(what, concept.place, "Give one of them another label if they differ.", "warning")
