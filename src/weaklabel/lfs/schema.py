"""The YAML language of labeling functions as pydantic models, which check it and from which its JSON Schema is made."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from weaklabel.documents.validation import StrictModel, Text, Texts
from weaklabel.folding import fold
from weaklabel.knowledge_bases import FORMATS, is_knowledge_base
from weaklabel.terms.settings import SynonymScope

PLAIN_TEXT = ".txt"
TARGETS = ("keywords", "regex", "spacy", "lookup", "metadata", "tag")
GROUPS = ("all_of", "any_of", "none_of")
PARTS = [[{"keywords": ["loaf tin"]}, {"regex": r"\bcakes?\b"}]]


def _check_regex(pattern: str) -> str:
    if "\b" in pattern:
        raise ValueError(
            f"{pattern!r} holds a backspace, which YAML makes of \\b in double quotes", r"Use single quotes: '\b'."
        )
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"{pattern!r} is no regular expression: {error}", "Escape special characters with \\."
        ) from None
    return pattern


def _check_keyword(keyword: str) -> str:
    if not fold(keyword).strip():
        raise ValueError(f"{keyword!r} holds nothing but separators", "Remove it.")
    return keyword


def _check_id(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.:/-]+", name):
        raise ValueError(f"{name!r} has other characters than letters, digits and _ . : / -", "Leave them out.")
    return name


def _share_of(what: str) -> AfterValidator:
    """Return what checks that a number is a share, and says of what."""

    def check(share: float) -> float:
        if not 0 <= share <= 1:
            example = f": {share / 100:g} for {share:g} %" if 1 < share <= 100 else ""
            raise ValueError(f"{share:g} is no {what}", f"Write a number from 0 to 1{example}.")
        return share

    return AfterValidator(check)


def _check_count(number: int) -> int:
    if number < 1:
        raise ValueError(f"it is {number}", "Write 1 or more.")
    return number


def _as_path(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


def _as_test(value: Any) -> Any:
    """Read a bare value as what the column must equal, and a list as the values that it may have."""
    if isinstance(value, dict):
        return value
    return {"in": value} if isinstance(value, list) else {"==": value}


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | dict | bool | int | float) else value


def _check_example(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
        return value
    if isinstance(value, bool | int | float | date):
        raise ValueError(f"it is read by YAML as {str(value).lower()}, not as text", "Put it in quotes.")
    raise ValueError(f"{value!r:.40} is no example", "Write a text, or a mapping of columns to values.")


def _as_keywords(value: Any) -> Any:
    return {"keywords": value} if isinstance(value, str | list) else value


Regex = Annotated[Text, AfterValidator(_check_regex)]
Keywords = Annotated[list[Annotated[Text, AfterValidator(_check_keyword)]], *Texts.__metadata__]
Count = Annotated[int, AfterValidator(_check_count)]
Coverage = Annotated[float, Field(strict=False), _share_of("share of records")]
Precision = Annotated[float, Field(strict=False), _share_of("precision (the share of its votes that are right)")]
Scalar = Annotated[str | int | float | bool | date | datetime, Field(union_mode="left_to_right")]


class Concepts(StrictModel):
    """Concepts of a knowledge base (SKOS, OWL, OBO): all of the file, or some concepts and all below them."""

    file: Text
    branch: Texts | None = None
    language: Text | None = None
    synonyms: Annotated[list[SynonymScope], BeforeValidator(_as_list)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Concepts:
        if not is_knowledge_base(self.file):
            what = f"{self.file} is no knowledge base"
            raise ValueError(what, f"Name a file that ends in {', '.join(FORMATS)}.", "file")
        return self


class Lookup(StrictModel):
    """Keywords from a file: one a line, a column of a table (CSV, JSON, …), or the labels of a knowledge base."""

    file: Text
    column: Text | None = None
    branch: Texts | None = None
    language: Text | None = None
    synonyms: Annotated[list[SynonymScope], BeforeValidator(_as_list)] | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Lookup:
        if is_knowledge_base(self.file):
            if self.column is not None:
                raise ValueError("a knowledge base has no columns", "Remove it; branch names a part of it.", "column")
            return self
        if self.column is not None and self.file.lower().endswith(PLAIN_TEXT):
            what = f"{self.file} has a keyword a line, and no columns"
            raise ValueError(what, "Remove it, or name a table (CSV, JSON, …).", "column")
        for name in ("branch", "language", "synonyms"):
            if getattr(self, name) is not None:
                what = f"{self.file} is no knowledge base and has no {name}"
                raise ValueError(what, f"Remove it, or name a file that ends in {', '.join(FORMATS)}.", name)
        return self


class Test(StrictModel):
    """What a column's value must be: all that is given here holds."""

    model_config = ConfigDict(populate_by_name=True)

    equals: Scalar | None = Field(None, alias="==", examples=["a value"])
    differs: Scalar | None = Field(None, alias="!=", examples=["a value"])
    less: Scalar | None = Field(None, alias="<", examples=[10])
    at_most: Scalar | None = Field(None, alias="<=", examples=[10])
    more: Scalar | None = Field(None, alias=">", examples=[10])
    at_least: Scalar | None = Field(None, alias=">=", examples=[10])
    one_of: list[Scalar] | None = Field(None, alias="in", min_length=1, examples=[["a", "b"]])
    not_in: list[Scalar] | None = Field(None, min_length=1, examples=[["a", "b"]])
    contains: Scalar | None = Field(None, examples=["a value"])
    matches: Regex | None = Field(None, examples=[r"^v\d"])
    exists: bool | None = Field(None, examples=[True])


class VotedTag(StrictModel):
    """Another labeling function says "present" for one of these tags, or for relatives of the tags voted on."""

    voted: Texts


class Part(StrictModel):
    """Something to look for, or a group of such parts."""

    keywords: Keywords | None = Field(None, examples=[["loaf tin", "cake tin"]])
    regex: Regex | None = Field(None, examples=[r"\btins?\b"])
    spacy: Any = None  # token patterns; lfs.token_patterns checks them
    pipeline: Text | None = None
    lookup: Annotated[Lookup, BeforeValidator(_as_path, json_schema_input_type=Text | Lookup)] | None = Field(
        None, examples=["words.txt"]
    )
    metadata: dict[Text, Annotated[Test, BeforeValidator(_as_test, json_schema_input_type=Any)]] | None = Field(
        None, examples=[{"stars": {">=": 10}}]
    )
    tag: VotedTag | None = Field(None, examples=[{"voted": ["a-tag"]}])
    all_of: list[Part] | None = Field(None, min_length=1, examples=PARTS)
    any_of: list[Part] | None = Field(None, min_length=1, examples=PARTS)
    none_of: list[Part] | None = Field(None, min_length=1, examples=PARTS)
    fields: Texts | None = Field(None, examples=[["title"]])
    case: bool | None = Field(None, examples=[True])
    min_count: Count | None = Field(None, examples=[2])
    within: Count | None = Field(None, examples=[5])

    @model_validator(mode="after")
    def _one_of(self) -> Part:
        given = [name for name in (*TARGETS, *GROUPS) if getattr(self, name) is not None]
        if not given:
            raise ValueError(f"it has none of {_listed(TARGETS)}", "Give one of them.")
        if len(given) > 1:
            raise ValueError(f"it has {_listed(given)}", "Give one of them here, and join several by all_of or any_of.")
        if self.pipeline is not None and self.spacy is None:
            raise ValueError("it has a pipeline, which only spacy patterns use", "Remove it.")
        if self.within is not None and self.all_of is None:
            raise ValueError("it has within, which only all_of uses", "Write all_of, with the parts that stand near.")
        is_text = given[0] in {"keywords", "regex", "spacy", "lookup"}
        if self.min_count is not None and not is_text:
            raise ValueError(f"it has min_count, which {given[0]} does not use", "Give it to the parts.")
        return self


class Unless(StrictModel):
    """What silences the labeling function: keywords, a regular expression, or both."""

    keywords: Keywords | None = Field(None, examples=[["loaf tin", "cake tin"]])
    regex: Regex | None = Field(None, examples=[r"\btins?\b"])

    @model_validator(mode="after")
    def _some(self) -> Unless:
        if self.keywords is None and self.regex is None:
            raise ValueError("it has neither keywords nor regex", "Give one of them, or both.")
        return self


Unlesses = Annotated[Unless, BeforeValidator(_as_keywords, json_schema_input_type=Texts | Unless)]
"""A list of keywords stands for a mapping with that list."""
AnExample = Annotated[
    Any, AfterValidator(_check_example), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
]
ExampleList = Annotated[list[AnExample], Field(min_length=1), BeforeValidator(_as_list)]


class Examples(StrictModel):
    """Texts, or records as mappings of columns to values, to test the labeling function on."""

    match: ExampleList | None = Field(None, examples=[["a text that it matches"]])
    no_match: ExampleList | None = Field(None, examples=[["a text that it does not match"]])


class Expect(StrictModel):
    """What `weaklabel lf check` holds the labeling function to, on the project's records."""

    coverage: Annotated[list[Coverage], Field(min_length=2, max_length=2)] | None = Field(
        None, description="the least and the greatest share of records on which it votes", examples=[[0.02, 0.1]]
    )
    precision: Precision | None = Field(None, description="the least share of its votes that are right", examples=[0.9])

    @model_validator(mode="after")
    def _ordered(self) -> Expect:
        if self.coverage and self.coverage[0] > self.coverage[1]:
            raise ValueError("coverage has its smaller number last", "Write [least, greatest].")
        if self.coverage is None and self.precision is None:
            raise ValueError("it has neither coverage nor precision", "Give one of them, or both.")
        return self


class ForEach(StrictModel):
    """A labeling function for each of some tags, aliases or concepts; names take the place of {tag} and others."""

    tags: Texts | None = None
    children: Texts | None = None
    descendants: Texts | None = None
    aliases: Texts | None = None
    concepts: Annotated[Concepts, BeforeValidator(_as_path, json_schema_input_type=Text | Concepts)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> ForEach:
        given = [name for name, value in self if value is not None]
        if len(given) != 1:
            what = f"it has {_listed(given)}" if given else f"it has none of {_listed([name for name, _ in self])}"
            raise ValueError(what, "Give one of them.")
        return self


class Declaration(StrictModel):
    """One labeling function as YAML declares it."""

    id: Annotated[Text, AfterValidator(_check_id)] = Field(examples=["compares_tins"])
    description: str = Field("", examples=["Tins are compared."])
    tags: Texts = Field(examples=[["baking"]])
    polarity: Literal["present", "absent"] = "present"
    match: Part | None = Field(None, examples=[{"keywords": ["loaf tin", "cake tin"]}])
    all_of: list[Part] | None = Field(None, min_length=1, examples=PARTS)
    any_of: list[Part] | None = Field(None, min_length=1, examples=PARTS)
    none_of: list[Part] | None = Field(None, min_length=1, examples=PARTS)
    within: Count | None = Field(None, examples=[5])
    min_count: Count | None = Field(None, examples=[2])
    fields: Texts | None = Field(None, examples=[["title"]])
    case: bool = Field(False, examples=[True])
    unless: Unlesses | None = Field(None, examples=[["paint"]])
    examples: Examples = Field(
        Examples(), examples=[{"match": ["a text that it matches"], "no_match": ["a text that it does not match"]}]
    )
    expect: Expect | None = Field(None, examples=[{"coverage": [0.02, 0.1], "precision": 0.9}])
    group: Text | None = Field(None, examples=["tins"])
    for_each: ForEach | None = Field(None, examples=[{"children": ["a-tag"]}])

    @model_validator(mode="after")
    def _something(self) -> Declaration:
        if self.match is None and not self.all_of and not self.any_of:
            raise ValueError("it has none of match, all_of and any_of", "Say what to look for.")
        if self.min_count is not None and self.match is None:
            raise ValueError("it has min_count without match", "Give it to the parts.", "min_count")
        n_parts = bool(self.match) + len(self.all_of or ()) + bool(self.any_of)
        if self.within is not None and n_parts < 2:
            raise ValueError("it has within, but only one part", "Add the other parts under all_of.", "within")
        return self


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
