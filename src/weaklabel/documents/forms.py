"""The right form of a key, to be shown where a value has another one: from the models that check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_args

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

PLAIN = {
    "string_type": "a text",
    "string_too_short": "a text",
    "list_type": "[…, …]",
    "too_short": "[…, …]",
    "too_long": "[…, …]",
    "dict_type": "{…: …}",
    "bool_type": "true",
    "int_type": "1",
    "int_parsing": "1",
    "float_type": "10",
    "float_parsing": "10",
}
"""What to write instead, by what pydantic says is wrong, where a key has no example of its own."""


class Form(NamedTuple):
    """How to write a key: the key, an example of its value, and what the example means (or nothing)."""

    key: str
    example: str
    meaning: str

    def __str__(self) -> str:
        return f"Write {self.key}: {self.example}{f', {self.meaning}' if self.meaning else ''}."


def find_form(model: type[BaseModel], location: Sequence[str | int], kind: str, key: str) -> Form:
    """Return the form of the innermost key at a location.

    Parameters
    ----------
    model, location
        The model that was checked, and the keys and positions that lead to the value at fault.
    kind
        What pydantic says is wrong with it.
    key
        What to call the value where no key leads to it.
    """
    name, field = [(key, None), *_fields_on(model, location)][-1]
    if field and field.examples:
        return Form(name, _flow(field.examples[0]), field.description or "")
    if field and isinstance(field.default, str | int | float):
        return Form(name, _flow(field.default), "")
    inner = model_at(model, location)
    example = f"{{{known_keys(inner)[0]}: …}}" if kind == "model_type" and inner else PLAIN.get(kind, "…")
    return Form(name, example, "")


def known_keys(model: type[BaseModel]) -> list[str]:
    """Return the keys that a model takes."""
    return [field.alias or name for name, field in model.model_fields.items()]


def model_at(model: type[BaseModel], location: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model that stands at a location inside another; None where none does."""
    current: type[BaseModel] | None = model
    for step in location:
        field = _field_of(current, step) if current else None
        current = model_in(field.annotation) if field else current
    return current


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the first model in an annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)


def _fields_on(model: type[BaseModel], location: Sequence[str | int]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the keys that lead to a location; positions, and keys that anyone may choose, are none."""
    current: type[BaseModel] | None = model
    for step in location:
        field = _field_of(current, step) if current else None
        if field is not None:
            yield str(step), field
            current = model_in(field.annotation)


def _field_of(model: type[BaseModel], step: str | int) -> FieldInfo | None:
    return next((field for name, field in model.model_fields.items() if step in {name, field.alias}), None)


def _flow(value: Any) -> str:
    """Return a value as YAML in one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000)
    return text.strip().removesuffix("...").rstrip()
