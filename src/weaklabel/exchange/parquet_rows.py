"""Parquet files from other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weaklabel.errors import ExchangeError, Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa


def read_table(name: str, data: bytes) -> pa.Table:
    """Return a Parquet file's table.

    Raises
    ------
    ExchangeError
        Where it cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as failure:
        reason = str(failure).partition("\n")[0].rstrip(".")
        raise ExchangeError(Problem(f"this is not a readable Parquet file: {reason}.", Place(name))) from None
