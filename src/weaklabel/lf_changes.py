"""`weaklabel lf diff`: what an edit of labeling functions changes in their votes, record by record."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from weaklabel.errors import LabelingFunctionError, Place, Problem
from weaklabel.inputs import Inputs
from weaklabel.terms import PRESENT, LabelingFunction, Span, Votes
from weaklabel.vote import find_spans, withdraw_generated

Change = Literal["gained", "lost"]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A record that gained or lost a tag: votes for it outweigh those against it in one version alone.

    Attributes
    ----------
    record
        Its position.
    lfs
        The labeling functions whose votes on the tag are others.
    spans
        Where those that speak for the tag find their evidence, in the version in which they do.
    """

    record: int
    tag: str
    change: Change
    lfs: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LFDiff:
    """What is different between two versions of the labeling functions of a project.

    Attributes
    ----------
    added, removed, changed
        Their ids; changed are those that have another definition.
    cells
        Every record that gained or lost a tag, by tag and record.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    cells: tuple[CellChange, ...]


def compare_versions(
    inputs: Inputs, old: Sequence[LabelingFunction], old_votes: Votes, new: Sequence[LabelingFunction], new_votes: Votes
) -> LFDiff:
    """Compare two versions of labeling functions on the same records.

    Parameters
    ----------
    inputs
        The records and the vocabulary.
    old, new
        The labeling functions, each sorted by id.
    old_votes, new_votes
        Their votes as cast.
    """
    before, after = ({lf.id: lf.definition for lf in lfs} for lfs in (old, new))
    changed = tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key]))
    sides = _Side.of(old, old_votes), _Side.of(new, new_votes)
    return LFDiff(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        changed,
        tuple(_changes(inputs, *sides)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One version: which cells have a tag by its votes, and who votes on each."""

    lfs: Sequence[LabelingFunction]
    has: frozenset[tuple[int, int]]
    cast: dict[tuple[int, int], dict[str, int]]

    @classmethod
    def of(cls, lfs: Sequence[LabelingFunction], votes: Votes) -> _Side:
        standing = withdraw_generated(votes, lfs)
        cell = standing.tag.astype(np.int64) * standing.n_records + standing.record
        key, at = np.unique(cell, return_inverse=True)
        balance = np.bincount(at, standing.vote, minlength=len(key))
        has = frozenset(divmod(int(each), standing.n_records) for each in key[balance > 0])
        cast: dict[tuple[int, int], dict[str, int]] = {}
        columns = (standing.tag, standing.record, standing.lf, standing.vote)
        for tag, record, lf, vote in zip(*(column.tolist() for column in columns), strict=True):
            cast.setdefault((tag, record), {})[standing.lf_ids[lf]] = vote
        return cls(lfs, has, cast)


def _changes(inputs: Inputs, old: _Side, new: _Side) -> Iterator[CellChange]:
    for tag, record in sorted(old.has ^ new.has):
        side: _Side = new if (tag, record) in new.has else old
        change: Change = "gained" if side is new else "lost"
        before, after = old.cast.get((tag, record), {}), new.cast.get((tag, record), {})
        lfs = tuple(sorted(key for key in {*before, *after} if before.get(key) != after.get(key)))
        speaking = [lf for lf in side.lfs if side.cast[tag, record].get(lf.id) == PRESENT and lf.id in lfs]
        spans = [span for lf in speaking for span in find_spans(lf, inputs.records, record)]
        yield CellChange(record, inputs.vocabulary.names[tag], change, lfs, tuple(dict.fromkeys(spans)))


def folder_at_revision(folder: Path, revision: str, into: Path) -> Path:
    """Write a folder as it was at a revision of its Git repository below another folder, and return where.

    Raises
    ------
    LabelingFunctionError
        Where it is in no repository, or was not there at that revision.
    """
    found = subprocess.run(  # noqa: S603 - no shell; the revision follows the options
        ["git", "-C", str(folder), "archive", "--format=tar", "--end-of-options", revision, "."],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if found.returncode:
        said = found.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        what = f"there is no version {revision!r} of it: {said[-1].removeprefix('fatal: ')}."
        raise LabelingFunctionError(
            Problem(what, Place(str(folder)), "Name a commit, a tag or a branch of its repository.")
        )
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
        archive.extractall(into, filter="data")
    return into
