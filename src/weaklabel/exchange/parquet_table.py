"""Parquet: a record with its tags a row; see :mod:`weaklabel.exchange.rows`."""

from __future__ import annotations

import io
from collections.abc import Mapping

from weaklabel.errors import ExchangeError, Place, Problem, raise_errors
from weaklabel.exchange.entries import Entry, keep_marked
from weaklabel.exchange.interface import Annotations, Layout, Need, Outgoing, Parcel
from weaklabel.exchange.parquet_rows import read_table
from weaklabel.exchange.rows import TABLE, TAGS, as_row, field_columns, read_row


class ParquetTable:
    """See the module."""

    name = "parquet"
    description = "a record with its tags a row, typed"
    layouts: tuple[Layout, ...] = ("all",)
    needs: frozenset[Need] = frozenset()

    def export(self, package: Outgoing) -> Parcel:
        """Return records.parquet."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns, names = field_columns(package), pa.list_(pa.string())
        schema = pa.schema(
            [
                ("record_id", pa.int64() if package.has_number_ids else pa.string()),
                *((name, pa.string()) for name in columns.values()),
                ("tags", names),
                ("probabilities", pa.list_(pa.float64())),
                ("suggested", names),
                ("given", names),
            ]
        )
        table = pa.Table.from_pylist([as_row(package, record, columns) for record in package.records], schema=schema)
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        return Parcel({"records.parquet": buffer.getvalue()})

    def read(self, files: Mapping[str, bytes]) -> Annotations:
        """Read Parquet."""
        problems: list[Problem] = []
        entries = [
            Entry(row, Place(name, number), problems)
            for name, data in files.items()
            for number, row in enumerate(read_table(name, data).to_pylist(), start=1)
        ]
        rows = tuple(map(read_row, keep_marked(entries, TABLE, (TAGS,), problems)))
        raise_errors(problems, ExchangeError)
        return Annotations(rows, tuple(problems))


FORMAT = ParquetTable()
