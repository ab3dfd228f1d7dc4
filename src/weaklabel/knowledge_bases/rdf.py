"""RDF in Turtle or RDF/XML, parsed with rdflib, and the line at which each subject stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax import SAXException

from weaklabel.documents import Document
from weaklabel.documents.document import decode
from weaklabel.errors import Place, Problem, WeaklabelError

if TYPE_CHECKING:
    from rdflib import Graph

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUBJECT = re.compile(r"<([^>\s]*)>|([^\s:<\"'#@\[\]();,.]*):([^\s;,.\[\]()]+)")


def parse_rdf(location: str, data: bytes, form: str, error: type[WeaklabelError]) -> tuple[Graph, dict[str, int]]:
    """Return the graph of a file, and of the IRIs in it the lines where they are known.

    Parameters
    ----------
    form
        `turtle` or `xml`.

    Raises
    ------
    error
        Where the file is no Turtle or RDF/XML, or has entities that lead elsewhere or grow.
    """
    document = decode(location, data, error)
    lines = _lines_of_xml(document, error) if form == "xml" else {}
    graph = _parse(document, form, error)
    if form == "turtle":
        lines = _lines_of_turtle(document, {prefix: str(iri) for prefix, iri in graph.namespaces()})
    return graph, lines


def _parse(document: Document, form: str, error: type[WeaklabelError]) -> Graph:
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
    raise error(Problem(what, place, "Mend the file there."))


def _lines_of_xml(document: Document, error: type[WeaklabelError]) -> dict[str, int]:
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
            raise error(Problem(what, Place(document.name, line), "Write out what it stands for."))

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
        raise error(Problem(what, place, "Mend the file there.")) from None
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
