"""Votes of earlier runs: each labeling function's, under a hash of all that decides them.

Kept are the votes of labeling functions that a guard calls (regular expressions, spaCy, Python); phrases are
matched anew faster than their votes could be read. What failed is not kept, and tried again.

The folder holds two kinds of files, each with a checksum before its content: `records/` has lists of record digests,
`votes/` has for one labeling function the list it was run on and the votes, by position in it. A file that is
damaged or cannot be read counts as not there.
"""

from __future__ import annotations

import hashlib
import json
import platform
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from weaklabel.checked_files import (
    drop_unused_longest,
    list_files,
    make_cache_folder,
    read_checked,
    remove_folder,
    size_bytes,
    touch,
    write_checked,
)
from weaklabel.terms import LabelingFunction, Vocabulary
from weaklabel.vote.batch import BatchVotes

FORMAT = 1
DIGEST_BYTES = 16
DEFAULT_LIMIT_BYTES = 512 * 1024**2

Digests = npt.NDArray[np.void]
"""An array of shape (records,) of 16-byte hashes."""


class RecordList(NamedTuple):
    """Digests of records, in order, and a name that no other list of them has."""

    name: str
    digests: Digests


class Known(NamedTuple):
    """What the cache knows of a labeling function's votes on some records.

    Attributes
    ----------
    rows
        bool array of shape (records,): on which of them its votes are known.
    votes
        Its votes there; it is labeling function 0.
    """

    rows: npt.NDArray[np.bool_]
    votes: BatchVotes


@dataclass
class VoteCache:
    """A folder of votes.

    Parameters
    ----------
    folder
        Made when the first votes are kept.
    version
        The version of weaklabel; votes of another are not used.
    limit_bytes
        Above this size, what was not used for the longest time is removed.
    """

    folder: Path
    version: str
    limit_bytes: int = DEFAULT_LIMIT_BYTES
    _lists: dict[str, Digests | None] = field(default_factory=dict, init=False, repr=False)
    # Most labeling functions share one list: what was found out about two lists is kept.
    _matches: dict[tuple[str, str], _Match] = field(default_factory=dict, init=False, repr=False)

    def key(self, lf: LabelingFunction) -> str:
        """Return the hash of all that decides a labeling function's votes on a record."""
        parts = [
            FORMAT,
            self.version,
            platform.python_version_tuple()[:2],
            unicodedata.unidata_version,
            type(lf).__name__,
            lf.definition,
            lf.tags,
            lf.polarity,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def read(self, lf: LabelingFunction, records: RecordList, vocabulary: Vocabulary) -> Known | None:
        """Return what is known of a labeling function's votes on records; None where nothing is."""
        path = self._votes_path(lf)
        entry = _Entry.read(path)
        before = None if entry is None else self.read_list(entry.records)
        if entry is None or before is None or any(tag not in vocabulary for tag in entry.tags):
            return None
        match = self._matches.get((entry.records, records.name))
        if match is None:
            match = self._matches[entry.records, records.name] = _Match.of(records.digests, before)
        touch(path)
        return Known(match.known_but_for(entry.unknown), entry.votes_on(match, vocabulary))

    def write(
        self,
        lf: LabelingFunction,
        records: RecordList,
        votes: BatchVotes,
        failed: Sequence[int],
        vocabulary: Vocabulary,
    ) -> None:
        """Keep a labeling function's votes on records, but for those on which it failed."""
        self._write_list(records)
        entry = _Entry(
            records.name,
            vocabulary.names,
            np.array(sorted(failed), dtype=np.int32),
            votes.record.astype(np.int32),
            votes.tag.astype(np.int32),
            votes.vote,
        )
        write_checked(self._votes_path(lf), entry.packed())

    def _votes_path(self, lf: LabelingFunction) -> Path:
        key = self.key(lf)
        return self.folder / "votes" / key[:2] / key

    def _list_path(self, name: str) -> Path:
        return self.folder / "records" / name

    def read_list(self, name: str) -> Digests | None:
        """Return the digests of the records that have this name; None where they are not known."""
        if name not in self._lists:
            content = read_checked(self._list_path(name))
            touch(self._list_path(name))
            is_whole = content is not None and len(content) % DIGEST_BYTES == 0
            self._lists[name] = np.frombuffer(content, dtype=f"V{DIGEST_BYTES}") if is_whole and content else None
        return self._lists[name]

    def _write_list(self, records: RecordList) -> None:
        if self.read_list(records.name) is None:
            make_cache_folder(self.folder)
            write_checked(self._list_path(records.name), records.digests.tobytes())
            self._lists[records.name] = records.digests

    def trim(self) -> None:
        """Above the limit, remove lists that no votes refer to, and then the votes that were unused for longest."""
        excess = size_bytes(list_files(self.folder)) - self.limit_bytes
        if excess <= 0:
            return
        excess -= self._drop_unused_lists()
        drop_unused_longest(list_files(self.folder / "votes"), excess)
        self._drop_unused_lists()

    def _drop_unused_lists(self) -> int:
        """Return how many bytes that freed."""
        used = {entry.records for path in list_files(self.folder / "votes") if (entry := _Entry.read(path))}
        unused = [path for path in list_files(self.folder / "records") if path.name not in used]
        size = size_bytes(unused)
        for path in unused:
            path.unlink(missing_ok=True)
        return size

    def clear(self) -> int:
        """Remove the folder, and return how many bytes it held."""
        return remove_folder(self.folder)


class _Match(NamedTuple):
    """Which of some digests were in a list before.

    Attributes
    ----------
    there
        For each digest its position in the list, or -1.
    here
        For each position in the list where the digest is now, or -1; None where one digest is at several places.
    """

    digests: Digests
    there: npt.NDArray[np.intp]
    here: npt.NDArray[np.intp] | None

    @classmethod
    def of(cls, digests: Digests, before: Digests) -> _Match:
        if len(digests) == len(before) and digests.tobytes() == before.tobytes():
            everywhere = np.arange(len(digests))
            return cls(digests, everywhere, everywhere)
        place = {digest: i for i, digest in enumerate(before.tolist())}
        there = np.array([place.get(digest, -1) for digest in digests.tolist()], dtype=np.intp)
        found = np.flatnonzero(there >= 0)
        here = np.full(len(before), -1, dtype=np.intp)
        here[there[found]] = found
        return cls(digests, there, here if len(found) == np.count_nonzero(here >= 0) else None)

    def known_but_for(self, unknown: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Return which digests were in the list, at other positions than `unknown`."""
        known: npt.NDArray[np.bool_] = self.there >= 0
        return known & ~np.isin(self.there, unknown) if len(unknown) else known


class _Entry(NamedTuple):
    """What a file of votes holds: votes as (position in the list of records, position in `tags`, vote)."""

    records: str
    tags: tuple[str, ...]
    unknown: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    tag: npt.NDArray[np.int32]
    vote: npt.NDArray[np.int8]

    def packed(self) -> bytes:
        used, tag = np.unique(self.tag, return_inverse=True)
        head = {
            "records": self.records,
            "tags": [self.tags[i] for i in used.tolist()],
            "unknown": len(self.unknown),
            "votes": len(self.vote),
        }
        arrays = (self.unknown, self.row, tag.astype(np.int32), self.vote)
        return b"".join([json.dumps(head).encode(), b"\n", *(array.tobytes() for array in arrays)])

    @classmethod
    def read(cls, path: Path) -> _Entry | None:
        content = read_checked(path)
        if content is None:
            return None
        line, _, rest = content.partition(b"\n")
        head: dict[str, Any] = json.loads(line)
        ends = np.cumsum([0, 4 * head["unknown"], 4 * head["votes"], 4 * head["votes"], head["votes"]]).tolist()
        unknown, row, tag = (np.frombuffer(rest[ends[i] : ends[i + 1]], dtype=np.int32) for i in range(3))
        vote = np.frombuffer(rest[ends[3] : ends[4]], dtype=np.int8)
        return cls(head["records"], tuple(head["tags"]), unknown, row, tag, vote)

    def votes_on(self, match: _Match, vocabulary: Vocabulary) -> BatchVotes:
        """Return the votes on the records of today that were there before."""
        if match.here is not None:
            record = match.here[self.row]
            picked = np.flatnonzero(record >= 0)
            record = record[picked]
        else:  # one digest is at several places today: each gets the votes
            now = np.flatnonzero(match.there >= 0)
            order = np.argsort(self.row, kind="stable")
            first, last = (np.searchsorted(self.row[order], match.there[now], side) for side in ("left", "right"))
            count = last - first
            picked = order[np.repeat(last - np.cumsum(count), count) + np.arange(count.sum())]
            record = np.repeat(now, count)
        tags = np.array([vocabulary.index[tag] for tag in self.tags], dtype=np.int32)
        lf = np.zeros(len(record), dtype=np.int32)
        return BatchVotes(record.astype(np.int32), lf, tags[self.tag[picked]], self.vote[picked])
