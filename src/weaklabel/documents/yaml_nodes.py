"""YAML with places: plain values, and the line and column of every key and item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import yaml

from weaklabel.documents.document import Document
from weaklabel.errors import Place, Problem, WeaklabelError

Path = tuple[str | int, ...]
MAX_PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A YAML value and the place of each of its parts, found by the path of keys and positions that leads there.

    `places` are those of the whole document; `root` is the path from the document to this value, and `path` the end of
    it that messages name.
    """

    value: Any
    places: dict[Path, Place]
    root: Path = ()
    path: Path = ()

    def place(self, path: Sequence[str | int] = ()) -> Place:
        """Return where the part at `path` stands, or the nearest part around it that has a place."""
        steps = (*self.root, *path)
        while steps and steps not in self.places:
            steps = steps[:-1]
        return self.places[steps]

    def at(self, *path: str | int) -> YamlNode:
        """Return the part at `path`."""
        value = self.value
        for step in path:
            value = value[step]
        return YamlNode(value, self.places, (*self.root, *path), (*self.path, *path))


def read_yaml(document: Document, error: type[WeaklabelError]) -> YamlNode:
    """Parse a YAML document (safe tags only).

    Raises
    ------
    error
        The given error type, with line and column, where the text is no YAML or has a key twice.
    """
    places: dict[Path, Place] = {}
    problems: list[Problem] = []
    try:
        loader = yaml.SafeLoader(document.text)
        root = loader.get_single_node()
        if root is None:
            return YamlNode(None, {(): Place(document.name, 1, 1)})
        _Collector(document.name, loader, places, problems).collect(root, (), frozenset())
        if not problems:
            return YamlNode(loader.construct_document(root), places)
    except yaml.reader.ReaderError as failure:
        what = f"the character U+{failure.character:04X} may not stand in YAML."
        problems.append(
            Problem(what, document.place(failure.position), "Remove it, or write it as an escape in quotes.")
        )
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        place = Place(document.name, mark.line + 1, mark.column + 1) if mark else Place(document.name)
        what = f"this is not valid YAML: {failure.problem or failure.context}."
        problems.append(Problem(what, place, _mend_yaml(failure.problem or "")))
    except RecursionError:
        problems.append(Problem("the values are nested too deeply.", Place(document.name), "Flatten them."))
    raise error(problems)


def _mend_yaml(said: str) -> str:
    """Return how to mend what PyYAML says is no YAML."""
    if "unknown escape character" in said:
        return r"In double quotes a \ begins an escape. Use single quotes: '\d'."
    if r"'\t' that cannot start any token" in said:
        return "Indent with spaces, not with tabs."
    return "Check indentation, colons and quotes there."


@dataclass(frozen=True, slots=True)
class _Collector:
    """Notes where each part of a document stands, and what in it cannot be read."""

    name: str
    loader: yaml.SafeLoader
    places: dict[Path, Place]
    problems: list[Problem]
    parts: Iterator[int] = field(default_factory=lambda: count(1))

    def collect(self, node: yaml.Node, path: Path, above: frozenset[int]) -> None:
        """Note `node` and all below it; `above` are the nodes that it is a part of."""
        self.places.setdefault(path, self._place(node))
        if next(self.parts) > MAX_PARTS:
            raise RecursionError  # aliases of aliases stand for more parts than a person writes
        if id(node) in above:
            self.problems.append(Problem("an anchor contains itself.", self.places[path], "Write the value out."))
        elif isinstance(node, yaml.ScalarNode):
            self._check_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            for i, item in enumerate(node.value):
                self.collect(item, (*path, i), above | {id(node)})
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._collect_key(key, value, path, above | {id(node)})

    def _collect_key(self, key: yaml.Node, value: yaml.Node, path: Path, above: frozenset[int]) -> None:
        step = (*path, str(key.value))
        if step in self.places and key.value != "<<":
            fix = f"It is in line {self.places[step].line} too."
            self.problems.append(Problem(f"the key {key.value!r} stands twice.", self._place(key), fix))
            return
        self.places[step] = self._place(key)
        self.collect(value, step, above)

    def _check_scalar(self, node: yaml.ScalarNode) -> None:
        try:
            self.loader.construct_object(node)
        except ValueError as failure:  # such as a date that no calendar has
            what = f"{node.value!r} cannot be read: {failure}."
            self.problems.append(Problem(what, self._place(node), "Put it in quotes if it is text."))

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)
