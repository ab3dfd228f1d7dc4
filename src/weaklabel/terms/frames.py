"""Records as a table: what labeling functions that are called with many records at once get."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from weaklabel.errors import LabelingFunctionError, Problem
from weaklabel.terms.records import ArrowRecords, Record, Records, RecordSource

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def as_frame(records: RecordSource) -> pd.DataFrame:
    """Return one row a record: every column, and `text`, `tags` and `record_id` as a Record has them.

    A null text is empty. The frame is the caller's own, and its index counts from 0.
    """
    import pandas as pd

    frame = _columns(records).reset_index(drop=True)
    frame.columns = frame.columns.map(str)
    texts = {name: [text or "" for text in records.text_array(name).to_pylist()] for name in records.fields}
    for name in texts:
        frame[name] = texts[name]
    joined = ["\n".join(filter(None, parts)) for parts in zip(*texts.values(), strict=True)]
    own = frame["text"].tolist() if "text" in frame.columns else joined
    frame["text"] = [text if isinstance(text, str) else other for text, other in zip(own, joined, strict=True)]
    frame["tags"] = pd.Series(list(records.given), dtype=object)
    frame["record_id"] = list(records.ids)
    return frame


def _columns(records: RecordSource) -> pd.DataFrame:
    if isinstance(records, Records):
        return records.frame
    if isinstance(records, ArrowRecords):
        import pandas as pd

        # Python objects, as in the frame of Records: a labeling function sees the same types in every command.
        columns = zip(records.batch.schema.names, records.batch.columns, strict=True)
        return pd.DataFrame({name: pd.Series(column.to_pylist(), dtype=object) for name, column in columns})
    raise TypeError(f"{type(records).__name__} has no table")


def as_one_row(record: Record) -> pd.DataFrame:
    """Return one record as :func:`as_frame` returns many."""
    import pandas as pd

    frame = pd.DataFrame({name: [value] for name, value in record.as_dict().items()})
    frame["tags"] = pd.Series([record.tags], dtype=object)
    frame["record_id"] = [record.record_id]
    return frame


def as_record_batch(records: RecordSource) -> pa.RecordBatch:
    """Return the columns of :func:`as_frame` as Arrow's; those of :class:`ArrowRecords` keep their types.

    Raises
    ------
    LabelingFunctionError
        With every column that Arrow cannot represent.
    """
    frame = as_frame(records)
    if not isinstance(records, ArrowRecords):
        return to_arrow(frame)
    read = dict(zip(records.batch.schema.names, records.batch.columns, strict=True))
    made = {*records.fields, "text", "tags", "record_id"}
    return to_arrow(frame, {name: column for name, column in read.items() if name not in made})


def to_arrow(frame: pd.DataFrame, read: Mapping[str, pa.Array] = MappingProxyType({})) -> pa.RecordBatch:
    """Return a frame's columns as Arrow's, but for those that were `read` as such; raises LabelingFunctionError."""
    import pyarrow as pa

    types = {"tags": pa.list_(pa.string()), "text": pa.large_string()}
    columns = dict(read)
    problems: list[Problem] = []
    for name in frame.columns:
        try:
            columns[name] = read[name] if name in read else pa.array(frame[name], types.get(name), from_pandas=True)
        except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
            what = f"the column {name!r} cannot be Arrow's: {error}."
            problems.append(Problem(what, fix='Give it values of one type, or use batch="pandas".'))
    if problems:
        raise LabelingFunctionError(problems)
    arrays = [columns[name] for name in frame.columns]
    whole = [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays]
    return pa.RecordBatch.from_arrays(whole, names=list(frame.columns))
