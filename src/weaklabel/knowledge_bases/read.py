"""Read a knowledge base: which formats there are, and what each needs to be installed."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from weaklabel.documents import is_url
from weaklabel.errors import Place, Problem, WeaklabelError, raise_errors
from weaklabel.knowledge_bases.concepts import Concept, check_concepts
from weaklabel.terms import TagLabels

NEED_EXTRA = "pip install 'weaklabel[kb]'"
FORMATS = {".ttl": "turtle", ".rdf": "xml", ".owl": "xml", ".xml": "xml", ".obo": "obo"}
KEPT = 4  # files, so that a file that many labeling functions name, or that `lf watch` meets again, is read once


def is_knowledge_base(location: str) -> bool:
    """Say whether a file is SKOS, OWL or OBO, by its ending."""
    return _suffix(location) in FORMATS


def _suffix(location: str) -> str:
    path = urlsplit(location).path if is_url(location) else location
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()


@lru_cache(KEPT)
def read_concepts(
    location: str, data: bytes, labels: TagLabels, error: type[WeaklabelError]
) -> tuple[tuple[Concept, ...], tuple[Problem, ...]]:
    """Return the concepts of a SKOS, OWL or OBO file that have a label and are not obsolete; nothing else is opened.

    Parameters
    ----------
    location
        The file's path or URL. Its ending says the format: .ttl (Turtle), .rdf, .owl or .xml (RDF/XML), .obo.
    data
        Its content.
    labels
        Which of the labels count.
    error
        What is raised.

    Returns
    -------
    concepts, warnings
        The warnings say which concepts have no label in the language, or none at all, and which links lead nowhere.

    Raises
    ------
    error
        Where the extra `kb` is not installed, the file cannot be read, or concepts are their own ancestors.
    """
    form = FORMATS[_suffix(location)]
    package = "obonet" if form == "obo" else "rdflib"
    if find_spec(package) is None:
        what = f"a {_suffix(location)} file needs the package {package}, which is not installed."
        raise error(Problem(what, Place(location), NEED_EXTRA))
    if form == "obo":
        from weaklabel.knowledge_bases.obo import read_obo

        concepts, odd = read_obo(location, data, labels, error)
    else:
        from weaklabel.knowledge_bases.skos import read_skos

        concepts, odd = read_skos(location, data, form, labels, error)
    problems = [*odd, *check_concepts(concepts)]
    raise_errors(problems, error)
    return tuple(concept for concept in concepts if concept.is_usable), tuple(problems)
