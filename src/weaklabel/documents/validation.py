"""Check a YAML value against a pydantic model, and turn what pydantic says into problems with a place and a fix."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

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
        problems.extend(_describe(model, node, error) for error in failure.errors(include_url=False))
        return None


def _describe(model: type[BaseModel], node: YamlNode, error: Any) -> Problem:
    location = _within(node.value, error["loc"])
    place, kind = node.place(location), error["type"]
    key = ".".join(str(step) for step in location) or "the file"
    if kind == "extra_forbidden":
        known = _known_keys(model, location[:-1])
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
    if kind in {"string_type", "list_type", "model_type"} and isinstance(value, bool | int | float | date):
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
    expected = _EXPECTED.get(kind) or error["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    example = _EXAMPLES.get(kind)
    fix = f"Write {location[-1]}: {example}." if example and isinstance(location[-1], str) else "Write another value."
    return Problem(f"{key} is {_shorten(value)}; it should be {expected}.", place, fix)


_EXAMPLES = {
    "string_type": "a text",
    "list_type": "[…, …]",
    "bool_type": "true",
    "int_type": "0",
    "float_type": "10",
}
_EXPECTED = {
    "string_type": "a text",
    "list_type": "a list",
    "model_type": "a mapping of keys to values",
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


def _known_keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys of the model that stands at `location` inside `model`."""
    current: Any = model
    for step in location:
        field = current.model_fields.get(step)  # None for a position, and for a key that anyone may choose
        current = _model_in(field.annotation) if field else current
        if current is None:
            return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
