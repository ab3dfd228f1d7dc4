"""`match.spacy` in YAML: token patterns, checked by spaCy, and for what would never match."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from weaklabel.documents import YamlNode
from weaklabel.errors import LabelingFunctionError, Problem, did_you_mean
from weaklabel.terms.spacy_pipeline import (
    BLANK,
    EXTENSION,
    attributes_of,
    identify_pipeline,
    is_retokenizing,
    load_pipeline,
    missing_attributes,
)

if TYPE_CHECKING:
    from spacy.language import Language

MAX_REPEATS = 1000

# fmt: off
_ATTRIBUTES = (
    "ORTH", "TEXT", "LOWER", "NORM", "SHAPE", "LENGTH", "SPACY", "LEMMA", "POS", "TAG", "MORPH", "DEP",
    "ENT_TYPE", "ENT_IOB", "ENT_ID", "ENT_KB_ID", "IS_ALPHA", "IS_ASCII", "IS_DIGIT", "IS_LOWER", "IS_UPPER",
    "IS_TITLE", "IS_PUNCT", "IS_SPACE", "IS_STOP", "IS_BRACKET", "IS_QUOTE", "IS_LEFT_PUNCT", "IS_RIGHT_PUNCT",
    "IS_CURRENCY", "IS_SENT_START", "LIKE_NUM", "LIKE_URL", "LIKE_EMAIL", "OP", "_",
)
_PREDICATES = (
    "IN", "NOT_IN", "REGEX", "IS_SUBSET", "IS_SUPERSET", "INTERSECTS", "FUZZY", "==", "!=", ">=", "<=", ">", "<",
)
# fmt: on
_OPERATORS = 'Write one of "!", "?", "+", "*", "{n}", "{n,m}", "{n,}", "{,m}", in quotes.'

Steps = tuple[str | int, ...]


class TokenPatterns(NamedTuple):
    """Checked patterns as JSON with sorted keys, their pipeline's name or path, and what its tokens depend on."""

    patterns: str
    pipeline: str
    identity: str


class _Part(NamedTuple):
    """A mistake in the part at `path` of a pattern."""

    path: Steps
    what: str
    fix: str


def read_token_patterns(node: YamlNode, problems: list[Problem]) -> TokenPatterns | None:
    """Read and check the `spacy` of a part of a declaration.

    Parameters
    ----------
    node
        The part.
    problems
        Where every mistake goes.

    Returns
    -------
    TokenPatterns or None
        None where there is a mistake.
    """
    value, before = node.value["spacy"], len(problems)
    own = ".".join(map(str, (*node.path, "spacy")))
    patterns = _split(value)
    if patterns is None:
        what = f"{own} is {_shorten(value)}; it should be a list of patterns, each a list of tokens."
        problems.append(Problem(what, node.place(("spacy",)), "Write - [{LOWER: …}, {LOWER: …}] for each."))
        return None
    name = _locate(node)
    if name is None:
        return None
    try:
        nlp = load_pipeline(name)
    except LabelingFunctionError as error:
        place = node.place(("pipeline",) if "pipeline" in node.value else ("spacy",))
        problems.extend(Problem(problem.what, place, problem.fix) for problem in error.problems)
        return None
    for root, pattern in patterns:
        for part in _check(pattern, nlp, name):
            path = (*root, *part.path)
            label = ".".join(map(str, (*node.path, *path))) + ": " if part.path or len(patterns) > 1 else f"{own}: "
            problems.append(Problem(label + part.what, node.place(path), part.fix))
    if len(problems) > before:
        return None
    text = json.dumps([pattern for _, pattern in patterns], ensure_ascii=False, sort_keys=True)
    return TokenPatterns(text, name, identify_pipeline(name))


def _split(value: Any) -> list[tuple[Steps, Any]] | None:
    """Return each pattern with where it stands; one pattern, a list of tokens, needs no list around it."""
    root: Steps = ("spacy",)
    if not isinstance(value, list) or not value:
        return None
    if any(isinstance(item, dict) for item in value):
        return [(root, value)]
    return [((*root, i), pattern) for i, pattern in enumerate(value)]


def _locate(node: YamlNode) -> str | None:
    """Return the pipeline's name, None where it is no name; a path begins at the folder of the file it stands in."""
    name = node.value.get("pipeline", BLANK)
    if not isinstance(name, str) or not name:
        return None  # the declaration's model reports it
    path = Path(node.place().path).parent / name
    is_path = os.sep in name or "/" in name or (path / "config.cfg").is_file()
    return str(path.resolve()) if is_path else name


def _check(pattern: Any, nlp: Language, pipeline: str) -> Iterator[_Part]:
    """Yield what is wrong with one pattern: first in its form, and if nothing is, in what it means."""
    form = list(_check_form(pattern))
    yield from form
    if not form:
        yield from _check_meaning(pattern, nlp, pipeline)


def _check_form(pattern: Any) -> Iterator[_Part]:
    if not isinstance(pattern, list):
        yield _Part((), f"it is {_shorten(pattern)}; it should be a list of tokens.", "Write [{LOWER: …}, {LOWER: …}].")
        return
    if not pattern:
        yield _Part((), "it is empty.", "Give it at least one token, such as {LOWER: …}; {} is any token.")
        return
    odd = list(_check_keys(pattern, ()))
    yield from odd or _check_schema(pattern)


def _check_keys(value: Any, path: Steps) -> Iterator[_Part]:
    for key in value if isinstance(value, dict) else ():
        if not isinstance(key, str):
            yield _Part((*path, str(key)), f"the key {key!r} is not known.", f'Put it in quotes: "{key}".')
    for step, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _check_keys(item, (*path, step))


def _check_schema(pattern: list[Any]) -> Iterator[_Part]:
    """Let spaCy check keys and types; it says "[pattern -> 0 -> LOWER -> str] Input should be …", once a type."""
    from spacy.schemas import validate_token_pattern

    messages: dict[Steps, list[str]] = defaultdict(list)
    for line in validate_token_pattern(pattern):
        location, _, message = line.partition("] ")
        messages[_within(pattern, location.lstrip("[").split(" -> ")[1:])].append(message)
    for path in messages:
        if not any(other != path and other[: len(path)] == path for other in messages):
            yield _Part(path, *_explain(pattern, path, " ".join(messages[path])))


def _within(value: Any, steps: list[str]) -> Steps:
    """Keep the steps that lead through the pattern as it is written, without the names of spaCy's types."""
    path: list[str | int] = []
    for step in steps:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            path.append(int(step))
        elif isinstance(value, dict) and (keys := [key for key in value if key.upper() == step.upper()]):
            path.append(keys[0])
        else:
            continue
        value = value[path[-1]]
    return tuple(path)


def _explain(pattern: Any, path: Steps, message: str) -> tuple[str, str]:
    """Return what is wrong with the part at `path`, and how to mend it."""
    value = pattern
    for step in path:
        value = value[step]
    last = str(path[-1])
    if "not permitted" in message:
        known = _ATTRIBUTES if len(path) == 2 else _PREDICATES
        fix = did_you_mean(last.upper(), known, otherwise=f"The keys here are {', '.join(known)}.")
        return f"the key {last!r} is not known.", fix
    if last.upper() == "OP":
        return f"{_shorten(value)} is no operator.", _OPERATORS
    if value is None:
        return "it is empty.", 'Give it a value; a word that YAML reads as nothing, such as null, needs quotes: "null".'
    if "valid string" in message and not isinstance(value, str | list | dict):
        shown = str(value).lower()
        fix = "Put it in quotes." if isinstance(value, bool) else f'Put it in quotes: "{shown}".'
        return f"it is read by YAML as {shown}, not as text.", fix
    expected = next((text for sign, text in _EXPECTED.items() if sign in message), message)
    return f"it is {_shorten(value)}; it should be {expected}.", ""


_EXPECTED = {
    "valid boolean": "true or false",
    "valid integer": 'a whole number or a comparison such as {">=": 3}',
    "valid string": "a text or a mapping such as {IN: […]}",
    "valid list": "a list",
    "valid dictionary": "a mapping of attributes to values",
}


def _check_meaning(pattern: list[dict[str, Any]], nlp: Language, pipeline: str) -> Iterator[_Part]:
    found = [part for i, token in enumerate(pattern) for part in _check_token(token, i, nlp, pipeline)]
    yield from found or _check_with_matcher(pattern, nlp)


def _check_with_matcher(pattern: list[dict[str, Any]], nlp: Language) -> Iterator[_Part]:
    from spacy.matcher import Matcher

    try:
        Matcher(nlp.vocab, validate=True).add("pattern", [pattern])
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, re.error) as error:
        yield _Part((), f"spaCy does not take this pattern: {str(error).splitlines()[0]}", "")


def _check_token(token: dict[str, Any], i: int, nlp: Language, pipeline: str) -> Iterator[_Part]:
    missing = missing_attributes(nlp, attributes_of([[token]]))
    for key, value in token.items():
        attribute, path = key.upper(), (i, key)
        if attribute == "OP":
            yield from _check_operator(value, path)
        elif attribute == EXTENSION:
            yield from _check_extensions(value, path)
        elif attributes_of([[{key: None}]]) & missing:
            what = f"the pipeline {pipeline!r} sets no {attribute}, so it would never match."
            yield _Part(path, what, "Name one that does, such as pipeline: en_core_web_sm, or look for LOWER or ORTH.")
        elif value == {}:
            yield _Part(path, "it is an empty mapping, which matches every token.", "Give a value, or remove it.")
        else:
            yield from _check_regexes(value, path, is_regex=False)
            if token.get("OP", token.get("op")) != "!":
                yield from _check_values(attribute, value, path, nlp)


def _check_operator(operator: str, path: Steps) -> Iterator[_Part]:
    numbers = [int(number) for number in re.findall(r"\d+", operator)]
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        yield _Part(path, f"{operator!r} has its smaller number last.", f'Write "{{{numbers[1]},{numbers[0]}}}".')
    elif numbers and max(numbers) == 0 and not operator.endswith(",}"):
        yield _Part(path, f"{operator!r} repeats the token zero times.", "Remove the token.")
    elif numbers and max(numbers) > MAX_REPEATS:
        yield _Part(path, f"{operator!r} repeats the token more than {MAX_REPEATS:,} times.", 'Write "+" or "*".')


def _check_extensions(named: dict[str, Any], path: Steps) -> Iterator[_Part]:
    from spacy.tokens import Token
    from spacy.tokens.underscore import Underscore

    for name in named:
        if not Token.has_extension(name):
            near = did_you_mean(name, sorted(Underscore.token_extensions))
            fix = "The pipeline's package has to call Token.set_extension for it."
            yield _Part((*path, name), f"there is no token extension {name!r}.", near or fix)


def _check_regexes(value: Any, path: Steps, *, is_regex: bool) -> Iterator[_Part]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _check_regexes(item, (*path, key), is_regex=is_regex or key.upper() == "REGEX")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _check_regexes(item, (*path, i), is_regex=is_regex)
    elif is_regex and isinstance(value, str):
        try:
            re.compile(value)
        except re.error as error:
            what = f"{value!r} is no regular expression: {error}."
            yield _Part(path, what, "Escape special characters with \\.")


def _check_values(attribute: str, value: Any, path: Steps, nlp: Language) -> Iterator[_Part]:
    """Yield the values that no token ever has."""
    for key, item in value.items() if isinstance(value, dict) else ():
        if key.upper() in {"IN", "INTERSECTS"} and item == []:
            yield _Part((*path, key), "it is an empty list, so it would never match.", "Fill it, or remove the token.")
    if attribute not in {"LOWER", "ORTH", "TEXT"}:
        return
    for place, text in _exact_texts(value, path):
        if attribute == "LOWER" and text != text.lower():
            what = f"{text!r} has capitals, so LOWER would never be it."
            yield _Part(place, what, f"Write {text.lower()}, or ORTH to tell capitals apart.")
        elif not is_retokenizing(nlp) and len(tokens := [token.text for token in nlp.tokenizer(text)]) != 1:
            yield _Part(place, *_explain_tokens(attribute, text, tokens))


def _explain_tokens(attribute: str, text: str, tokens: list[str]) -> tuple[str, str]:
    if not tokens:
        return "it is an empty text, which no token is.", "Write {} for any token."
    what = f"{text!r} is {len(tokens)} tokens ({', '.join(map(repr, tokens))}), so one token would never be it."
    written = ", ".join(f"{{{attribute}: {token if token.isalnum() else json.dumps(token)}}}" for token in tokens)
    return what, f"Write a token for each: {written}."


def _exact_texts(value: Any, path: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, str):
        yield path, value
    for key, item in value.items() if isinstance(value, dict) else ():
        if key.upper() == "IN":
            yield from (((*path, key, i), text) for i, text in enumerate(item))


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
