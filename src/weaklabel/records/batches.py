"""From Arrow record batches to records: the same checks as for rows, column by column where types allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from weaklabel.errors import Place, Problem, RecordsError, raise_errors
from weaklabel.records.check import read_texts
from weaklabel.records.columns import Columns, find_columns
from weaklabel.records.ids import Entry, IdReader
from weaklabel.records.oddities import Oddities, Warnings
from weaklabel.records.tag_values import TagReader
from weaklabel.terms import USUAL_NAMES, ColumnNames
from weaklabel.terms.records import ArrowRecords

if TYPE_CHECKING:
    import pyarrow as pa

Unreadable = Callable[[str, Exception], Problem]


def check_batch(
    batch: pa.RecordBatch, columns: ColumnNames = USUAL_NAMES, *, name: str = "record batch", only_texts: bool = False
) -> tuple[ArrowRecords, list[Problem]]:
    """Check an Arrow record batch, and return its records and what is odd about them.

    Parameters
    ----------
    batch
        At least one row; problems count its rows from 1.
    columns
        Which columns hold the id, the text fields and the tags.
    name
        What the batch is called in messages.
    only_texts
        True leaves tags unread: every record is unlabelled.

    Raises
    ------
    RecordsError
        With every problem of the batch at once.
    """
    checker = BatchChecker(name, columns, Warnings(name, columns.separator), IdReader(), only_texts=only_texts)
    checker.find_columns(batch.schema.names)
    if not batch.num_rows:
        raise RecordsError(Problem("there are no records.", Place(name), "Give at least one record."))
    return checker.check(batch), checker.warnings.told()


class BatchChecker:
    """Checks the record batches of a file one by one; see :class:`weaklabel.records.check.RowChecker`.

    Columns are found first. `unreadable` words the error for values that Python cannot hold.
    """

    def __init__(
        self,
        location: str,
        columns: ColumnNames,
        warnings: Warnings,
        ids: IdReader,
        *,
        only_texts: bool = False,
        unreadable: Unreadable | None = None,
    ) -> None:
        self.location, self.columns, self.warnings = location, columns, warnings
        self._ids = ids
        self._only_texts = only_texts
        self._unreadable = unreadable or _unreadable_batch
        self._found = Columns(None, (), None)
        self._rows = 0

    def find_columns(self, names: Sequence[str]) -> list[str]:
        """Find the columns by their names, and return those that are needed.

        Raises
        ------
        RecordsError
            Where a named column is missing, or none looks like text.
        """
        problems: list[Problem] = []
        self._found = find_columns(
            self.location, dict.fromkeys(names), self.columns, problems, only_texts=self._only_texts
        )
        raise_errors(problems, RecordsError)
        self.warnings.add(problems, Oddities(), ())
        needed = (self._found.id, *self._found.fields) if self._only_texts else tuple(names)
        return [name for name in names if name in needed]

    def check(self, batch: pa.RecordBatch) -> ArrowRecords:
        """Return the records of the next batch.

        Raises
        ------
        RecordsError
            With every error and warning of the batch.
        """
        self._check_values(batch)
        found, oddities = self._found, Oddities()
        problems: list[Problem] = []
        about_tags: list[Problem] = []
        ids = self._read_ids(batch, problems)
        texts = {name: self._read_texts(batch, name, problems, oddities) for name in found.fields}
        given = self._read_tags(batch, about_tags, oddities)
        raise_errors([*problems, *oddities.conversions(), *about_tags], RecordsError)
        _count(list(texts.values()), oddities)
        oddities.unlabelled = 0 if given is None else given.null_count
        self.warnings.add(problems, oddities, about_tags)
        self._rows += batch.num_rows
        for name, column in texts.items():
            batch = batch.set_column(batch.schema.get_field_index(name), name, column)
        return ArrowRecords(batch, _id_array(ids), found.fields, given)

    def _place(self, row: int) -> Place:
        # A record batch has no lines; its rows are counted from 1 and reported like lines.
        return Place(self.location, self._rows + row + 1)

    def _entries(self, batch: pa.RecordBatch, name: str) -> list[Entry]:
        return [({name: value}, self._place(row)) for row, value in enumerate(batch.column(name).to_pylist())]

    def _check_values(self, batch: pa.RecordBatch) -> None:
        """Refuse values that would be no Python objects, so that no view of a record can fail."""
        import pyarrow as pa

        for column in batch.columns:
            try:
                if not _is_plain(column.type):
                    column.to_pylist()
                else:
                    column.validate(full=True)
            except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as failure:
                raise RecordsError(self._unreadable(self.location, _as_python_says(column, failure))) from None

    def _read_ids(self, batch: pa.RecordBatch, problems: list[Problem]) -> Any:
        """Return an Arrow array, or a tuple of ids."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        name = self._found.id
        if name is None:
            numbers = self._ids.number(batch.num_rows)
            return pa.array(np.arange(numbers.start, numbers.stop, dtype=np.int64))
        ids = _plain_ids(batch.column(name))
        if ids is None or len(pc.unique(ids)) < len(ids) or not self._ids.is_of_kind(_kind(ids)):
            return self._ids.read(self._entries(batch, name), name, problems)
        listed = ids.to_numpy() if pa.types.is_int64(ids.type) else ids.to_pylist()
        self._ids.find_earlier(listed, self._place, problems)
        return ids

    def _read_texts(self, batch: pa.RecordBatch, name: str, problems: list[Problem], oddities: Oddities) -> pa.Array:
        import pyarrow as pa

        column = _as_strings(batch.column(name))
        if column is not None:
            return column
        return pa.array(read_texts(self._entries(batch, name), name, problems, oddities), pa.large_string())

    def _read_tags(self, batch: pa.RecordBatch, problems: list[Problem], oddities: Oddities) -> pa.Array | None:
        import pyarrow as pa

        if self._found.tags is None or self._only_texts:
            return None
        column = batch.column(self._found.tags)
        kind = pa.list_(pa.string())
        if _are_plain_tags(column):
            return column.cast(kind)
        reader = TagReader(typed=True, separator=self.columns.separator, problems=problems, oddities=oddities)
        return pa.array([reader.read(value, self._place(row)) for row, value in enumerate(column.to_pylist())], kind)


def _unreadable_batch(name: str, failure: Exception) -> Problem:
    reason = str(failure).partition("\n")[0].rstrip(".")
    return Problem(f"a column cannot be read: {reason}.", Place(name), "Mend it, or cast it to another type.")


def _as_python_says(column: pa.Array, failure: Exception) -> Exception:
    """Return how reading the values fails, in the words that a reader of whole files would have."""
    import pyarrow as pa

    try:
        column.to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as same:
        return same
    return failure


def _is_plain(kind: pa.DataType) -> bool:
    """Say whether each value of a type that is valid can be a Python object; dates and times may lie outside."""
    import pyarrow as pa

    if pa.types.is_nested(kind):
        return all(_is_plain(kind.field(i).type) for i in range(kind.num_fields))
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not pa.types.is_temporal(kind)


def _as_strings(column: pa.Array) -> pa.Array | None:
    """Return a column of texts as string or large_string; None if it holds something else."""
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    return column.cast(pa.string()) if pa.types.is_null(kind) else None


def _plain_ids(column: pa.Array) -> pa.Array | None:
    """Return a column of ids as int64 or string where that needs no judgement; None where each must be looked at."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count:
        return None
    if pa.types.is_integer(column.type):
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid:  # beyond 64 bits with a sign
            return None
    texts = _as_strings(column)
    if texts is None or pc.min(pc.binary_length(texts)).as_py() == 0:
        return None
    return texts.cast(pa.string())


def _are_plain_tags(column: pa.Array) -> bool:
    """Say whether tags are lists of names that need no change: no null, no white space around, no repeat in a list."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
        return False
    names = _as_strings(column.flatten())
    if names is None or names.null_count:
        return False
    encoded = names.dictionary_encode()
    distinct = encoded.dictionary
    trimmed = pc.utf8_trim_whitespace(distinct)
    if not trimmed.equals(distinct) or pc.any(pc.equal(pc.binary_length(distinct), 0)).as_py():
        return False
    lists = pc.list_parent_indices(column).to_numpy().astype(np.int64)
    pairs = lists * max(1, len(distinct)) + encoded.indices.to_numpy()
    return len(np.unique(pairs)) == len(pairs)


def _kind(ids: pa.Array) -> type[int] | type[str]:
    import pyarrow as pa

    return int if pa.types.is_int64(ids.type) else str


def _id_array(ids: Any) -> pa.Array:
    import pyarrow as pa

    if isinstance(ids, pa.Array):
        return ids
    return pa.array(ids, pa.string() if isinstance(ids[0], str) else pa.int64())


def _count(texts: list[pa.Array], oddities: Oddities) -> None:
    """Count what is odd in the texts of a batch."""
    import pyarrow.compute as pc

    oddities.textless = pc.sum(reduce(pc.and_, map(_is_blank, texts))).as_py()
    with_returns = [pc.match_substring(column, "\r") for column in texts if _may_have_returns(column)]
    if with_returns:
        oddities.returns = pc.sum(reduce(pc.or_, [pc.fill_null(has, fill_value=False) for has in with_returns])).as_py()


def _is_blank(column: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    blank = pc.or_(pc.equal(pc.binary_length(column), 0), pc.utf8_is_space(column))
    return pc.fill_null(blank, fill_value=True)


def _may_have_returns(column: pa.Array) -> bool:
    """Say whether there is a carriage return in the memory of a column (a slice may share it): a quick look."""
    import numpy as np

    data = column.buffers()[2]
    return data is not None and data.size > 0 and bool((np.frombuffer(data, np.uint8) == ord("\r")).any())
