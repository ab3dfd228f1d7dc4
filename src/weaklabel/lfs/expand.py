"""`for_each` in YAML: one declaration for many tags or aliases, as many declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weaklabel.documents import YamlNode
from weaklabel.documents.validation import validate
from weaklabel.errors import Problem
from weaklabel.lfs.schema import ForEach
from weaklabel.terms import Vocabulary

ALL = "all"
KNOWN = ("tag", "name", "alias", "parent")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

Binding = dict[str, str]


def expand(node: YamlNode, vocabulary: Vocabulary, problems: list[Problem]) -> list[YamlNode]:
    """Return the declarations that one stands for: itself, where it has no `for_each`.

    Each value in which a placeholder stands is replaced; places stay those of the declaration.
    """
    if not isinstance(node.value, dict) or "for_each" not in node.value:
        return [node]
    before = len(problems)
    declared = validate(ForEach, node.at("for_each"), problems)
    if declared is None:
        return []
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
            yield from ({**_binding(name), "alias": alias} for alias in vocabulary[name].aliases)
        else:
            below = vocabulary.children(name) if how == "children" else vocabulary.descendants(name)
            yield from ({**_binding(other), "parent": name} for other in below)


def _binding(tag: str) -> Binding:
    return {"tag": tag, "name": tag.replace("-", " ")}


def _check_placeholders(value: dict[str, Any], node: YamlNode, bindings: list[Binding]) -> Iterator[Problem]:
    if not bindings:
        yield Problem("for_each names nothing.", node.place(("for_each",)), "Name tags that have some, or remove it.")
        return
    known = bindings[0]
    for path, text in _texts(value):
        for name in _PLACEHOLDER.findall(text):
            if name in KNOWN and name not in known:
                fix = f"This for_each has {', '.join('{' + key + '}' for key in known)}."
                yield Problem(f"there is no {{{name}}} here.", node.place(path), fix)
    id_ = value.get("id")
    if isinstance(id_, str) and len({_fill(id_, binding) for binding in bindings}) < len(bindings):
        own = "alias" if "alias" in known else "tag"
        what = "two labeling functions of this for_each would have one id."
        yield Problem(what, node.place(("id",)), f"Put {{{own}}} into it.")


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _texts(item, (*path, key))


def _fill(value: Any, binding: Binding) -> Any:
    """Replace placeholders; in an id, characters that may not stand there become underscores."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: binding.get(found[1], found[0]), value)
    if isinstance(value, list):
        return [_fill(item, binding) for item in value]
    if isinstance(value, dict):
        filled = {_fill(key, binding): _fill(item, binding) for key, item in value.items()}
        return {
            key: re.sub(r"[^A-Za-z0-9_.:/-]", "_", item) if key == "id" and isinstance(item, str) else item
            for key, item in filled.items()
        }
    return value
