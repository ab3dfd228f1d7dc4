"""`weaklabel split`: read a project, split its records, look for leaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from weaklabel.documents import read_bytes
from weaklabel.end_models import read_texts
from weaklabel.errors import OutputError, Place, Problem, SplitsError, did_you_mean
from weaklabel.inputs import load_gold, load_records, load_vocabulary
from weaklabel.output import write_file
from weaklabel.records import parse_rows
from weaklabel.splits import (
    DEFAULT_SHARES,
    NEW,
    SIMILARITY,
    Assignment,
    Duplicates,
    Shares,
    SplitBalance,
    find_duplicates,
    find_leaks,
    measure_balance,
    read_assignment,
    stratify,
    write_assignment,
)
from weaklabel.tags import given_matrix, gold_matrix, resolve_given, tag_relations
from weaklabel.terms import OnProgress, Records, Settings, Vocabulary, unreported
from weaklabel.terms.records import RecordId

FILE_NAME = "splits.csv"
DELIMITERS = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True, slots=True)
class Splitting:
    """Records with their splits.

    Attributes
    ----------
    assignment
        What to write: the records of the file, then the new ones.
    kept, new
        How many of the project's records had a split, and how many have one now.
    vanished
        The ids in the file that are of no record any more.
    together
        How many new records have a near-duplicate whose split they share.
    balance
        How near the splits of the project's records come to their shares.
    warnings
        What was odd in the inputs.
    """

    assignment: Assignment
    kept: int
    new: int
    vanished: tuple[str, ...]
    together: int
    balance: SplitBalance
    warnings: tuple[Problem, ...] = ()


class LeakedPair(NamedTuple):
    """Two records of different splits with nearly the same text: ids, splits and texts."""

    similarity: float
    record_id: RecordId
    split: str
    text: str
    other_id: RecordId
    other_split: str
    other_text: str


@dataclass(frozen=True, slots=True)
class CheckedSplits:
    """What leaks between splits.

    Attributes
    ----------
    records
        How many of the project's records have a split.
    unassigned, vanished
        The ids of records without a split, and the ids in the file that are of no record.
    similarity
        From how similar on texts are near-duplicates.
    leaks
        The most similar first.
    """

    records: int
    unassigned: tuple[RecordId, ...]
    vanished: tuple[str, ...]
    similarity: float
    leaks: tuple[LeakedPair, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        leaks = [leak._asdict() for leak in self.leaks]
        return {
            "records": self.records,
            "unassigned": list(self.unassigned),
            "vanished": list(self.vanished),
            "similarity": self.similarity,
            "leaks": leaks,
        }


def split_records(
    settings: Settings,
    path: Path,
    shares: Shares = DEFAULT_SHARES,
    *,
    similarity: float | None = SIMILARITY,
    on_progress: OnProgress = unreported,
) -> Splitting:
    """Split the records of a project, each as the file at `path` has it; those that are not in the file are stratified.

    A record counts with its gold tags where it has some, else with those that its author gave, and with all tags above
    them. Near-duplicates share a split; with `similarity` None they need not.

    Raises
    ------
    WeaklabelError
        Where an input cannot be read, the file has a split that has no share, or its name ends otherwise than with
        .csv or .tsv.
    """
    _check_ending(path)
    warnings: list[Problem] = []
    records = load_records(settings, {}, warnings)
    tags, vocabulary = _load_tags(settings, records, warnings)
    known = read_splits(path) if path.exists() else Assignment({})
    _check_shares(known, shares)
    positions = {name: s for s, name in enumerate(shares)}
    kept = np.array([positions.get(known.split_of.get(str(i), ""), NEW) for i in records.ids], dtype=np.intp)
    groups = np.arange(len(records), dtype=np.intp)
    if similarity is not None:
        groups = find_duplicates(read_texts(records), similarity, on_progress).groups
    split = stratify(tags, groups, kept, list(shares.values()), np.random.default_rng(settings.seed))
    names = tuple(shares)
    is_together = np.bincount(groups)[groups] > 1
    return Splitting(
        known.with_new(records.ids, [names[s] for s in split.tolist()]),
        kept=int((kept != NEW).sum()),
        new=int((kept == NEW).sum()),
        vanished=tuple(known.vanished(records.ids)),
        together=int((is_together & (kept == NEW)).sum()),
        balance=measure_balance(tags, vocabulary.names, split, shares),
        warnings=tuple(warnings),
    )


def check_splits(
    settings: Settings, path: Path, similarity: float = SIMILARITY, on_progress: OnProgress = unreported
) -> CheckedSplits:
    """Find the records that have a near-duplicate in another split.

    Raises
    ------
    WeaklabelError
        Where the records or the splits file cannot be read.
    """
    records = load_records(settings, {}, [])
    known = read_splits(path)
    splits = [known.split_of.get(str(record_id)) for record_id in records.ids]
    texts = read_texts(records)
    duplicates = find_duplicates(texts, similarity, on_progress)
    return CheckedSplits(
        sum(split is not None for split in splits),
        tuple(i for i, split in zip(records.ids, splits, strict=True) if split is None),
        tuple(known.vanished(records.ids)),
        similarity,
        _describe_leaks(duplicates, records, splits, texts),
    )


def _describe_leaks(
    duplicates: Duplicates, records: Records, splits: Sequence[str | None], texts: Sequence[str]
) -> tuple[LeakedPair, ...]:
    def describe(record: int) -> tuple[RecordId, str, str]:
        return records.ids[record], splits[record] or "", texts[record]

    return tuple(
        LeakedPair(leak.similarity, *describe(leak.record), *describe(leak.other))
        for leak in find_leaks(duplicates, splits)
    )


def read_splits(path: Path) -> Assignment:
    """Read a splits file; see :func:`weaklabel.splits.read_assignment`."""
    location = str(path)
    return read_assignment(location, parse_rows(location, read_bytes(location, SplitsError), SplitsError))


def write_splits(path: Path, assignment: Assignment) -> None:
    """Write a splits file, with tabs where it ends with .tsv; a reader sees the old one or the new one, never a part.

    Raises
    ------
    OutputError
        Where the disk refuses, or the file's name ends otherwise than with .csv or .tsv.
    """
    _check_ending(path)
    write_file(path, write_assignment(assignment, DELIMITERS[path.suffix.lower()]).encode())


def _check_ending(path: Path) -> None:
    if path.suffix.lower() not in DELIMITERS:
        fix = f"Name a file that ends with {' or '.join(DELIMITERS)}."
        raise OutputError(Problem(f"splits cannot be written as {path.suffix!r}.", Place(str(path)), fix))


def _load_tags(settings: Settings, records: Records, warnings: list[Problem]) -> tuple[csr_array, Vocabulary]:
    """Return the tags that are known of each record, closed, as a matrix of ones."""
    vocabulary, graph = load_vocabulary(settings.tags, {}, warnings, settings.tag_labels)
    given = given_matrix(resolve_given(records, vocabulary), vocabulary)
    gold = gold_matrix(load_gold(settings, records, vocabulary, {}, warnings), len(records), vocabulary)
    unknown = csr_array((~gold.labelled).astype(np.float64)[:, None])
    tags = gold.tags + given.tags.multiply(unknown)
    if settings.task != "multiclass":
        tags = tags + tags @ tag_relations(graph, vocabulary).ancestors
    known = csr_array(tags)
    known.eliminate_zeros()
    known.data[:] = 1.0
    return known, vocabulary


def _check_shares(known: Assignment, shares: Shares) -> None:
    problems = []
    for name in known.names:
        if name not in shares:
            near = did_you_mean(name, shares)
            fix = f"{near} Give it a share with --shares; with {name}=0 it gets no more records.".strip()
            problems.append(Problem(f"the split {name!r} has no share.", known.places.get(name), fix))
    if problems:
        raise SplitsError(problems)
