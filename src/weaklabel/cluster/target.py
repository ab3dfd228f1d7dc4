"""A file of votes: written beside its place, and moved there when it is whole; its footer says what it was made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from weaklabel.cluster.leases import Lease, take_lease
from weaklabel.errors import OutputError, Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

KEY = b"weaklabel"
FORMAT = 1
ROW_GROUP_ROWS = 1 << 19


class VoteFile:
    """A Parquet file that is written in pieces and appears as a whole. A context manager.

    Leaving the block without :meth:`commit` leaves what was there before. Errors of the disk are raised as OutputError.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._lease: Lease | None = None
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting = 0

    def __enter__(self) -> Self:
        with self._disk():
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._lease = take_lease(self._target.parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._writer is not None:
                self._writer.close()
        except OSError:
            if error is None:
                raise
        finally:
            if self._lease is not None:
                self._lease.end()

    def write(self, votes: pa.RecordBatch) -> None:
        """Add votes; rows are collected until they fill a row group."""
        self._waiting.append(votes)
        self._n_waiting += votes.num_rows
        if self._n_waiting >= ROW_GROUP_ROWS:
            self._flush()

    def commit(self, description: Mapping[str, Any]) -> None:
        """Write the footer, and put the file in its place; there must have been a write, of whatever length."""
        self._flush()
        if self._writer is None or self._lease is None:
            raise RuntimeError("Nothing was written.")
        with self._disk():
            self._writer.add_key_value_metadata({KEY: _as_json(description)})
            self._writer.close()
            self._writer = None
            self._lease.path.replace(self._target)

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._waiting or self._lease is None:
            return
        table = pa.Table.from_batches(self._waiting)
        self._waiting, self._n_waiting = [], 0
        with self._disk():
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._lease.path, table.schema, compression="zstd")
            self._writer.write_table(table, row_group_size=max(1, table.num_rows))

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            what = f"votes cannot be written: {failure.strerror or failure}."
            fix = "Is there space on the disk, and may the folder be written to?"
            raise OutputError(Problem(what, Place(str(self._target)), fix)) from None


def read_description(target: Path) -> dict[str, Any] | None:
    """Return what the footer of a file of votes says.

    Returns
    -------
    dict or None
        None where there is no file, or no whole one.

    Raises
    ------
    OutputError
        Where there is a file, and it is not one that :class:`VoteFile` wrote: it is not ours to replace.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if target.is_dir():
        raise OutputError(_explain_foreign(target, "a folder stands where votes would be written."))
    try:
        with pa.OSFile(str(target)) as file:
            metadata = pq.read_metadata(file).metadata or {}
    except (pa.ArrowException, OSError):
        return None
    if KEY not in metadata:
        raise OutputError(_explain_foreign(target, "this file was not written by `weaklabel vote`."))
    try:
        described = json.loads(metadata[KEY])
    except ValueError:
        return None
    return described if isinstance(described, dict) and described.get("format") == FORMAT else None


def _explain_foreign(target: Path, what: str) -> Problem:
    return Problem(what, Place(str(target)), "Move it away, or name another folder with --out.")


def _as_json(description: Mapping[str, Any]) -> bytes:
    return json.dumps({"format": FORMAT, **description}, sort_keys=True).encode()
