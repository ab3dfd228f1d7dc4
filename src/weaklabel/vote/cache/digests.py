"""Hashes of what labeling functions see of each record."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from weaklabel.terms import LabelingFunction, RecordSource
from weaklabel.terms.conditions import reads_columns
from weaklabel.vote.cache.store import DIGEST_BYTES, RecordList, VoteCache

HASHED_AT_ONCE = 1024

Rows = Iterable[tuple[Any, ...]]


class RecordDigests:
    """For each labeling function the digests of records: of the texts for most, else of every column.

    Digests of records that `cache` has seen are read from it: to hash all records at once is much faster.
    """

    def __init__(self, records: RecordSource, cache: VoteCache) -> None:
        self._records, self._cache = records, cache
        self._made: dict[bool, RecordList] = {}

    def of(self, lf: LabelingFunction) -> RecordList:
        """Return the digests of all records, as far as `lf` can see them."""
        sees_all = reads_columns(lf)
        if sees_all not in self._made:
            names = _column_names(self._records) if sees_all else self._records.fields
            self._made[sees_all] = self._look_up(names, _whole_rows if sees_all else _texts)
        return self._made[sees_all]

    def _look_up(self, names: Sequence[str], read: Callable[[RecordSource], Rows]) -> RecordList:
        head = repr(tuple(names)).encode()
        whole = hashlib.blake2b(head, digest_size=32)
        for content in _pickled(_several(read(self._records))):
            whole.update(content)
        digests = self._cache.read_list(whole.hexdigest())
        if digests is None or len(digests) != len(self._records):
            rows = [
                hashlib.blake2b(head + content, digest_size=DIGEST_BYTES).digest()
                for content in _pickled(read(self._records))
            ]
            digests = np.array(rows, dtype=f"V{DIGEST_BYTES}")
        return RecordList(whole.hexdigest(), digests)


def _column_names(records: RecordSource) -> Sequence[str]:
    first = next(records.slice(0, 1).views(), None)
    return first.columns if first else ()


def _texts(records: RecordSource) -> Rows:
    columns = [[text or "" for text in records.text_array(name).to_pylist()] for name in records.fields]
    return zip(*columns, strict=True)


def _whole_rows(records: RecordSource) -> Rows:
    return records.rows()


def _several(rows: Rows) -> Iterator[list[tuple[Any, ...]]]:
    rows = iter(rows)
    while several := list(islice(rows, HASHED_AT_ONCE)):
        yield several


def _pickled(rows: Iterable[Any]) -> Iterator[bytes]:
    """Yield the bytes of each row (or of several), which depend on the values alone."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.fast = True  # no back references: whether two equal values are one object does not matter
    for row in rows:
        stream.seek(0)
        stream.truncate()
        pickler.dump(row)
        yield stream.getvalue()
