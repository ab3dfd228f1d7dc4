"""SKOS in Turtle or RDF/XML, read with rdflib.

Source: "SKOS Simple Knowledge Organization System Reference", W3C Recommendation, 2009.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax import SAXException

from weaklabel.documents import Document
from weaklabel.documents.document import decode
from weaklabel.errors import Place, Problem, TagsError, quantity
from weaklabel.tags.concepts import Concept
from weaklabel.terms import TagLabels

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUBJECT = re.compile(r"<([^>\s]*)>|([^\s:<\"'#@\[\]();,.]*):([^\s;,.\[\]()]+)")


def read_skos(location: str, data: bytes, form: str, labels: TagLabels) -> tuple[list[Concept], list[Problem]]:
    """Return the concepts of a SKOS file, by their IRIs.

    The name is skos:prefLabel: in the language of `labels`, or without a language, or else in the first language
    by its code, with a warning that counts these. Aliases are altLabel and hiddenLabel in the language of the name,
    or without one; broader concepts are those of skos:broader, and those that name this one with skos:narrower.

    Parameters
    ----------
    form
        `turtle` or `xml`.

    Raises
    ------
    TagsError
        Where the file is no Turtle or RDF/XML, has entities that lead elsewhere or grow, or no SKOS concepts.
    """
    from rdflib.namespace import RDF, SKOS

    document = decode(location, data, TagsError)
    lines = _lines_of_xml(document) if form == "xml" else {}
    graph = _parse(document, form)
    if form == "turtle":
        lines = _lines_of_turtle(document, {prefix: str(iri) for prefix, iri in graph.namespaces()})
    subjects = set(graph.subjects(RDF.type, SKOS.Concept)) | set(graph.subjects(SKOS.prefLabel))
    if not subjects:
        what = "the file has no SKOS concepts (skos:Concept, skos:prefLabel)."
        fix = "Classes of an OWL ontology are not read: take its OBO version, or write SKOS."
        raise TagsError(Problem(what, Place(location), fix))
    reader = _Reader(graph, labels.language)
    read = [reader.read(subject, Place(location, lines.get(str(subject), 0))) for subject in sorted(subjects, key=str)]
    concepts = sorted(read, key=lambda concept: (concept.place.line, concept.id))
    return concepts, list(reader.warn(location))


def _parse(document: Document, form: str) -> Graph:
    """Parse a text into a graph; rdflib opens nothing for that, and imports (owl:imports) are links like others."""
    from rdflib import Graph
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.notation3 import BadSyntax

    graph = Graph(bind_namespaces="none")
    try:
        return graph.parse(data=document.text, format=form, publicID="")
    except BadSyntax as failure:
        place = document.place(failure._i)
        what = f"this is not valid Turtle: {failure._why}."
    except (ParserError, SAXException, ValueError, LookupError, AssertionError, AttributeError) as failure:
        place, what = Place(document.name), f"this cannot be read as RDF: {failure}."
    raise TagsError(Problem(what, place, "Mend the file there."))


def _lines_of_xml(document: Document) -> dict[str, int]:
    """Return the line of each IRI that an element is about, and check what the text declares before it is parsed.

    Entities are a text's own abbreviations; those of a file or of the network are refused, and those made of others,
    which a few lines can blow up to gigabytes.
    """
    lines: dict[str, int] = {}
    parser = expat.ParserCreate(namespace_separator="")

    def refuse_entity(name: str, is_parameter: int, value: str | None, *_rest: Any) -> None:
        if value is None or is_parameter or "&" in value:
            line = parser.CurrentLineNumber
            what = f"the entity {name!r} is not a plain text of this file."
            raise TagsError(Problem(what, Place(document.name, line), "Write out what it stands for."))

    def note(_name: str, attributes: dict[str, str]) -> None:
        about, own = attributes.get(f"{_RDF}about"), attributes.get(f"{_RDF}ID")
        subject = about if about is not None else f"#{own}" if own is not None else None
        if subject is not None:
            lines.setdefault(subject, parser.CurrentLineNumber)

    parser.EntityDeclHandler = refuse_entity
    parser.StartElementHandler = note
    try:
        parser.Parse(document.text.encode(), True)
    except expat.ExpatError as failure:
        what = f"this is not valid XML: {expat.ErrorString(failure.code)}."
        place = Place(document.name, failure.lineno, failure.offset + 1)
        raise TagsError(Problem(what, place, "Mend the file there.")) from None
    return lines


def _lines_of_turtle(document: Document, prefixes: dict[str, str]) -> dict[str, int]:
    """Return the line of each IRI with which a line begins: by custom, a subject."""
    lines: dict[str, int] = {}
    for number, line in enumerate(document.text.split("\n"), start=1):
        match = _SUBJECT.match(line)
        if match is None:
            continue
        iri = match[1] if match[1] is not None else prefixes.get(match[2] or "", "") + match[3]
        lines.setdefault(iri, number)
    return lines


class _Reader:
    """Reads concepts of a graph, and remembers in which other languages it found their names."""

    def __init__(self, graph: Graph, language: str) -> None:
        from rdflib.namespace import OWL, SKOS

        self._graph, self._language = graph, language.lower()
        self._skos, self._deprecated = SKOS, OWL.deprecated
        self._others: Counter[str] = Counter()

    def read(self, subject: Node, place: Place) -> Concept:
        skos = self._skos
        found = self._labels(subject, skos.prefLabel)
        flags = map(str, self._graph.objects(subject, self._deprecated))
        is_obsolete = any(flag.lower() in {"true", "1"} for flag in flags)
        language = self._choose({tag for tag, _ in found})
        if found and not is_obsolete and not self._is_wanted(language):
            self._others[language] += 1
        alternatives = [*self._labels(subject, skos.altLabel), *self._labels(subject, skos.hiddenLabel)]
        notes = [*self._labels(subject, skos.definition), *self._labels(subject, skos.scopeNote)]
        above = {*self._graph.objects(subject, skos.broader), *self._graph.subjects(skos.narrower, subject)}
        return Concept(
            id=str(subject),
            name=next((text for tag, text in found if tag == language), ""),
            aliases=tuple(dict.fromkeys(text for tag, text in alternatives if tag in {language, ""})),
            broader=tuple(sorted(map(str, above))),
            description=next((text for tag, text in notes if tag in {language, ""}), ""),
            place=place,
            is_obsolete=is_obsolete,
        )

    def _labels(self, subject: Node, kind: Any) -> list[tuple[str, str]]:
        """Return languages and texts, sorted; white space is one space."""
        values = [value for value in self._graph.objects(subject, kind) if hasattr(value, "language")]
        texts = sorted((str(value.language or "").lower(), " ".join(str(value).split())) for value in values)
        return [(language, text) for language, text in texts if text]

    def _choose(self, languages: Iterable[str]) -> str:
        """Return the wanted language, a variant of it (`en-gb`), no language, or the first other one."""

        def rank(tag: str) -> tuple[bool, bool, bool, str]:
            return tag != self._language, not self._is_wanted(tag), tag != "", tag

        return min(languages, key=rank, default="")

    def _is_wanted(self, tag: str) -> bool:
        return tag in {self._language, ""} or tag.startswith(f"{self._language}-")

    def warn(self, location: str) -> Iterator[Problem]:
        """Yield a warning where names are in other languages than the wanted one."""
        if self._others:
            listed = ", ".join(f"{language} {count:,}" for language, count in sorted(self._others.items()))
            verb = "has" if self._others.total() == 1 else "have"
            what = f"{quantity(self._others.total(), 'concept')} {verb} no label in {self._language!r}: {listed}."
            fix = "They are named in these languages. Set tags: {path: …, language: …} to choose one."
            yield Problem(what, Place(location), fix, "warning")
