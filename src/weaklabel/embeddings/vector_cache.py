"""Vectors of earlier runs, under a hash of the model and one of each text.

A model has a folder of packs. A pack holds digests of texts and their vectors, and is never changed: what is new is a
new pack, which takes in those that are not much larger, so that there are few (O'Neil et al., "The log-structured
merge-tree", 1996). Two runs at once write two packs; a text that is in both has the same vector.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.checked_files import (
    drop_unused_longest,
    list_files,
    make_cache_folder,
    read_checked,
    size_bytes,
    touch,
    write_checked,
)

FORMAT = 1
"""To be raised when a pack, or the way in which weaklabel lets a model compute, changes."""

DIGEST_BYTES = 16
PACK_BYTES = 16 * 1024**2
DEFAULT_LIMIT_BYTES = 512 * 1024**2

Vector = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]


def digest_text(text: str) -> bytes:
    """Return the hash under which a text's vector is kept."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


@dataclass(frozen=True, slots=True)
class VectorCache:
    """A folder of vectors.

    Parameters
    ----------
    folder
        Made when the first vectors are kept; it may hold those of several models.
    model
        All that decides a text's vector; vectors of another are not used.
    limit_bytes
        Above this size, what was not used for the longest time is removed.
    """

    folder: Path
    model: str
    limit_bytes: int = DEFAULT_LIMIT_BYTES

    def read(self, digests: Iterable[bytes]) -> dict[bytes, Vector]:
        """Return the vectors that are known, each float32 of shape (dimensions,)."""
        wanted = set(digests)
        found: dict[bytes, Vector] = {}
        for path in self._packs():
            pack = _Pack.read(path)
            if pack is None:
                with suppress(OSError):
                    path.unlink()
                continue
            known = {digest: pack.vectors[row] for row, digest in enumerate(pack.digests) if digest in wanted}
            if known:
                touch(path)
            found |= known
        return found

    def write(self, vectors: Mapping[bytes, Vector]) -> None:
        """Keep vectors, all of one length; where the folder cannot be written, they are not kept."""
        with suppress(OSError):
            make_cache_folder(self.folder)
            content, absorbed = _Pack.of(vectors).packed(), []
            for path in sorted(self._packs(), key=lambda path: size_bytes([path])):
                size = size_bytes([path])
                if size > 2 * len(content) or size + len(content) > PACK_BYTES:
                    break
                absorbed.append(path)
                if (pack := _Pack.read(path)) is not None:
                    vectors = {**dict(zip(pack.digests, pack.vectors, strict=True)), **vectors}
                    content = _Pack.of(vectors).packed()
            new = self._folder_of_model / hashlib.sha256(content).hexdigest()[:32]
            write_checked(new, content)
            for path in absorbed:
                if path != new:
                    path.unlink(missing_ok=True)
            self.trim()

    def trim(self) -> None:
        """Above the limit, remove the packs that were unused for longest, whichever model they are of."""
        packs = list_files(self.folder / "vectors")
        drop_unused_longest(packs, size_bytes(packs) - self.limit_bytes)

    @property
    def _folder_of_model(self) -> Path:
        return self.folder / "vectors" / hashlib.sha256(f"{FORMAT} {self.model}".encode()).hexdigest()[:32]

    def _packs(self) -> list[Path]:
        return sorted(path for path in list_files(self._folder_of_model) if not path.name.startswith("."))


class _Pack(NamedTuple):
    """What a file holds: digests of texts, and their vectors, float32 of shape (texts, dimensions)."""

    digests: list[bytes]
    vectors: Vectors

    @classmethod
    def of(cls, vectors: Mapping[bytes, Vector]) -> _Pack:
        digests = sorted(vectors)
        return cls(digests, np.stack([vectors[digest] for digest in digests]))

    def packed(self) -> bytes:
        head = {"texts": len(self.digests), "dimensions": self.vectors.shape[1]}
        return b"".join([json.dumps(head).encode(), b"\n", *self.digests, self.vectors.astype("<f4").tobytes()])

    @classmethod
    def read(cls, path: Path) -> _Pack | None:
        content = read_checked(path)
        if content is None:
            return None
        start = content.index(b"\n") + 1
        head: dict[str, int] = json.loads(content[:start])
        split = start + DIGEST_BYTES * head["texts"]
        digests = [content[at : at + DIGEST_BYTES] for at in range(start, split, DIGEST_BYTES)]
        vectors = np.frombuffer(content, dtype="<f4", offset=split).reshape(head["texts"], head["dimensions"])
        return cls(digests, vectors.astype(np.float32, copy=False))
