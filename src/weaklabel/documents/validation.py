"""Check a YAML value against a pydantic model, and turn what pydantic says into problems with a place and a fix."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from weaklabel.documents.forms import find_form, known_keys, model_at
from weaklabel.documents.yaml_nodes import YamlNode
from weaklabel.errors import Problem, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]


class StrictModel(BaseModel):
    """A model that takes no unknown key and converts no type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | bool | int | float) else value


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1), BeforeValidator(_listed, json_schema_input_type=Text | list[Text])]
"""One text or a list of them. Not a union for pydantic, which would report a mistake once for each member."""


def validate(model: type[Model], node: YamlNode, problems: list[Problem]) -> Model | None:
    """Return the checked value, or None with every violation added to `problems`."""
    try:
        return model.model_validate(node.value)
    except ValidationError as failure:
        found = [_describe(model, node, error) for error in failure.errors(include_url=False)]
        problems.extend(_join_alternatives(found))
        return None


def _join_alternatives(problems: list[Problem]) -> list[Problem]:
    """Make one problem of those that pydantic finds with one value that may be of several types."""
    joined: dict[Any, Problem] = {}
    for problem in problems:
        value, is_of_type, expected = problem.what.partition("; it should be ")
        key = (value, problem.place) if is_of_type else problem
        if is_of_type and key in joined:
            first = joined[key]
            problem = replace(first, what=f"{first.what.removesuffix('.')} or {expected}")
        joined[key] = problem
    return list(joined.values())


def _describe(model: type[BaseModel], node: YamlNode, error: Any) -> Problem:
    location = _within(node.value, error["loc"])
    place, kind = node.place(location), error["type"]
    own = str(node.path[-1]) if node.path else "the file"
    key = ".".join(map(str, location)) or own
    if kind == "extra_forbidden":
        inside = model_at(model, location[:-1])
        known = known_keys(inside) if inside else []
        fix = did_you_mean(str(location[-1]), known) or f"The keys here are {', '.join(known)}."
        return Problem(f"the key {location[-1]!r} is not known.", place, fix)
    if kind == "missing":
        missing = error["loc"][-1]
        return Problem(f"the key {missing!r} is missing.", node.place(location[:-1]), f"Add {missing}: …")
    if kind == "literal_error":
        allowed = [part.strip("'") for part in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        near = did_you_mean(str(error["input"]), allowed)
        fix = " ".join(filter(None, (near, f"Write one of {', '.join(allowed)}.")))
        return Problem(f"{key} is {error['input']!r}, which is not known.", place, fix)
    value = error["input"]
    if kind == "string_type" and isinstance(value, bool | int | float | date):
        shown = str(value).lower()
        fix = (
            "Put it in quotes." if isinstance(value, bool) else f'Put it in quotes: "{shown}".'
        )  # it may have been `no`
        return Problem(f"{key} is read by YAML as {shown}, not as text.", place, fix)
    if value is None:
        return Problem(f"{key} is empty.", place, "Indent what belongs to it below it, or remove it.")
    if kind == "invalid_key":
        return Problem(
            f"the key {value!r} is read by YAML as {_name_type(value)}.", place, f'Put it in quotes: "{value}".'
        )
    if kind == "value_error":
        # A validator raises ValueError(what), ValueError(what, fix), or ValueError(what, fix, key at fault).
        what, fix, *at_fault = (*error["ctx"]["error"].args, "")[: max(2, len(error["ctx"]["error"].args))]
        place = node.place((*location, *at_fault))
        return Problem(f"{key}: {what}." if location else f"{what}.", place, fix)
    form = find_form(model, location, kind, own)
    return Problem(f"{key} is {_shorten(value)}; it should be {_expect(error)}.", place, str(form))


def _expect(error: Any) -> str:
    """Say what a value should be."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "too_short" and context["min_length"] > 1:
        return f"a list with {context['min_length']} entries"
    if kind == "too_long":
        return f"a list with at most {context['max_length']} entries"
    said = str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    return _EXPECTED.get(kind) or said.partition(", unable")[0]


_EXPECTED = {
    "string_type": "a text",
    "list_type": "a list",
    "model_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "float_type": "a number",
    "float_parsing": "a number",
    "date_type": "a date",
    "datetime_type": "a time",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "too_short": "a list with at least one entry",
    "string_too_short": "a text that is not empty",
}


def _name_type(value: Any) -> str:
    return "a number" if isinstance(value, int | float) else f"a {type(value).__name__}"


def _within(value: Any, location: Location) -> Location:
    """Keep the steps of pydantic's location that lead through the value as it is written."""
    steps: list[str | int] = []
    for i, step in enumerate(location):
        if isinstance(value, dict) and (step in value or i == len(location) - 1):
            value, step = value.get(step), str(step)  # places are found by the key as text
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
