"""Hashes of what labeling functions see of each record."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Iterator

import numpy as np

from weaklabel.terms import LabelingFunction, PythonLF, RecordSource
from weaklabel.vote.cache.store import DIGEST_BYTES, Digests


class RecordDigests:
    """For each labeling function the digests of records: of the texts for most, of every column for Python ones."""

    def __init__(self, records: RecordSource) -> None:
        self._records = records
        self._made: dict[bool, Digests] = {}

    def of(self, lf: LabelingFunction) -> Digests:
        """Return the digests of all records, as far as `lf` can see them."""
        sees_all = isinstance(lf, PythonLF)
        if sees_all not in self._made:
            digests = _digest_columns(self._records) if sees_all else _digest_texts(self._records)
            self._made[sees_all] = np.array(list(digests), dtype=f"V{DIGEST_BYTES}")
        return self._made[sees_all]


def _digest_texts(records: RecordSource) -> Iterator[bytes]:
    names = repr(records.fields).encode()
    columns = [records.text_array(name).to_pylist() for name in records.fields]
    for texts in zip(*columns, strict=True):
        parts = [(text or "").encode() for text in texts]
        lengths = repr([len(part) for part in parts]).encode()
        yield hashlib.blake2b(b"".join([names, lengths, *parts]), digest_size=DIGEST_BYTES).digest()


def _digest_columns(records: RecordSource) -> Iterator[bytes]:
    first = next(records.slice(0, 1).views(), None)
    names = repr(first.columns if first else ()).encode()
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.fast = True  # no back references: whether two equal values are one object does not matter
    for row in records.rows():
        stream.seek(0)
        stream.truncate()
        pickler.dump(row)
        yield hashlib.blake2b(names + stream.getvalue(), digest_size=DIGEST_BYTES).digest()
