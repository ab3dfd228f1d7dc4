"""YAML with places: plain values, and the line and column of every key and item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from weaklabel.documents.document import Document
from weaklabel.errors import Place, Problem, WeaklabelError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A YAML value and the place of each of its parts, found by the path of keys and positions that leads there."""

    value: Any
    places: dict[Path, Place]

    def place(self, path: Sequence[str | int] = ()) -> Place:
        """Return where the part at `path` stands, or the nearest part around it that has a place."""
        steps = tuple(path)
        while steps and steps not in self.places:
            steps = steps[:-1]
        return self.places[steps]

    def at(self, *path: str | int) -> YamlNode:
        """Return the part at `path`, with its own places."""
        value = self.value
        for step in path:
            value = value[step]
        below = {k[len(path) :]: v for k, v in self.places.items() if k[: len(path)] == path}
        return YamlNode(value, below)


def read_yaml(document: Document, error: type[WeaklabelError]) -> YamlNode:
    """Parse a YAML document (safe tags only).

    Raises
    ------
    error
        The given error type, with line and column, where the text is no YAML or has a key twice.
    """
    loader = yaml.SafeLoader(document.text)
    try:
        root = loader.get_single_node()
        if root is None:
            return YamlNode(None, {(): Place(document.name, 1, 1)})
        places: dict[Path, Place] = {}
        problems: list[Problem] = []
        _collect(document.name, root, (), places, problems, frozenset())
        if problems:
            raise error(problems)
        return YamlNode(loader.construct_document(root), places)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        place = Place(document.name, mark.line + 1, mark.column + 1) if mark else Place(document.name)
        what = f"this is not valid YAML: {failure.problem or failure.context}."
        raise error(Problem(what, place, "Check indentation, colons and quotes there.")) from None
    except (yaml.YAMLError, RecursionError, ValueError) as failure:
        what = f"this is not valid YAML: {str(failure).splitlines()[0] if str(failure) else type(failure).__name__}."
        raise error(Problem(what, Place(document.name), "Remove what is no plain text.")) from None
    finally:
        loader.dispose()


def _collect(
    name: str,
    node: yaml.Node,
    path: Path,
    places: dict[Path, Place],
    problems: list[Problem],
    above: frozenset[int],
) -> None:
    """Note the place of `node` and of all below it, and each key that a mapping has twice."""
    places.setdefault(path, Place(name, node.start_mark.line + 1, node.start_mark.column + 1))
    if id(node) in above:
        problems.append(Problem("an anchor contains itself.", places[path], "Write the value out."))
        return
    above |= {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            _collect(name, item, (*path, i), places, problems, above)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            step = (*path, str(key.value))
            place = Place(name, key.start_mark.line + 1, key.start_mark.column + 1)
            if step in places and key.value != "<<":
                first = places[step].line
                problems.append(Problem(f"the key {key.value!r} stands twice.", place, f"It is in line {first} too."))
                continue
            places[step] = place
            _collect(name, value, step, places, problems, above)
