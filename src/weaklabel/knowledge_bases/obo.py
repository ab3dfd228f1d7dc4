"""OBO, the format of biomedical ontologies, read with obonet.

Source: "OBO Flat File Format 1.4 Syntax and Semantics", https://owlcollab.github.io/oboformat/doc/obo-syntax.html.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from weaklabel.documents import Document
from weaklabel.documents.document import decode
from weaklabel.errors import Place, Problem, WeaklabelError, raise_errors
from weaklabel.knowledge_bases.concepts import Concept
from weaklabel.terms import TagLabels

_HEADER = "format-version: 1.4\n\n"  # obonet logs a warning where there is none; a second one replaces it
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*([A-Z]*)')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": " ", "t": " ", "W": " "}


def read_obo(
    location: str, data: bytes, labels: TagLabels, error: type[WeaklabelError]
) -> tuple[list[Concept], list[Problem]]:
    """Return the terms of an OBO file; `is_a` leads to what is above a term.

    Synonyms are aliases where their scope is one of `labels.synonyms`.

    Raises
    ------
    error
        Where a line is no OBO, a term has no id or one that another has, or there is no term.
    """
    document = decode(location, data, error)
    terms = _parse(document, error)
    lines = dict(_find_ids(document.text))
    problems: list[Problem] = []
    concepts: dict[str, Concept] = {}
    for term in terms:
        if "id" not in term:
            name = term.get("name", "")
            problems.append(Problem(f"a term has no id (its name is {name!r}).", Place(location), "Add a line id: …"))
            continue
        concept = _concept(term, Place(location, lines.get(term["id"], 0)), labels)
        if concept.id in concepts:
            problems.append(Problem(f"two terms have the id {concept.id!r}.", concept.place, "Join the two."))
        concepts.setdefault(concept.id, concept)
    if not terms:
        problems.append(Problem("the file has no terms.", Place(location), "Write a stanza [Term] with id and name."))
    raise_errors(problems, error)
    return list(concepts.values()), problems


def _parse(document: Document, error: type[WeaklabelError]) -> list[dict[str, Any]]:
    from obonet.read import get_sections  # not read_obo, which keeps one of two terms with an id and logs to the root

    try:
        _, terms, _, _ = get_sections(iter(io.StringIO(_HEADER + document.text)))
    except ValueError as failure:
        wrong = str(failure).partition("\n")[2]
        offset = document.text.find(wrong) if wrong else -1
        place = Place(document.name, document.place(offset).line) if offset >= 0 else Place(document.name)
        what = "this is no OBO: a line is no pair of tag and value."
        raise error(Problem(what, place, "Write tag: value, and an empty line before each stanza.")) from None
    found: list[dict[str, Any]] = terms
    return found


def _find_ids(text: str) -> Iterator[tuple[str, int]]:
    """Yield the id of each stanza and its line, the last one of an id last."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("id:"):
            yield line.removeprefix("id:").strip(), number


def _concept(term: Mapping[str, Any], place: Place, labels: TagLabels) -> Concept:
    synonyms = [(_unescape(text), scope) for text, scope in map(_read_quoted, term.get("synonym", ())) if text]
    return Concept(
        id=term["id"],
        name=_unescape(term.get("name", "")),
        aliases=tuple(text for text, scope in synonyms if (scope.lower() or "related") in labels.synonyms),
        broader=tuple(term.get("is_a", ())),
        description=_unescape(_read_quoted(term.get("def", ""))[0]),
        place=place,
        is_obsolete=term.get("is_obsolete") == "true",
    )


def _read_quoted(value: str) -> tuple[str, str]:
    """Return the text in quotes, and the scope after it, of a synonym or definition; RELATED is the usual scope."""
    match = _QUOTED.match(value)
    return (match[1], match[2]) if match else ("", "")


def _unescape(text: str) -> str:
    return " ".join(_ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text).split())
