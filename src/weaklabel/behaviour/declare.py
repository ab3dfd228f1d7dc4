"""Behavioural checks declared in YAML: a list of them, checked as a whole, with a line for every problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from weaklabel.behaviour import schema
from weaklabel.behaviour.check import DEFAULT_BY, Change, Check, Demand, Filler
from weaklabel.behaviour.slots import as_slot, slots_in
from weaklabel.documents import YamlNode
from weaklabel.documents.validation import validate
from weaklabel.errors import Place, Problem, did_you_mean
from weaklabel.terms import Vocabulary

MISPLACED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(schema.ChangeDeclaration.model_fields, "change"),
        **dict.fromkeys(schema.Expect.model_fields, "expect"),
    }
)
EXPECTED_TAGS = ("present", "absent", "rises", "falls")


def declare_checks(
    node: YamlNode, vocabulary: Vocabulary, fields: tuple[str, ...]
) -> tuple[list[Check], list[Problem]]:
    """Read behavioural checks.

    Parameters
    ----------
    node
        The list of declarations: what stands below `checks:` in a slices file.
    vocabulary, fields
        The tags and the text fields that they may name. A template that is one text is that of the first field.

    Returns
    -------
    checks, problems
        The checks that are right, and every problem of the others, with line and column.
    """
    if not isinstance(node.value, list):
        return [], [Problem("checks is no list.", node.place(), "Write - id: … for each of them.")]
    problems: list[Problem] = []
    found = [_declare(node.at(i), vocabulary, fields, problems) for i in range(len(node.value))]
    problems.extend(_find_repeats(node))
    return [check for check in found if check], sorted(problems, key=lambda problem: problem.place or Place(""))


def _declare(node: YamlNode, vocabulary: Vocabulary, fields: tuple[str, ...], problems: list[Problem]) -> Check | None:
    if not isinstance(node.value, dict):
        problems.append(Problem(f"{node.value!r} is no check.", node.place(), "Write id, kind and template."))
        return None
    node = YamlNode(node.value, node.places, node.root)  # messages name what is inside the declaration
    before = len(problems)
    found: list[Problem] = []
    declared = validate(schema.Declaration, node, found)
    problems.extend(_place_keys(found, node))
    problems.extend(_check_tags(node, vocabulary))
    problems.extend(_check_fields(node, fields))
    if declared is None:
        return None
    slots = {name: _fill(declared.fill[name], name, node, vocabulary, problems) for name in declared.fill}
    problems.extend(_check_slots(declared, node))
    problems.extend(_check_slots_for_tags(node, slots))
    if len(problems) > before:
        return None
    templates = [text if isinstance(text, dict) else {fields[0]: text} for text in declared.template or ()]
    return Check(
        id=declared.id,
        kind=declared.kind,
        templates=tuple(templates),
        slots=slots,
        records=declared.records,
        change=_as_change(declared.change),
        expect=_as_demand(declared.expect),
        tags=tuple(declared.tags) if declared.tags else None,
        max_failures=declared.max_failures,
        max_cases=declared.max_cases,
        description=declared.description,
        place=node.place(),
    )


def _place_keys(problems: Sequence[Problem], node: YamlNode) -> Iterator[Problem]:
    """Yield problems of a declaration; of a key that belongs below another, with that as the fix."""
    keys = {node.place((key,)): key for key in node.value if key in MISPLACED}
    for problem in problems:
        if problem.place in keys and problem.what.endswith("is not known."):
            key = keys[problem.place]
            problem = replace(problem, fix=f"It belongs into {MISPLACED[key]}: {{{key}: …}}.")
        yield problem


def _as_change(declared: schema.ChangeDeclaration | None) -> Change | None:
    if declared is None:
        return None
    return Change(
        swap=declared.swap,
        replace=tuple((declared.replace or {}).items()),
        append=tuple(declared.append or ()),
        prepend=tuple(declared.prepend or ()),
        typos=declared.typos or 0,
        case=declared.case,
        fields=tuple(declared.fields) if declared.fields else None,
    )


def _as_demand(declared: schema.Expect) -> Demand:
    tags = {name: tuple(getattr(declared, name) or ()) for name in EXPECTED_TAGS}
    return Demand(**tags, by=DEFAULT_BY if declared.by is None else declared.by, within=declared.within)


def _fill(
    filling: schema.Filling, slot: str, node: YamlNode, vocabulary: Vocabulary, problems: list[Problem]
) -> tuple[Filler, ...]:
    """Return the fillers of a slot, without repeats; a text that is a tag's name or alias names that tag."""
    [(how, names)] = [(key, value) for key, value in filling if value is not None]
    if how == "texts":
        return tuple(dict.fromkeys(Filler(text, _named_tag(text, vocabulary)) for text in names))
    found: list[Filler] = []
    for i, name in enumerate(names):
        if name not in vocabulary:
            place = node.place(("fill", slot, how, i))
            problems.append(Problem(f"{name!r} is no tag.", place, vocabulary.explain_unknown(name)))
        elif how == "aliases":
            found += [Filler(alias, name) for alias in vocabulary[name].aliases]
        else:
            below = {"tags": (name,), "children": vocabulary.children(name)}.get(how)
            found += [_name_tag(tag) for tag in (vocabulary.descendants(name) if below is None else below)]
    if not found and all(name in vocabulary for name in names):
        what = f"there are no {how} of {', '.join(names)}."
        problems.append(Problem(what, node.place(("fill", slot)), "Name tags that have some."))
    return tuple(dict.fromkeys(found))


def _name_tag(tag: str) -> Filler:
    return Filler(tag.replace("-", " "), tag)


def _named_tag(text: str, vocabulary: Vocabulary) -> str | None:
    if text in vocabulary:
        return text
    owners = [tag.name for tag in vocabulary.tags if text.casefold() in map(str.casefold, tag.surfaces)]
    return owners[0] if len(owners) == 1 else None


def _check_slots(declared: schema.Declaration, node: YamlNode) -> Iterator[Problem]:
    """Yield a problem for each slot that nothing fills, and for each filling that no template uses."""
    used: set[str] = set()
    for path, text in _template_texts(node):
        for name in slots_in(text):
            used.add(name)
            if name not in declared.fill:
                fix = did_you_mean(name, declared.fill, otherwise=f"Add fill: {{{name}: […]}}.")
                yield Problem(f"nothing fills {{{name}}}.", node.place(path), fix)
    for name in declared.fill:
        if name not in used:
            fix = did_you_mean(name, used, otherwise="Remove it, or put it into a template.")
            yield Problem(f"no template has {{{name}}}.", node.place(("fill", name)), fix)
    swapped = declared.change.swap if declared.change else None
    if swapped is not None and swapped not in declared.fill:
        fix = did_you_mean(swapped, declared.fill, otherwise="Name a slot of fill.")
        yield Problem(f"there is no slot {swapped!r} to swap.", node.place(("change", "swap")), fix)


def _check_slots_for_tags(node: YamlNode, slots: Mapping[str, Sequence[Filler]]) -> Iterator[Problem]:
    """Yield a problem for each slot in the place of a tag that is not there, or whose fillers name no tag."""
    for place, name in _named_tags(node):
        slot = as_slot(name)
        if slot is None:
            continue
        if slot not in slots:
            yield Problem(f"there is no slot {name}.", place, did_you_mean(slot, slots, otherwise="Name a tag."))
        elif tagless := [filler.text for filler in slots[slot] if filler.tag is None]:
            what = f"{name} stands for a tag here, and {tagless[0]!r} names none."
            yield Problem(what, place, "Fill the slot with tags, children, descendants or aliases.")


def _check_tags(node: YamlNode, vocabulary: Vocabulary) -> Iterator[Problem]:
    for place, name in _named_tags(node):
        if name not in vocabulary and as_slot(name) is None:
            yield Problem(f"{name!r} is no tag.", place, vocabulary.explain_unknown(name))


def _check_fields(node: YamlNode, fields: tuple[str, ...]) -> Iterator[Problem]:
    for place, name in _named_fields(node):
        if name not in fields:
            fix = did_you_mean(name, fields, otherwise=f"The fields are {', '.join(fields)}.")
            yield Problem(f"there is no text field {name!r}.", place, fix)


def _named_tags(node: YamlNode) -> Iterator[tuple[Place, str]]:
    """Yield the tags that a declaration names outside `fill`, whatever else is wrong in it."""
    expect = node.value.get("expect")
    named: list[tuple[tuple[str, ...], Any]] = [(("tags",), node.value.get("tags"))]
    named += [(("expect", key), expect.get(key)) for key in EXPECTED_TAGS] if isinstance(expect, dict) else []
    for path, names in named:
        yield from _texts_in(names, path, node)


def _named_fields(node: YamlNode) -> Iterator[tuple[Place, str]]:
    """Yield the text fields that a declaration names, whatever else is wrong in it."""
    for path, _ in _template_texts(node):
        if isinstance(path[-1], str) and path != ("template",):
            yield node.place(path), path[-1]
    change = node.value.get("change")
    if isinstance(change, dict):
        yield from _texts_in(change.get("fields"), ("change", "fields"), node)


def _template_texts(node: YamlNode) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the texts of templates, each with the path that leads to it, which ends with its field if it names one."""
    written = node.value.get("template")
    is_list = isinstance(written, list)
    for i, template in enumerate(written if is_list else [written]):
        at = ("template", i) if is_list else ("template",)
        if isinstance(template, str):
            yield at, template
        elif isinstance(template, dict):
            yield from (((*at, str(field)), text) for field, text in template.items() if isinstance(text, str))


def _texts_in(value: Any, path: tuple[str, ...], node: YamlNode) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield node.place(path), value
    elif isinstance(value, list):
        yield from ((node.place((*path, i)), name) for i, name in enumerate(value) if isinstance(name, str))


def _find_repeats(node: YamlNode) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for i, value in enumerate(node.value):
        name = value.get("id") if isinstance(value, dict) else None
        if not isinstance(name, str):
            continue
        place = node.place((i, "id"))
        if name in first:
            yield Problem(f"the id {name!r} stands twice.", place, f"It is in line {first[name].line} too.")
        first.setdefault(name, place)
