"""The `checks:` of a slices file as pydantic models, which check each declaration by itself."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from weaklabel.behaviour.check import Kind, LetterCase
from weaklabel.documents.validation import StrictModel, Text, Texts

CHANGES = ("swap", "replace", "append", "prepend", "typos", "case")
SOURCES = ("texts", "tags", "children", "descendants", "aliases")


def _check_id(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.:/-]+", name):
        raise ValueError(f"{name!r} has other characters than letters, digits and _ . : / -", "Leave them out.")
    return name


def _check_share(share: float) -> float:
    if not 0 <= share <= 1:
        raise ValueError(f"it is {share:g}", "Write a number from 0 to 1.")
    return share


def _check_count(number: int) -> int:
    if number < 1:
        raise ValueError(f"it is {number}", "Write 1 or more.")
    return number


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _as_filling(value: Any) -> Any:
    return {"texts": value} if isinstance(value, str | list) else value


def _as_expect(value: Any) -> Any:
    return {} if value == "same" else value


def _check_template(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, dict) and value and all(isinstance(part, str) for pair in value.items() for part in pair):
        return value
    raise ValueError(f"{value!r:.40} is no template", "Write a text, or a mapping of fields to texts.")


Count = Annotated[int, AfterValidator(_check_count)]
Share = Annotated[float, Field(strict=False), AfterValidator(_check_share)]
Template = Annotated[
    Any, AfterValidator(_check_template), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
]
Templates = Annotated[
    list[Template],
    Field(min_length=1),
    BeforeValidator(_as_list, json_schema_input_type=Template | list[Template]),
]


class Filling(StrictModel):
    """What may fill a slot: texts, or names of tags (hyphens as spaces), of tags below some, or aliases."""

    texts: Texts | None = None
    tags: Texts | None = None
    children: Texts | None = None
    descendants: Texts | None = None
    aliases: Texts | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Filling:
        _require_one(self, SOURCES)
        return self


class ChangeDeclaration(StrictModel):
    """What is done to each text, and in which fields."""

    swap: Text | None = None
    replace: Annotated[dict[Text, str], Field(min_length=1)] | None = None
    append: Texts | None = None
    prepend: Texts | None = None
    typos: Count | None = None
    case: LetterCase | None = None
    fields: Texts | None = None

    @model_validator(mode="after")
    def _one_of(self) -> ChangeDeclaration:
        _require_one(self, CHANGES, "Give one of them, and make another check for another change.")
        if self.swap is not None and self.fields is not None:
            raise ValueError("it has fields, which swap does not use", "Remove it.", "fields")
        return self


class Expect(StrictModel):
    """What the answers must do."""

    present: Texts | None = None
    absent: Texts | None = None
    rises: Texts | None = None
    falls: Texts | None = None
    by: Share | None = None
    within: Share | None = None


class Declaration(StrictModel):
    """One behavioural check as YAML declares it."""

    id: Annotated[Text, AfterValidator(_check_id)]
    description: str = ""
    kind: Kind
    template: Templates | None = None
    records: Count | None = None
    fill: dict[Text, Annotated[Filling, BeforeValidator(_as_filling, json_schema_input_type=Texts | Filling)]] = Field(
        default_factory=dict
    )
    change: ChangeDeclaration | None = None
    tags: Texts | None = None
    expect: Annotated[Expect, BeforeValidator(_as_expect, json_schema_input_type=Literal["same"] | Expect)] = Expect()
    max_failures: Share = 0.0
    max_cases: Count = 200

    @model_validator(mode="after")
    def _fits(self) -> Declaration:
        if (self.template is None) == (self.records is None):
            has = "both template and records" if self.template else "neither template nor records"
            raise ValueError(f"it has {has}", "Give one of them: texts to fill, or a number of records.")
        if self.records is not None and self.fill:
            raise ValueError("it has fill, which only templates use", "Remove it.", "fill")
        if self.kind == "minimum_functionality":
            self._fits_one_answer()
        else:
            self._fits_two_answers()
        return self

    def _fits_one_answer(self) -> None:
        if self.change is not None:
            raise ValueError("minimum_functionality looks at one answer, not at a change", "Remove it.", "change")
        if self.template is None:
            raise ValueError("minimum_functionality needs a template", "Give one in the place of records.", "records")
        self._allows_only("present", "absent")
        if not (self.expect.present or self.expect.absent):
            raise ValueError("it expects nothing", "Write expect: {present: […]} or {absent: […]}.")

    def _fits_two_answers(self) -> None:
        if self.change is None:
            raise ValueError(f"{self.kind} needs a change", f"Add change: with one of {', '.join(CHANGES)}.")
        if self.change.swap is not None and self.template is None:
            raise ValueError("swap needs a template with slots", "Use another change for records.", "change")
        if self.kind == "invariance":
            self._allows_only("within")
            return
        self._allows_only("rises", "falls", "by")
        if not (self.expect.rises or self.expect.falls):
            raise ValueError("it expects no direction", "Write expect: {rises: TAG} or {falls: TAG}.")

    def _allows_only(self, *names: str) -> None:
        for name, value in self.expect:
            if value is not None and name not in names:
                allowed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
                raise ValueError(f"{self.kind} does not use {name}", f"It uses {allowed}.", "expect", name)
        if self.tags is not None and self.kind != "invariance":
            raise ValueError(f"{self.kind} looks at the tags in expect alone", "Remove it.", "tags")


def _require_one(model: StrictModel, names: tuple[str, ...], fix: str = "Give one of them.") -> None:
    given = [name for name in names if getattr(model, name) is not None]
    if len(given) != 1:
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        raise ValueError(f"it has {' and '.join(given)}" if given else f"it has none of {listed}", fix)
