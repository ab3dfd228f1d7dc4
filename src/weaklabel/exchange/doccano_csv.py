"""doccano's CSV: `text`, `label` (names joined by #), `Comments`, metadata. A name with # in it would become two."""

from __future__ import annotations

from collections.abc import Mapping

from weaklabel.errors import ExchangeError, Problem, raise_errors
from weaklabel.exchange.csv_cells import read_cells, write_cells
from weaklabel.exchange.doccano import LABELS, label_types
from weaklabel.exchange.entries import Entry, without_companions
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, Parcel, check_tags
from weaklabel.exchange.prefilled import compare_with_suggested

SEPARATOR = "#"


class DoccanoCsv:
    """See the module."""

    name = "doccano-csv"
    description = "doccano text classification as CSV, labels joined by #"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return doccano.csv, and the labels to import first."""
        why, fix = "has a #, which stands between labels there", "Use the format doccano (JSONL), or rename the tag."
        check_tags(package, lambda name: SEPARATOR not in name, why, fix)
        rows: list[list[object]] = [["text", "label", "record_id", "suggested"]]
        for record in package.records:
            decided = SEPARATOR.join(package.decided_tags(record))
            rows.append([package.text(record), decided, record.id, decided])
        return Parcel({"doccano.csv": write_cells(rows), LABELS: label_types(package)})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read what doccano exports."""
        problems: list[Problem] = []
        rows = tuple(map(_read, read_cells(without_companions(files, LABELS), problems, needed="label")))
        raise_errors(problems, ExchangeError)
        return Annotations(rows, tuple(problems))


def _read(row: Entry) -> Annotation:
    comments = row.text("Comments")
    read = Annotation(
        row.place,
        row.record_id(),
        chosen=_split(row.text("label")),
        text=row.text("text"),
        note="" if comments == "[]" else comments,
    )
    return compare_with_suggested(read, _split(row.text("suggested")) if "suggested" in row else None)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, cell.split(SEPARATOR))))


FORMAT = DoccanoCsv()
