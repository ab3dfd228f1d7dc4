"""Records: the data points, and the view of one that labeling functions read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weaklabel.errors import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

RecordId = int | str
GivenTags = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Records:
    """All records of a project, column by column; every column has one entry a record.

    Attributes
    ----------
    ids
        The record ids, all int or all str, distinct.
    texts
        For each text field its name and the texts; a null text is the empty string.
    given
        The tags that the author gave, spelt as the author spelt them; None where the record is unlabelled.
    frame
        Every column of the input as it was read, for Python labeling functions.
    """

    ids: tuple[RecordId, ...]
    texts: Mapping[str, tuple[str, ...]]
    given: tuple[GivenTags, ...]
    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the text fields, in the project's order."""
        return tuple(self.texts)

    def views(self) -> Iterator[Record]:
        """Yield each record as labeling functions see it, in order."""
        columns: dict[str, Sequence[Any]] = {str(name): self.frame[name].tolist() for name in self.frame.columns}
        columns.update(self.texts)
        for i, record_id in enumerate(self.ids):
            values = {name: column[i] for name, column in columns.items()}
            yield Record(record_id, values, self.fields, self.given[i])


class Record:
    """One record, read-only: every column is an attribute (`record.title`) and an item (`record["title"]`).

    Attributes
    ----------
    record_id
        The record's id.
    text
        The record's text fields, joined by line breaks (or the column of that name, if the data has one).
    tags
        The tags that the author gave (a tuple of str), or None where the record is unlabelled.
    """

    __slots__ = ("_values", "record_id", "tags", "text")

    def __init__(
        self,
        record_id: RecordId,
        values: Mapping[str, Any],
        fields: tuple[str, ...] = ("title", "description"),
        tags: GivenTags = None,
    ) -> None:
        joined = "\n".join(str(values[name]) for name in fields if values.get(name))
        own = values.get("text")
        for name, value in (
            ("_values", dict(values)),
            ("record_id", record_id),
            ("tags", tags),
            ("text", own if isinstance(own, str) else joined),
        ):
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._values, self.record_id, self.text, self.tags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            message = f"a record has no column {name!r}. {did_you_mean(name, self.columns)}"
            raise AttributeError(message.strip()) from None

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self, name)
        except AttributeError as error:
            raise KeyError(str(error)) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a record is read-only: cannot set {name!r}")

    def __repr__(self) -> str:
        return f"Record({self.record_id!r}, {self.text[:60]!r})"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names that can be read from this record."""
        return tuple(dict.fromkeys((*self._values, "record_id", "text", "tags")))

    def as_dict(self) -> dict[str, Any]:
        """Return a copy of the record's columns, with `text` and `tags`, for tools that want a plain data point."""
        return {**self._values, "text": self.text, "tags": self.tags}


def _rebuild(values: dict[str, Any], record_id: RecordId, text: str, tags: GivenTags) -> Record:
    return Record(record_id, {**values, "text": text}, (), tags)
