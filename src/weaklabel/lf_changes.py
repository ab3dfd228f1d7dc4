"""`weaklabel lf diff`: what is otherwise in the votes of two versions of labeling functions, record by record."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from weaklabel.errors import LabelingFunctionError, Place, Problem, did_you_mean
from weaklabel.inputs import Inputs
from weaklabel.manifest import digest
from weaklabel.run_folder import read_votes
from weaklabel.terms import ABSENT, PRESENT, LabelingFunction, Span, Votes
from weaklabel.vote import find_spans, withdraw_generated

Change = Literal["gained", "lost"]
NO_REVISION = "Name a commit, a tag or a branch of its repository, or a folder."
NO_REPOSITORY = "Name a run or another folder to compare with, such as `weaklabel lf diff runs/latest`."


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
        Where those that speak for the tag find their evidence, in the version in which they do; none of those that are
        no longer at hand.
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
    against
        How many votes against tags are cast in one version alone.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    cells: tuple[CellChange, ...]
    against: int


Cell = tuple[int, int]
"""The positions of a tag and a record."""


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One version of labeling functions, and how they voted.

    Attributes
    ----------
    definitions
        The hash of each one's definition, by id.
    lfs
        Those that are at hand, by id: they can say where they find their evidence.
    cast
        Who votes how on each cell, of the votes that stand.
    has
        The cells on which votes for the tag outweigh those against it.
    """

    definitions: Mapping[str, str]
    lfs: Mapping[str, LabelingFunction]
    cast: Mapping[Cell, Mapping[str, int]]
    has: frozenset[Cell]

    @classmethod
    def of_votes(cls, lfs: Sequence[LabelingFunction], votes: Votes) -> Version:
        """Return labeling functions, sorted by id, and their votes as cast."""
        standing = withdraw_generated(votes, lfs)
        columns = (standing.tag, standing.record, standing.lf, standing.vote)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        cast = _by_cell((tag, record, standing.lf_ids[lf], vote) for tag, record, lf, vote in rows)
        definitions = {lf.id: digest(lf.definition.encode()) for lf in lfs}
        return cls(definitions, {lf.id: lf for lf in lfs}, cast, _outweighing(cast))

    @classmethod
    def of_run(cls, folder: Path, inputs: Inputs) -> Version:
        """Return what a run's folder says of the project's records and tags.

        Labeling functions are at hand that are still defined as they were for the run.

        Raises
        ------
        OutputError
            Where no run is there, or it cannot be read.
        """
        definitions, table = read_votes(folder)
        positions = {str(record_id): i for i, record_id in enumerate(inputs.records.ids)}
        tags, signs = inputs.vocabulary.index, {"present": PRESENT, "absent": ABSENT}
        rows = zip(*(table[name].tolist() for name in ("tag", "record_id", "lf", "vote")), strict=True)
        cast = _by_cell(
            (tags[tag], positions[str(record_id)], lf, signs[vote])
            for tag, record_id, lf, vote in rows
            if tag in tags and str(record_id) in positions
        )
        same = {lf.id: lf for lf in inputs.lfs if definitions.get(lf.id) == digest(lf.definition.encode())}
        return cls(definitions, same, cast, _outweighing(cast))


def _by_cell(rows: Iterable[tuple[int, int, str, int]]) -> dict[Cell, dict[str, int]]:
    cast: dict[Cell, dict[str, int]] = {}
    for tag, record, lf, vote in rows:
        cast.setdefault((tag, record), {})[lf] = vote
    return cast


def _outweighing(cast: Mapping[Cell, Mapping[str, int]]) -> frozenset[Cell]:
    return frozenset(cell for cell, votes in cast.items() if sum(votes.values()) > 0)


def compare_versions(inputs: Inputs, old: Version, new: Version) -> LFDiff:
    """Compare two versions of labeling functions on the same records, those of `inputs`."""
    before, after = old.definitions, new.definitions
    return LFDiff(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(lf for lf in before.keys() & after.keys() if before[lf] != after[lf])),
        cells=tuple(_changes(inputs, old, new)),
        against=len(_against(old.cast) ^ _against(new.cast)),
    )


def _against(cast: Mapping[Cell, Mapping[str, int]]) -> set[tuple[Cell, str]]:
    return {(cell, lf) for cell, votes in cast.items() for lf, vote in votes.items() if vote == ABSENT}


def _changes(inputs: Inputs, old: Version, new: Version) -> Iterator[CellChange]:
    for cell in sorted(old.has ^ new.has):
        tag, record = cell
        side: Version = new if cell in new.has else old
        change: Change = "gained" if side is new else "lost"
        before, after = old.cast.get(cell, {}), new.cast.get(cell, {})
        others = tuple(sorted(lf for lf in {*before, *after} if before.get(lf) != after.get(lf)))
        speaking = [side.lfs[lf] for lf in others if side.cast[cell].get(lf) == PRESENT and lf in side.lfs]
        spans = [span for lf in speaking for span in find_spans(lf, inputs.records, record)]
        yield CellChange(record, inputs.vocabulary.names[tag], change, others, tuple(dict.fromkeys(spans)))


def folder_at_revision(folder: Path, revision: str, into: Path) -> Path:
    """Write a folder as it was at a revision of its Git repository below another folder, and return where.

    Raises
    ------
    LabelingFunctionError
        Where it is in no repository, or was not there at that revision, or Git is not installed.
    """
    command = ["git", "-C", str(folder), "archive", "--format=tar", "--end-of-options", revision, "."]
    try:
        english = {**os.environ, "LC_ALL": "C"}
        found = subprocess.run(command, capture_output=True, check=False, env=english)  # noqa: S603 - no shell
    except FileNotFoundError:
        what = f"there is no version {revision!r} to compare with: Git is not installed."
        raise LabelingFunctionError(Problem(what, Place(str(folder)), NO_REPOSITORY)) from None
    if found.returncode and b"not a git repository" in found.stderr:
        what = f"there is no version {revision!r} to compare with: the folder is in no Git repository."
        raise LabelingFunctionError(Problem(what, Place(str(folder)), _explain_revision(Path(revision), NO_REPOSITORY)))
    if found.returncode:
        said = found.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        what = f"there is no version {revision!r} of it: {said[-1].removeprefix('fatal: ')}."
        raise LabelingFunctionError(Problem(what, Place(str(folder)), _explain_revision(Path(revision))))
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
        archive.extractall(into, filter="data")
    return into


def _explain_revision(name: Path, otherwise: str = NO_REVISION) -> str:
    """Return how to mend what is no revision: it may have been meant as a folder."""
    folders = [str(path) for path in name.parent.iterdir() if path.is_dir()] if name.parent.is_dir() else []
    return did_you_mean(str(name), folders, otherwise=otherwise)
