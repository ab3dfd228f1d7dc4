"""Records: the data points, and the view of one that labeling functions read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from weaklabel.errors import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

RecordId = int | str
GivenTags = tuple[str, ...] | None

ID_NAMES = ("id", "record_id", "_id", "uid", "key")
"""What the column of ids is usually called in a file of records; the first that is there holds them."""
REFERRING_ID_NAMES = ("record_id", "id", "_id", "uid", "key")
"""The same in a file that refers to records, such as gold tags, predictions and what is written here."""
VIEWED_AT_ONCE = 1024


class RecordSource(Protocol):
    """Records in a row, however they are held: what labeling functions are applied to. It can be pickled."""

    def __len__(self) -> int: ...

    @property
    def ids(self) -> tuple[RecordId, ...]:
        """The record ids, all int or all str."""
        ...

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the text fields, in the project's order."""
        ...

    @property
    def given(self) -> tuple[GivenTags, ...]:
        """The tags that the author gave, spelt as the author spelt them; None where the record is unlabelled."""
        ...

    def id_array(self) -> pa.Array:
        """Return the record ids as an Arrow array of int64 or string."""
        ...

    def text_array(self, name: str) -> pa.Array:
        """Return the texts of a field as an Arrow array of string or large_string; null is no text."""
        ...

    def views(self) -> Iterator[Record]:
        """Yield each record as labeling functions see it, in order."""
        ...

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield of each record the id, the given tags, and the value of every column, in order."""
        ...

    def only_texts(self) -> RecordSource:
        """Return the records with their ids and texts alone."""
        ...

    def slice(self, start: int, stop: int) -> Self:
        """Return the records from `start` up to `stop`, without copying their texts."""
        ...

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the records at some positions, in that order."""
        ...


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

    def id_array(self) -> pa.Array:
        """Return the record ids as an Arrow array of int64 or string."""
        import pyarrow as pa

        return pa.array(self.ids, pa.string() if self.ids and isinstance(self.ids[0], str) else pa.int64())

    def text_array(self, name: str) -> pa.Array:
        """Return the texts of a field as an Arrow array of large_string; lone surrogates, no UTF-8, as `?`."""
        import pyarrow as pa

        try:
            return pa.array(self.texts[name], pa.large_string())
        except UnicodeEncodeError:
            texts = [text.encode("utf-8", "replace").decode() for text in self.texts[name]]
            return pa.array(texts, pa.large_string())

    def views(self) -> Iterator[Record]:
        """Yield each record as labeling functions see it, in order."""
        yield from _view(self.ids, self._columns(), self.fields, self.given)

    def _columns(self) -> dict[str, Sequence[Any]]:
        columns: dict[str, Sequence[Any]] = {str(name): self.frame[name].tolist() for name in self.frame.columns}
        return {**columns, **self.texts}

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield of each record the id, the given tags, and the value of every column, in order."""
        yield from zip(self.ids, self.given, *self._columns().values(), strict=True)

    def only_texts(self) -> ArrowRecords:
        """Return the records with their ids and texts alone."""
        import pyarrow as pa

        batch = pa.record_batch({name: self.text_array(name) for name in self.fields})
        return ArrowRecords(batch, self.id_array(), self.fields)

    def slice(self, start: int, stop: int) -> Self:
        """Return the records from `start` up to `stop`."""
        texts = {name: texts[start:stop] for name, texts in self.texts.items()}
        return type(self)(self.ids[start:stop], texts, self.given[start:stop], self.frame.iloc[start:stop])

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the records at some positions, in that order."""
        picked = rows.tolist()
        texts = {name: tuple(texts[i] for i in picked) for name, texts in self.texts.items()}
        ids, given = (tuple(column[i] for i in picked) for column in (self.ids, self.given))
        return type(self)(ids, texts, given, self.frame.iloc[rows])


@dataclass(frozen=True, slots=True, eq=False)
class ArrowRecords:
    """Records in Arrow memory; no record is a Python object before it is viewed.

    :func:`weaklabel.records.check_batch` makes them of any record batch.

    Attributes
    ----------
    batch
        Every column of the input as it was read, but text fields as string or large_string.
    checked_ids
        The record ids: int64 or string, without nulls.
    fields
        The names of the text fields, in the project's order; each is a column of `batch`.
    checked_tags
        The tags that the author gave: lists of string, null where a record is unlabelled. None if all are.
    """

    batch: pa.RecordBatch
    checked_ids: pa.Array
    fields: tuple[str, ...]
    checked_tags: pa.Array | None = None

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def __reduce__(self) -> tuple[Any, ...]:
        # An Arrow slice is pickled with all that it was cut from; the stream format holds the slice alone.
        checked = {"ids": self.checked_ids}
        if self.checked_tags is not None:
            checked["tags"] = self.checked_tags
        return _unpack, (_pack(self.batch), _pack(checked), self.fields)

    @property
    def ids(self) -> tuple[RecordId, ...]:
        """The record ids, all int or all str."""
        return tuple(self.checked_ids.to_pylist())

    @property
    def given(self) -> tuple[GivenTags, ...]:
        """The tags that the author gave, spelt as the author spelt them; None where the record is unlabelled."""
        if self.checked_tags is None:
            return (None,) * len(self)
        return tuple(None if tags is None else tuple(tags) for tags in self.checked_tags.to_pylist())

    def id_array(self) -> pa.Array:
        """Return the record ids as an Arrow array of int64 or string."""
        return self.checked_ids

    def text_array(self, name: str) -> pa.Array:
        """Return the texts of a field as an Arrow array of string or large_string; null is no text."""
        if name not in self.fields:
            raise KeyError(name)
        return self.batch.column(name)

    def views(self) -> Iterator[Record]:
        """Yield each record as labeling functions see it, in order."""
        for part in self._parts():
            yield from _view(part.ids, part._columns(), self.fields, part.given)

    def _parts(self) -> Iterator[Self]:
        return (self.slice(start, start + VIEWED_AT_ONCE) for start in range(0, len(self), VIEWED_AT_ONCE))

    def _columns(self) -> dict[str, Sequence[Any]]:
        columns = {name: self.batch.column(i).to_pylist() for i, name in enumerate(self.batch.schema.names)}
        return {**columns, **{name: [text or "" for text in columns[name]] for name in self.fields}}

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield of each record the id, the given tags, and the value of every column, in order."""
        for part in self._parts():
            yield from zip(part.ids, part.given, *part._columns().values(), strict=True)

    def only_texts(self) -> Self:
        """Return the records with their ids and texts alone."""
        return type(self)(self.batch.select(self.fields), self.checked_ids, self.fields)

    def slice(self, start: int, stop: int) -> Self:
        """Return the records from `start` up to `stop`, without copying them."""
        start, stop, _ = slice(start, stop).indices(len(self))
        length = max(0, stop - start)
        tags = None if self.checked_tags is None else self.checked_tags.slice(start, length)
        return type(self)(self.batch.slice(start, length), self.checked_ids.slice(start, length), self.fields, tags)

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the records at some positions, in that order."""
        tags = None if self.checked_tags is None else self.checked_tags.take(rows)
        return type(self)(self.batch.take(rows), self.checked_ids.take(rows), self.fields, tags)


def _view(
    ids: Sequence[RecordId],
    columns: Mapping[str, Sequence[Any]],
    fields: tuple[str, ...],
    given: Sequence[GivenTags],
) -> Iterator[Record]:
    for i, record_id in enumerate(ids):
        yield Record(record_id, {name: column[i] for name, column in columns.items()}, fields, given[i])


def _pack(columns: pa.RecordBatch | dict[str, pa.Array]) -> bytes:
    import pyarrow as pa

    batch = pa.record_batch(columns) if isinstance(columns, dict) else columns
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpack(records: bytes, checked: bytes, fields: tuple[str, ...]) -> ArrowRecords:
    import pyarrow as pa

    batch, columns = (pa.ipc.open_stream(packed).read_next_batch() for packed in (records, checked))
    tags = columns.column("tags") if "tags" in columns.schema.names else None
    return ArrowRecords(batch, columns.column("ids"), fields, tags)


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

    def __contains__(self, text: object) -> bool:
        raise TypeError("a record is no text, and holds none by itself")

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
