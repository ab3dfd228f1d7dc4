"""What goes out to other tools, what comes back from them, and what every format does with it.

A format turns an :class:`Outgoing` into the contents of files, and the contents of files into :class:`Annotations`; it
neither prints nor touches the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from weaklabel.errors import ExchangeError, Place, Problem
from weaklabel.terms import LabelingFunction, Vocabulary
from weaklabel.terms.records import GivenTags, RecordId
from weaklabel.terms.settings import Task

FieldKind = Literal["text", "image", "audio"]
Layout = Literal["all", "candidates", "taxonomy"]
Need = Literal["spans", "votes", "lfs"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that goes out, and whether its values are texts or the addresses of images or sounds."""

    name: str
    kind: FieldKind = "text"


@dataclass(frozen=True, slots=True)
class Label:
    """One cell of a run; `probability` is None where nothing is known of a tag that the author gave."""

    tag: str
    probability: float | None
    source: str


@dataclass(frozen=True, slots=True, order=True)
class TagSpan:
    """A stretch of a field that speaks for a tag; offsets count characters."""

    field: str
    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class OutgoingRecord:
    """A record, and what a run says of it.

    Attributes
    ----------
    fields
        The value of each of the package's fields.
    labels
        The record's cells, the most probable first.
    given, gold
        Canonical tags; None where the author gave none to go by, or there is no gold.
    spans
        The evidence for decided tags; empty unless the format needs it.
    votes
        For each labeling function of the package the class that it votes for, or -1; empty unless the format needs it.
    """

    id: RecordId
    fields: Mapping[str, str]
    labels: tuple[Label, ...] = ()
    given: GivenTags = None
    gold: GivenTags = None
    spans: tuple[TagSpan, ...] = ()
    votes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Records, and all that other tools may want to know of them.

    Attributes
    ----------
    run
        Which run the labels are of, such as `weaklabel@1f0c55d2`.
    vocabulary
        The tags; every parent of one is a tag.
    threshold
        A tag that is more probable than this is decided; of classes, the most probable one is.
    layout
        Which tags a person chooses from: all, those that the run thinks possible, or all as a tree.
    lfs
        The labeling functions that voted; empty unless the format needs them.
    classes
        What the votes of records stand for: the names of classes; empty unless the format needs votes.
    for_spreadsheets
        Whether cells are written so that a spreadsheet computes none of them.
    """

    run: str
    vocabulary: Vocabulary
    fields: tuple[Field, ...]
    records: tuple[OutgoingRecord, ...]
    task: Task = "multilabel"
    threshold: float = 0.5
    layout: Layout = "all"
    lfs: tuple[LabelingFunction, ...] = ()
    classes: tuple[str, ...] = ()
    for_spreadsheets: bool = False

    @property
    def has_number_ids(self) -> bool:
        """Whether the records' ids are whole numbers."""
        return all(isinstance(record.id, int) for record in self.records)

    def decided(self, record: OutgoingRecord) -> tuple[Label, ...]:
        """Return the labels that a record has, the most probable first."""
        if self.task == "multiclass":
            return record.labels[:1]
        return tuple(
            label for label in record.labels if label.probability is None or label.probability > self.threshold
        )

    def decided_tags(self, record: OutgoingRecord) -> list[str]:
        """Return the names of the tags that a record has, sorted."""
        return sorted(label.tag for label in self.decided(record))

    def candidates(self, record: OutgoingRecord) -> list[str]:
        """Return the tags to choose from for a record, the most probable first; all, where none is thought possible."""
        possible = [label.tag for label in record.labels] if self.layout == "candidates" else []
        return possible or list(self.vocabulary.names)

    def text(self, record: OutgoingRecord) -> str:
        """Return a record's texts, joined by line breaks; the addresses of what it shows, where it has no text."""
        texts = [record.fields[field.name] for field in self.fields if field.kind == "text"]
        return "\n".join(filter(None, texts)) or "\n".join(filter(None, record.fields.values()))

    def field_starts(self, record: OutgoingRecord) -> dict[str, int]:
        """Return where in :meth:`text` each text field begins that is not empty."""
        starts, position = {}, 0
        for field in self.fields:
            if field.kind == "text" and (text := record.fields[field.name]):
                starts[field.name] = position
                position += len(text) + 1
        return starts

    def media(self, record: OutgoingRecord, kind: FieldKind) -> str:
        """Return the address of the first image or sound of a record; empty where it has none."""
        return next((record.fields[field.name] for field in self.fields if field.kind == kind), "")


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator said of one record.

    Attributes
    ----------
    place
        Where it stands.
    record_id
        None or blank where the file does not say; the record is then found by its text.
    chosen
        The tags that the record has.
    refused
        The tags that were put to the annotator, who did not choose them.
    only
        The one tag that the annotator was asked about; None where it was the record as a whole.
    annotator, time, seconds, note
        Who, when (ISO 8601), how long it took, and a remark; empty or None where the file does not say.
    is_skipped
        Whether the annotator passed the record over; nothing is then chosen, and what is refused is undecided.
    is_truth
        Whether the tool marks it as the one to go by.
    is_partial
        Whether it is about single tags, so that it does not say which ones the record has.
    is_unchanged
        Whether it has the very tags that it went out with, so that nothing shows that somebody looked at it.
    """

    place: Place
    record_id: RecordId | None
    chosen: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    text: str = ""
    only: str | None = None
    annotator: str = ""
    time: str = ""
    seconds: float | None = None
    note: str = ""
    is_skipped: bool = False
    is_truth: bool = False
    is_partial: bool = False
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Annotations:
    """What came back: annotations in the file's order, and what was odd about it."""

    rows: tuple[Annotation, ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Labeling functions that came from another tool, each as YAML declares it, and what could not be read."""

    declarations: tuple[Mapping[str, Any], ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files that go out, by name, and what they cannot say.

    Attributes
    ----------
    owned
        How files are named that the tool would take for part of the same whole, as `.txt`.
    """

    files: Mapping[str, bytes]
    warnings: tuple[Problem, ...] = ()
    owned: tuple[str, ...] = ()


class Format(Protocol):
    """One format of another tool, both ways."""

    name: str
    description: str
    layouts: tuple[Layout, ...]
    needs: frozenset[Need]

    def export(self, package: Outgoing) -> Parcel:
        """Return the files that the tool imports.

        Raises
        ------
        ExchangeError
            With every tag or record that the format cannot hold.
        """
        ...

    def read(self, files: Mapping[str, bytes]) -> Annotations | Rules:
        """Return what is said in files that the tool exported.

        Parameters
        ----------
        files
            Their contents, by path.

        Raises
        ------
        ExchangeError
            With everything that cannot be read.
        """
        ...


def name_fields(fields: Iterable[Field], taken: Collection[str], spell: Callable[[str], str] = str) -> dict[str, str]:
    """Return what each field is called in a format.

    Parameters
    ----------
    taken
        Names that mean something else there: a field that is called so gets a `_` at its end.
    spell
        Writes a name with the characters that the format admits.
    """
    names: dict[str, str] = {}
    for field in fields:
        name = spell(field.name)
        while name in taken or name in names.values():
            name += "_"
        names[field.name] = name
    return names


def binary_classes(tag: str) -> tuple[str, str]:
    """Return the two classes of one tag of a multi-label project: absent and present."""
    return f"not {tag}", tag


def check_tags(package: Outgoing, is_writable: Callable[[str], bool], why: str, fix: str) -> None:
    """Raise ExchangeError with every tag that a format cannot hold; `why` goes on from "the tag 'x' "."""
    unwritable = [tag for tag in package.vocabulary.tags if not is_writable(tag.name)]
    if unwritable:
        raise ExchangeError(Problem(f"the tag {tag.name!r} {why}.", tag.place, fix) for tag in unwritable)
