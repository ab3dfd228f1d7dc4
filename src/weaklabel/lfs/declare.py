"""Labeling functions declared in YAML: a list of them a file, checked as a whole, with a line for every problem."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, model_validator

from weaklabel.documents import Document, YamlNode, read_yaml
from weaklabel.documents.validation import StrictModel, Text, Texts, validate
from weaklabel.errors import LabelingFunctionError, Place, Problem, did_you_mean
from weaklabel.folding import fold
from weaklabel.lfs.token_patterns import TokenPatterns, read_token_patterns
from weaklabel.terms import (
    ABSENT,
    PRESENT,
    Examples,
    LabelingFunction,
    PatternLF,
    PhraseLF,
    TokenPatternLF,
    Unless,
    Vocabulary,
)


def _check_regex(pattern: str) -> str:
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


Regex = Annotated[Text, AfterValidator(_check_regex)]
Keywords = Annotated[list[Annotated[Text, AfterValidator(_check_keyword)]], *Texts.__metadata__]


class Match(StrictModel):
    """What to look for: keywords (phrases, matched as weaklabel matches aliases), a regular expression, or spaCy's."""

    keywords: Keywords | None = None
    regex: Regex | None = None
    spacy: Any = None  # token patterns; lfs.token_patterns checks them
    pipeline: Text | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Match:
        given = [name for name in ("keywords", "regex", "spacy") if getattr(self, name) is not None]
        if not given:
            raise ValueError("it has none of keywords, regex and spacy", "Give one of them.")
        if len(given) > 1:
            count = "two" if len(given) == 2 else "three"
            raise ValueError(f"it has both {' and '.join(given)}", f"Make {count} labeling functions of it.")
        if self.pipeline is not None and self.spacy is None:
            raise ValueError("it has a pipeline, which only spacy patterns use", "Remove it.")
        return self


class UnlessDeclaration(StrictModel):
    """What silences the labeling function: keywords, a regular expression, or both."""

    keywords: Keywords | None = None
    regex: Regex | None = None

    @model_validator(mode="after")
    def _some(self) -> UnlessDeclaration:
        if self.keywords is None and self.regex is None:
            raise ValueError("it has neither keywords nor regex", "Give one of them, or both.")
        return self


def _as_keywords(value: Any) -> Any:
    return {"keywords": value} if isinstance(value, str | list) else value


Unlesses = Annotated[UnlessDeclaration, BeforeValidator(_as_keywords, json_schema_input_type=Texts | UnlessDeclaration)]
"""A list of keywords stands for a mapping with that list."""


class ExamplesDeclaration(StrictModel):
    """Texts to test the labeling function on."""

    match: Texts | None = None
    no_match: Texts | None = None


class Declaration(StrictModel):
    """One labeling function as YAML declares it."""

    id: Annotated[Text, AfterValidator(_check_id)]
    description: str = ""
    tags: Texts
    polarity: Literal["present", "absent"] = "present"
    match: Match
    fields: Texts | None = None
    case: bool = False
    unless: Unlesses | None = None
    examples: ExamplesDeclaration = ExamplesDeclaration()


def declare_lfs(
    document: Document, vocabulary: Vocabulary, fields: tuple[str, ...]
) -> tuple[list[LabelingFunction], list[Problem]]:
    """Read the labeling functions of a YAML file.

    Parameters
    ----------
    document
        The file: a list of declarations, or a single one.
    vocabulary, fields
        The tags and the text fields that declarations may name.

    Returns
    -------
    lfs, problems
        The labeling functions that are right, and every problem of the others, with line and column.
    """
    problems: list[Problem] = []
    try:
        root = read_yaml(document, LabelingFunctionError)
    except LabelingFunctionError as error:
        return [], list(error.problems)
    if root.value is None:
        return [], []
    if not isinstance(root.value, list | dict):
        what = "the file holds no list of labeling functions."
        return [], [Problem(what, root.place(), "Write - id: … for each of them.")]
    nodes = [root.at(i) for i in range(len(root.value))] if isinstance(root.value, list) else [root]
    found = [_declare(node, vocabulary, fields, problems) for node in nodes]
    return [lf for lf in found if lf is not None], sorted(problems, key=lambda problem: problem.place or Place(""))


def _declare(
    node: YamlNode, vocabulary: Vocabulary, fields: tuple[str, ...], problems: list[Problem]
) -> LabelingFunction | None:
    if not isinstance(node.value, dict):
        problems.append(Problem(f"{node.value!r} is no labeling function.", node.place(), "Write id, tags and match."))
        return None
    before = len(problems)
    declared = validate(Declaration, node, problems)
    for place, name in _names_in(node, "tags"):
        if name not in vocabulary:
            problems.append(Problem(f"{name!r} is no tag.", place, vocabulary.explain_unknown(name)))
    for place, name in _names_in(node, "fields"):
        if name not in fields:
            fix = did_you_mean(name, fields, otherwise=f"The text fields are {', '.join(fields)}.")
            problems.append(Problem(f"{name!r} is no text field.", place, fix))
    match = node.value.get("match")
    is_spacy = isinstance(match, dict) and match.get("spacy") is not None
    if is_spacy and "case" in node.value:
        what = "case has no meaning for token patterns."
        problems.append(Problem(what, node.place(("case",)), "Remove it: LOWER ignores case, ORTH keeps it."))
    patterns = read_token_patterns(node, problems) if is_spacy else None
    if declared is None or len(problems) > before:
        return None
    return _build(declared, node, fields, patterns)


def _names_in(node: YamlNode, key: str) -> Iterator[tuple[Place, str]]:
    value = node.value.get(key)
    for i, name in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(name, str) and name:
            yield node.place((key, i)), name


def _build(
    declared: Declaration, node: YamlNode, fields: tuple[str, ...], patterns: TokenPatterns | None
) -> LabelingFunction:
    unless = declared.unless
    unmeant: Any = {"id": True, "description": True, "examples": True, "match": {"spacy", "pipeline"}}
    meaning = declared.model_dump(exclude=unmeant)
    read_fields = tuple(declared.fields or fields)
    deciding = [meaning, read_fields, *([patterns.patterns, patterns.identity] if patterns else [])]
    common = {
        "id": declared.id,
        "tags": tuple(dict.fromkeys(declared.tags)),
        "polarity": PRESENT if declared.polarity == "present" else ABSENT,
        "origin": "yaml",
        "description": declared.description,
        "definition": json.dumps(deciding, ensure_ascii=False, sort_keys=True),
        "place": node.place(),
        "examples": Examples(tuple(declared.examples.match or ()), tuple(declared.examples.no_match or ())),
        "fields": read_fields,
        "unless": Unless(tuple(unless.keywords or ()), unless.regex) if unless else Unless(),
    }
    if patterns is not None:
        return TokenPatternLF(family="spacy", patterns=patterns.patterns, pipeline=patterns.pipeline, **common)  # type: ignore[arg-type]
    common["keep_case"] = declared.case
    if declared.match.regex is not None:
        return PatternLF(family="regex", pattern=declared.match.regex, **common)  # type: ignore[arg-type]
    return PhraseLF(family="keyword", phrases=tuple(declared.match.keywords or ()), **common)  # type: ignore[arg-type]
