"""fastText's lines, `__label__a __label__b text`. They hold no id: a record is found again by its text.

A line has neither line breaks nor runs of spaces to keep, so white space becomes one space, and a tag's own white space
cannot be written. What was suggested has no place either, so that what a person took away leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping

from weaklabel.documents.document import decode
from weaklabel.errors import ExchangeError, Place, Problem
from weaklabel.exchange.interface import (
    Annotation,
    Annotations,
    Layout,
    Need,
    Outgoing,
    OutgoingRecord,
    Parcel,
    check_tags,
)

PREFIX, COMMENT = "__label__", "__comment__"


class FastText:
    """See the module."""

    name = "fasttext"
    description = "fastText lines, also doccano's; records are found again by their text"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return fasttext.txt."""
        why, fix = "has white space, which ends a label there", "Rename it, or use another format."
        check_tags(package, lambda name: name.split() == [name], why, fix)
        return Parcel({"fasttext.txt": "".join(_line(package, record) for record in package.records).encode()})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read lines as fastText and doccano write them."""
        rows: list[Annotation] = []
        for name, data in files.items():
            lines = decode(name, data, ExchangeError).text.split("\n")
            rows += [_read(line, Place(name, i)) for i, line in enumerate(lines, start=1) if line.strip()]
        if not rows:
            raise ExchangeError(Problem("the file is empty.", Place(next(iter(files), "")), "Export it again."))
        what = "the lines do not say what was suggested: every label counts as chosen by a person."
        fix = "Import only what somebody looked at; what was taken away is not known."
        return Annotations(tuple(rows), (Problem(what, Place(next(iter(files))), fix, "warning"),))


def _line(package: Outgoing, record: OutgoingRecord) -> str:
    words = package.text(record).split()
    for word in words:
        if word.lstrip('"').startswith((PREFIX, COMMENT)):
            what = f"the text of record {record.id!r} has {word!r}, which would be read as a label."
            raise ExchangeError(Problem(what, fix="Use another format."))
    return " ".join([*(PREFIX + tag for tag in package.decided_tags(record)), *words]) + "\n"


def _read(line: str, place: Place) -> Annotation:
    if line.startswith(f'"{PREFIX}'):  # doccano quotes a line that holds a comma or a quote, as in CSV
        line = line.strip().removeprefix('"').removesuffix('"').replace('""', '"')
    words = line.split()
    return Annotation(
        place,
        None,
        chosen=tuple(dict.fromkeys(word.removeprefix(PREFIX) for word in words if word.startswith(PREFIX))),
        text=" ".join(word for word in words if not word.startswith((PREFIX, COMMENT))),
        note=" ".join(word.removeprefix(COMMENT) for word in words if word.startswith(COMMENT)),
    )


FORMAT = FastText()
