"""Given tags in Parquet: one column is written anew, with the type that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weaklabel.records.values import as_text
from weaklabel.terms.decisions import TagEdit


def rewrite_parquet(data: bytes, column: str, edits: Mapping[int, TagEdit]) -> bytes:
    """Return the bytes of a Parquet file with the tags of some rows edited; a column that is not there is added.

    Other columns, the schema's metadata, the compression and the size of row groups stay.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(data))
    table = file.read()
    lists = pa.list_(pa.string())
    if column in table.column_names:
        place, kind = table.column_names.index(column), table.schema.field(column).type
        values = table.column(place).to_pylist()
    else:
        place, kind, values = table.num_columns, lists, [None] * len(table)
    for i, edit in edits.items():
        values[i] = _edit(values[i], edit)
    if any(isinstance(values[i], list) for i in edits) and not _is_list(kind):
        values = [[value] if isinstance(value, str) else value for value in values]
        kind = lists
    new = pa.array(values, kind)
    metadata = table.schema.metadata
    field = pa.field(column, kind)
    table = table.set_column(place, field, new) if place < table.num_columns else table.append_column(field, new)
    group = file.metadata.row_group(0)
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(metadata),
        sink,
        row_group_size=max(group.num_rows, 1),
        compression=group.column(0).compression,
    )
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _edit(value: Any, edit: TagEdit) -> Any:
    if edit.becomes_null:
        return None
    if isinstance(value, list):
        kept = [name for name in value if name is None or as_text(name).strip() not in edit.removed]
        return [*(edit.respelt.get(as_text(name).strip(), name) for name in kept), *edit.added]
    tags = edit.apply((as_text(value).strip(),) if isinstance(value, str) and value.strip() else ()) or ()
    return tags[0] if isinstance(value, str) and len(tags) == 1 else list(tags)


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))
