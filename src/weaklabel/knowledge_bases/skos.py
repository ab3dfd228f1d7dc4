"""Concepts of an RDF file: SKOS, its labels as SKOS-XL too, or else the classes of an OWL ontology.

Sources: "SKOS Simple Knowledge Organization System Reference", W3C Recommendation, 2009, and its appendix B
(SKOS-XL); "OWL 2 Web Ontology Language: Mapping to RDF Graphs", W3C Recommendation, 2012.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from weaklabel.errors import Place, Problem, WeaklabelError, quantity
from weaklabel.knowledge_bases.concepts import Concept
from weaklabel.knowledge_bases.rdf import parse_rdf
from weaklabel.terms import TagLabels

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_XL = "http://www.w3.org/2008/05/skos-xl#"
_OBO = "http://www.geneontology.org/formats/oboInOwl#has"
_OBO_DEFINITION = "http://purl.obolibrary.org/obo/IAO_0000115"


class _Properties(NamedTuple):
    """The IRIs of the properties that say what a concept is; of several, what the first says comes first."""

    names: tuple[str, ...]
    aliases: tuple[str, ...]
    notes: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...] = ()


def read_skos(
    location: str, data: bytes, form: str, labels: TagLabels, error: type[WeaklabelError]
) -> tuple[list[Concept], list[Problem]]:
    """Return the concepts of a SKOS file, or the classes of an OWL file that has no SKOS concepts, by their IRIs.

    The name is skos:prefLabel (OWL: rdfs:label): in the language of `labels`, or without a language, or else in the
    first language by its code, with a warning that counts these. Aliases are altLabel and hiddenLabel (OWL: also the
    synonyms that OBO's tools write) in the language of the name, or without one. Broader concepts are those of
    skos:broader, and those that name this one with skos:narrower (OWL: rdfs:subClassOf, where it names a class).

    Parameters
    ----------
    form
        `turtle` or `xml`.

    Raises
    ------
    error
        Where the file cannot be read as RDF, or has neither concepts nor classes.
    """
    graph, lines = parse_rdf(location, data, form, error)
    subjects, properties = _find_concepts(graph), _SKOS_PROPERTIES
    if not subjects:
        subjects, properties = _find_classes(graph), _owl_properties(labels)
    if not subjects:
        what = "the file has no SKOS concepts (skos:Concept, skos:prefLabel) and no OWL classes."
        raise error(Problem(what, Place(location), "Is it the right file? Its subjects are of other kinds."))
    reader = _Reader(graph, subjects, properties, labels.language)
    read = [reader.read(subject, Place(location, lines.get(str(subject), 0))) for subject in sorted(subjects, key=str)]
    concepts = sorted(read, key=lambda concept: (concept.place.line, concept.id))
    return concepts, list(reader.warn(location))


_SKOS_PROPERTIES = _Properties(
    names=(f"{_SKOS}prefLabel", f"{_XL}prefLabel"),
    aliases=(f"{_SKOS}altLabel", f"{_XL}altLabel", f"{_SKOS}hiddenLabel", f"{_XL}hiddenLabel"),
    notes=(f"{_SKOS}definition", f"{_SKOS}scopeNote"),
    above=(f"{_SKOS}broader",),
    below=(f"{_SKOS}narrower",),
)


def _owl_properties(labels: TagLabels) -> _Properties:
    from rdflib.namespace import RDFS

    synonyms = tuple(f"{_OBO}{scope.capitalize()}Synonym" for scope in labels.synonyms)
    return _Properties(
        names=(str(RDFS.label),),
        aliases=(f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel", *synonyms),
        notes=(f"{_SKOS}definition", _OBO_DEFINITION, str(RDFS.comment)),
        above=(str(RDFS.subClassOf),),
    )


def _find_concepts(graph: Graph) -> set[Node]:
    from rdflib import RDF, URIRef

    named = (graph.subjects(URIRef(name)) for name in _SKOS_PROPERTIES.names)
    return {*graph.subjects(RDF.type, URIRef(f"{_SKOS}Concept")), *(subject for found in named for subject in found)}


def _find_classes(graph: Graph) -> set[Node]:
    """Return the classes that have a name; those without one are expressions, such as "has part some flour"."""
    from rdflib import OWL, RDF, RDFS, URIRef

    classes = {*graph.subjects(RDF.type, OWL.Class), *graph.subjects(RDF.type, RDFS.Class)}
    return {found for found in classes if isinstance(found, URIRef)} - {OWL.Thing}


class _Reader:
    """Reads concepts of a graph, and remembers in which other languages it found their names."""

    def __init__(self, graph: Graph, subjects: set[Node], properties: _Properties, language: str) -> None:
        from rdflib.namespace import OWL

        self._graph, self._subjects, self._properties = graph, subjects, properties
        self._language = language.lower()
        self._deprecated, self._everything = OWL.deprecated, OWL.Thing
        self._others: Counter[str] = Counter()

    def read(self, subject: Node, place: Place) -> Concept:
        own = self._properties
        found = self._labels(subject, own.names)
        flags = map(str, self._graph.objects(subject, self._deprecated))
        is_obsolete = any(flag.lower() in {"true", "1"} for flag in flags)
        language = self._choose({tag for tag, _ in found})
        if found and not is_obsolete and not self._is_wanted(language):
            self._others[language] += 1
        return Concept(
            id=str(subject),
            name=next((text for tag, text in found if tag == language), ""),
            aliases=tuple(text for tag, text in self._labels(subject, own.aliases) if tag in {language, ""}),
            broader=tuple(sorted(self._above(subject))),
            description=next((text for tag, text in self._labels(subject, own.notes) if tag in {language, ""}), ""),
            place=place,
            is_obsolete=is_obsolete,
        )

    def _labels(self, subject: Node, properties: Iterable[str]) -> list[tuple[str, str]]:
        """Return languages and texts, sorted for each property; white space is one space."""
        from rdflib import URIRef

        found: dict[tuple[str, str], None] = {}
        for name in properties:
            values = [text for value in self._graph.objects(subject, URIRef(name)) for text in self._literals(value)]
            texts = sorted((str(value.language or "").lower(), " ".join(str(value).split())) for value in values)
            found.update(dict.fromkeys((language, text) for language, text in texts if text))
        return list(found)

    def _literals(self, value: Node) -> Iterator[Node]:
        """Yield a label; where it is a thing of its own, as in SKOS-XL, the literal form of that."""
        from rdflib import Literal, URIRef

        if isinstance(value, Literal):
            yield value
        else:
            forms = self._graph.objects(value, URIRef(f"{_XL}literalForm"))
            yield from (form for form in forms if isinstance(form, Literal))

    def _above(self, subject: Node) -> set[str]:
        """Return what is above a subject; what has no name of its own is an expression of OWL, and no class."""
        from rdflib import BNode, URIRef

        own = self._properties
        named = {node for name in own.above for node in self._graph.objects(subject, URIRef(name))}
        naming = {node for name in own.below for node in self._graph.subjects(URIRef(name), subject)}
        above = (named | naming) - {self._everything}
        return {str(node) for node in above if node in self._subjects or not isinstance(node, BNode)}

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
            fix = "They are named in these languages. Set language: … beside the file's path to choose one."
            yield Problem(what, Place(location), fix, "warning")
