"""`for_each` in YAML: one declaration for many tags, aliases or concepts, as many declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from weaklabel.documents import YamlNode
from weaklabel.documents.validation import validate
from weaklabel.errors import Problem
from weaklabel.lfs.concepts import labels_by_tag, read_branches
from weaklabel.lfs.schema import Concepts, ForEach
from weaklabel.terms import Vocabulary

ALL = "all"
KNOWN = ("tag", "name", "alias", "parent", "label")
TAKE_MANY = ("keywords", "unless", "match", "no_match")
"""Under these keys a text with {label} stands for as many texts as there are labels."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Binding:
    """What takes the place of placeholders: of most a text, of {label} each label of a tag's concepts."""

    texts: Mapping[str, str]
    labels: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The placeholders that it fills."""
        return [*self.texts, *(["label"] if self.labels else [])]

    def fill(self, text: str) -> list[str]:
        """Return the text, or where {label} stands in it, one for each label."""
        if not self.is_for_many(text):
            return [_replace(text, self.texts)]
        return [_replace(text, {**self.texts, "label": label}) for label in self.labels]

    def is_for_many(self, text: str) -> bool:
        """Say whether {label} stands in a text."""
        return bool(self.labels) and "{label}" in text


def _replace(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def expand(node: YamlNode, vocabulary: Vocabulary, problems: list[Problem], warnings: list[Problem]) -> list[YamlNode]:
    """Return the declarations that one stands for: itself, where it has no `for_each`.

    Each value in which a placeholder stands is replaced; places stay those of the declaration. Mistakes go to
    `problems`, and what is odd about a knowledge base to `warnings`.
    """
    if not isinstance(node.value, dict) or "for_each" not in node.value:
        return [node]
    before = len(problems)
    declared = validate(ForEach, node.at("for_each"), problems)
    if declared is None:
        return []
    if declared.concepts is not None:
        bindings = _bind_concepts(declared.concepts, node.at("for_each", "concepts"), vocabulary, problems, warnings)
    else:
        bindings = list(_bind(declared, node, vocabulary, problems))
    rest = {key: value for key, value in node.value.items() if key != "for_each"}
    if len(problems) == before:
        problems.extend(_check_placeholders(rest, node, bindings))
    if len(problems) > before:
        return []
    return [YamlNode(_fill(rest, binding), node.places, node.root) for binding in bindings]


def _bind(declared: ForEach, node: YamlNode, vocabulary: Vocabulary, problems: list[Problem]) -> Iterator[Binding]:
    [(how, names)] = [(key, value) for key, value in declared if value is not None]
    if names == [ALL] and how in {"tags", "aliases"}:
        names = list(vocabulary.names)
    for i, name in enumerate(names):
        if name not in vocabulary:
            place = node.place(("for_each", how, i))
            problems.append(Problem(f"{name!r} is no tag.", place, vocabulary.explain_unknown(name)))
        elif how == "tags":
            yield _binding(name)
        elif how == "aliases":
            yield from (_binding(name, alias=alias) for alias in vocabulary[name].aliases)
        else:
            below = vocabulary.children(name) if how == "children" else vocabulary.descendants(name)
            yield from (_binding(other, parent=name) for other in below)


def _bind_concepts(
    source: Concepts, node: YamlNode, vocabulary: Vocabulary, problems: list[Problem], warnings: list[Problem]
) -> list[Binding]:
    before = len(problems)
    concepts = read_branches(source, node, problems, warnings)
    found = labels_by_tag(concepts, vocabulary)
    if not found and len(problems) == before:
        what = f"no concept of {source.file} that is named has a label that is a tag or an alias."
        fix = "Add such an alias in the tags file, or name tags: … and look up the file under match."
        problems.append(Problem(what, node.place(), fix))
    return [replace(_binding(tag), labels=tuple(labels)) for tag, labels in found.items()]


def _binding(tag: str, **others: str) -> Binding:
    return Binding({"tag": tag, "name": tag.replace("-", " "), **others})


def _check_placeholders(value: dict[str, Any], node: YamlNode, bindings: list[Binding]) -> Iterator[Problem]:
    if not bindings:
        yield Problem("for_each names nothing.", node.place(("for_each",)), "Name tags that have some, or remove it.")
        return
    known = bindings[0].names
    for path, text in _texts(value):
        for name in _PLACEHOLDER.findall(text):
            if name in KNOWN and name not in known:
                fix = f"This for_each has {', '.join('{' + key + '}' for key in known)}."
                yield Problem(f"there is no {{{name}}} here.", node.place(path), fix)
            elif name == "label" and "label" in known and _key(path) not in TAKE_MANY:
                fix = f"It can stand in lists of texts: {', '.join(TAKE_MANY)}. Write {{tag}} or {{name}} here."
                yield Problem("{label} stands for several texts.", node.place(path), fix)
    id_ = value.get("id")
    if isinstance(id_, str) and len({binding.fill(id_)[0] for binding in bindings}) < len(bindings):
        own = "alias" if "alias" in known else "tag"
        what = "two labeling functions of this for_each would have one id."
        yield Problem(what, node.place(("id",)), f"Put {{{own}}} into it.")


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _texts(item, (*path, key))


def _key(path: tuple[str | int, ...]) -> str:
    """Return the key under which a text stands, alone or in a list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _fill(value: Any, binding: Binding) -> Any:
    """Replace placeholders; in an id, characters that may not stand there become underscores."""
    if isinstance(value, str):
        filled = binding.fill(value)
        return filled if binding.is_for_many(value) else filled[0]
    if isinstance(value, list):
        items = [binding.fill(item) if isinstance(item, str) else [_fill(item, binding)] for item in value]
        return [item for several in items for item in several]
    if isinstance(value, dict):
        entries = {_fill_key(key, binding): _fill(item, binding) for key, item in value.items()}
        return {
            key: re.sub(r"[^A-Za-z0-9_.:/-]", "_", item) if key == "id" and isinstance(item, str) else item
            for key, item in entries.items()
        }
    return value


def _fill_key(key: Any, binding: Binding) -> Any:
    return binding.fill(key)[0] if isinstance(key, str) else key
