"""spaCy's DocBin for text classification: `doc.cats` has every tag, as training demands, with 1.0 or 0.0.

Probabilities stand in `doc.user_data`: training refuses values between 0 and 1 in `cats` (E851).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from weaklabel.errors import ExchangeError, Place, Problem
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel
from weaklabel.terms.spacy_pipeline import BLANK, load_pipeline

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "weaklabel"


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
        return Annotations(tuple(row for name, data in files.items() for row in _read_docs(name, data)))


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


def _read_docs(name: str, data: bytes) -> list[Annotation]:
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin().from_bytes(data).get_docs(load_pipeline(BLANK).vocab))
    except Exception as failure:  # noqa: BLE001 - zlib, msgpack and spaCy each raise errors of their own
        what = f"this is no DocBin: {str(failure).partition(chr(10))[0] or type(failure).__name__}."
        raise ExchangeError(Problem(what, Place(name), "Write it again with DocBin.to_disk.")) from None
    return [_read(doc, Place(name, i)) for i, doc in enumerate(docs, start=1)]


def _read(doc: Doc, place: Place) -> Annotation:
    known: Any = doc.user_data.get(KEY)
    known = known if isinstance(known, dict) else {}
    chosen = tuple(sorted(tag for tag, value in doc.cats.items() if value >= 0.5))
    return Annotation(
        place,
        known.get("record_id"),
        chosen=chosen,
        refused=tuple(tag for tag in known.get("suggested", ()) if tag not in chosen),
        text=doc.text,
    )


FORMAT = SpacyDocs()
