"""A knowledge base as a tags file: which formats there are, and what each needs to be installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from weaklabel.documents import Row, is_url
from weaklabel.errors import Place, Problem, TagsError
from weaklabel.tags.concepts import to_rows
from weaklabel.terms import TagLabels

NEED_EXTRA = "pip install 'weaklabel[kb]'"
FORMATS = {".ttl": "turtle", ".rdf": "xml", ".owl": "xml", ".xml": "xml", ".obo": "obo"}


def is_knowledge_base(location: str) -> bool:
    """Say whether a tags file is SKOS or OBO, by its ending."""
    return _suffix(location) in FORMATS


def _suffix(location: str) -> str:
    path = urlsplit(location).path if is_url(location) else location
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()


def read_knowledge_base(location: str, data: bytes, labels: TagLabels) -> tuple[list[Row], list[Problem]]:
    """Return the concepts of a SKOS or OBO file as the rows of a tags file; nothing else is opened or fetched.

    Parameters
    ----------
    location
        The file's path or URL. Its ending says the format: .ttl (Turtle), .rdf, .owl or .xml (RDF/XML), .obo.
    data
        Its content.
    labels
        Which of the labels count.

    Returns
    -------
    rows, warnings

    Raises
    ------
    TagsError
        Where the extra `kb` is not installed, the file cannot be read, or concepts are their own ancestors.
    """
    form = FORMATS[_suffix(location)]
    package = "obonet" if form == "obo" else "rdflib"
    if find_spec(package) is None:
        what = f"a {_suffix(location)} file needs the package {package}, which is not installed."
        raise TagsError(Problem(what, Place(location), NEED_EXTRA))
    if form == "obo":
        from weaklabel.tags.obo import read_obo

        concepts, problems = read_obo(location, data, labels)
    else:
        from weaklabel.tags.skos import read_skos

        concepts, problems = read_skos(location, data, form, labels)
    rows, odd = to_rows(concepts)
    return rows, [*problems, *odd]
