r"""BRAT standoff: each record as NAME.txt, and NAME.ann with the stretches of text that speak for its tags.

Source: brat's manual, "brat standoff format": `T1<tab>TYPE START END[;START END]<tab>TEXT`, offsets in characters. A
type is letters, digits, - and _; any other character of a tag is written as its code point between `_u` and `_`, so the
way back needs no table. visual.conf shows the tags as they are. suggested.json says which tags each record went out
with, so that those that a person takes away are known: brat leaves such a file alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from urllib.parse import quote, unquote

from weaklabel.documents.document import decode
from weaklabel.errors import ExchangeError, Place, Problem, quantity, raise_errors
from weaklabel.exchange.entries import Entry, json_file, read_object
from weaklabel.exchange.interface import Annotation, Annotations, Layout, Need, Outgoing, OutgoingRecord, Parcel
from weaklabel.exchange.prefilled import compare_with_suggested

_UNSAFE = re.compile("[^A-Za-z0-9_-]|_(?=u)")  # so that each _u that is written begins a code point
_ESCAPED = re.compile(r"_u([0-9a-f]+)_")
_LINE = re.compile(r"T\d+\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes \S+\t(.*)")
MAX_NAME = 200
SUGGESTED = "suggested.json"


class Brat:
    """See the module."""

    name = "brat"
    description = "BRAT standoff: the stretches of text that speak for tags"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset({"spans"})

    def export(self, package: Outgoing) -> Parcel:
        """Return a .txt and an .ann for each record, annotation.conf and visual.conf."""
        types = {tag.name: as_type(tag.name) for tag in package.vocabulary.tags}
        files = {"annotation.conf": _configuration(types), "visual.conf": _labels(types)}
        suggested: dict[str, list[str]] = {}
        without = 0
        for record in package.records:
            name = quote(str(record.id), safe="")
            if len(name) > MAX_NAME:
                what = f"the id of record {str(record.id)[:40]!r}… is too long for the name of a file."
                raise ExchangeError(Problem(what, fix="Use another format."))
            files[f"{name}.txt"] = package.text(record).encode()
            files[f"{name}.ann"] = _standoff(package, record, types)
            suggested[name] = sorted({span.tag for span in record.spans})
            without += len({*package.decided_tags(record)} - {span.tag for span in record.spans})
        files[SUGGESTED] = json_file(suggested)
        what = f"the texts have no evidence for {quantity(without, 'decided tag')}, and standoff holds nothing else."
        return Parcel(files, (Problem(what, severity="warning"),) if without else (), owned=(".txt", ".ann"))

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read .ann files: the types of the marked stretches are the record's tags."""
        problems: list[Problem] = []
        named = {name: data for name, data in files.items() if PurePath(name).suffix == ".ann"}
        if not named:
            fix = "Name the .ann files, or their folder."
            raise ExchangeError(Problem("no .ann file is among these.", Place(next(iter(files), "")), fix))
        sidecars = {
            PurePath(name).parent: read_object(name, data, problems)
            for name, data in files.items()
            if PurePath(name).name == SUGGESTED
        }
        rows = [_read(name, data, sidecars, problems) for name, data in named.items()]
        raise_errors(problems, ExchangeError)
        return Annotations(tuple(rows), () if sidecars else (_missing(next(iter(named))),))


def as_type(tag: str) -> str:
    """Return a tag as brat can write it."""
    return _UNSAFE.sub(lambda match: f"_u{ord(match[0]):x}_", tag)


def as_tag(name: str) -> str:
    """Return the tag that :func:`as_type` wrote so."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)


def _configuration(types: Mapping[str, str]) -> bytes:
    lines = ["[entities]", *sorted(types.values()), "[relations]", "[events]", "[attributes]"]
    return ("\n".join(lines) + "\n").encode()


def _labels(types: Mapping[str, str]) -> bytes:
    shown = [f"{name} | {' '.join(tag.replace('|', ' ').split())}" for tag, name in sorted(types.items())]
    return ("\n".join(["[labels]", *shown, "[drawing]"]) + "\n").encode()


def _standoff(package: Outgoing, record: OutgoingRecord, types: Mapping[str, str]) -> bytes:
    text, starts = package.text(record), package.field_starts(record)
    placed = sorted((starts[s.field] + s.start, starts[s.field] + s.end, s.tag) for s in record.spans)
    lines = []
    for number, (start, end, tag) in enumerate(placed, start=1):
        pieces = list(_pieces(text, start, end))
        where = ";".join(f"{first} {last}" for first, last in pieces)
        shown = " ".join(text[first:last] for first, last in pieces)
        lines.append(f"T{number}\t{types[tag]} {where}\t{shown}\n")
    return "".join(lines).encode()


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch in pieces that hold no line break, as brat wants it."""
    for match in re.finditer(r"[^\r\n]+", text[start:end]):
        yield start + match.start(), start + match.end()


def _missing(name: str) -> Problem:
    what = f"without {SUGGESTED} every marked tag counts as chosen by a person, and none as taken away."
    return Problem(what, Place(name), "Name it too: it was written beside the .ann files.", "warning")


def _read(name: str, data: bytes, sidecars: Mapping[PurePath, Entry], problems: list[Problem]) -> Annotation:
    chosen: dict[str, None] = {}
    notes: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(decode(name, data, ExchangeError).text.split("\n"), start=1):
        if match := _LINE.fullmatch(line):
            chosen[as_tag(match[1])] = None
        elif match := _NOTE.fullmatch(line):
            notes["note"].append(match[1])
        elif line.startswith("T"):
            fix = "A line is T1, a tab, the type with its offsets, a tab, and the text."
            problems.append(Problem(f"this line is no standoff: {line[:40]!r}.", Place(name, number), fix))
    path = PurePath(name)
    read = Annotation(Place(name), unquote(path.stem), chosen=tuple(chosen), note="\n".join(notes["note"]))
    beside = sidecars.get(path.parent) or next(iter(sidecars.values()), None)  # annotators may have folders of copies
    if beside is None or path.stem not in beside:
        return read
    return compare_with_suggested(read, beside.names(path.stem))


FORMAT = Brat()
