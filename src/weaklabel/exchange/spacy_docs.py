"""spaCy's DocBin for text classification: `doc.cats` has every tag, as training demands, with 1.0 or 0.0.

Probabilities stand in `doc.user_data`: training refuses values between 0 and 1 in `cats` (E851).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from weaklabel.errors import ExchangeError, Place, Problem, raise_errors
from weaklabel.exchange.entries import Entry
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel
from weaklabel.exchange.prefilled import compare_with_suggested
from weaklabel.terms.spacy_pipeline import BLANK, load_pipeline

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "weaklabel"
# What zlib, msgpack, NumPy and spaCy raise at bytes that are no DocBin.
_BROKEN = (zlib.error, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)


class SpacyDocs:
    """See the module."""

    name = "spacy"
    description = "spaCy DocBin for textcat and textcat_multilabel"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return docs.spacy."""
        from spacy.tokens import DocBin

        docs = DocBin(store_user_data=True)
        for record in package.records:
            docs.add(_as_doc(package, record))
        return Parcel({"docs.spacy": docs.to_bytes()})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read a DocBin: a category of 0.5 or more is chosen."""
        problems: list[Problem] = []
        rows = tuple(row for name, data in files.items() for row in _read_docs(name, data, problems))
        raise_errors(problems, ExchangeError)
        return Annotations(rows)


def _as_doc(package: Outgoing, record: OutgoingRecord) -> Doc:
    doc: Doc = load_pipeline(BLANK).make_doc(package.text(record))
    decided = package.decided_tags(record)
    doc.cats = {name: float(name in decided) for name in package.vocabulary.names}
    doc.user_data[KEY] = {
        "record_id": record.id,
        "run": package.run,
        "suggested": decided,
        "probabilities": {label.tag: label.probability for label in record.labels},
    }
    return doc


def _read_docs(name: str, data: bytes, problems: list[Problem]) -> list[Annotation]:
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin().from_bytes(data).get_docs(load_pipeline(BLANK).vocab))
    except _BROKEN as failure:
        what = f"this is no DocBin: {str(failure).partition(chr(10))[0] or type(failure).__name__}."
        raise ExchangeError(Problem(what, Place(name), "Write it again with DocBin.to_disk.")) from None
    if docs and not any(doc.cats for doc in docs):
        what, fix = "this is no DocBin of text classification: no document has `cats`.", "Write docs with categories."
        raise ExchangeError(Problem(what, Place(name), fix))
    return [_read(doc, Place(name, i), problems) for i, doc in enumerate(docs, start=1) if doc.cats]


def _read(doc: Doc, place: Place, problems: list[Problem]) -> Annotation:
    stored = doc.user_data.get(KEY)
    known = Entry({} if stored is None else _as_json(stored), place, problems, f"user_data[{KEY!r}].")
    cats = Entry(_as_json(doc.cats), place, problems, "cats.")
    chosen = tuple(sorted(tag for tag in cats.names_of_values() if (cats.number(tag) or 0) >= 0.5))
    read = Annotation(place, known.record_id(), chosen=chosen, text=doc.text)
    return compare_with_suggested(read, known.names("suggested") if "suggested" in known else None)


def _as_json(value: Any) -> Any:
    """Return a value of a DocBin as JSON has it: lists, which come back as tuples there, and keys that are texts."""
    if isinstance(value, dict):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, list | tuple) else value


FORMAT = SpacyDocs()
