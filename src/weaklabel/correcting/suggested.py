"""Which tags a run suggests for each record, as the review shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from pathlib import Path

from weaklabel.corrections import Given
from weaklabel.errors import OutputError, Place, Problem
from weaklabel.review.suggested import suggest_tags
from weaklabel.run_folder import is_run, read_tables
from weaklabel.terms.records import RecordId


def find_run(named: Path | None, usual: Path) -> Path | None:
    """Return the run that is named, or else the usual one if there is any; raises nothing: who reads it does."""
    return named if named is not None else usual if is_run(usual) else None


def read_suggested(folder: Path, given: Given) -> dict[int, tuple[str, ...]]:
    """Return the tags that a run suggests for each of some records, by position; a record that it has not has none.

    Raises
    ------
    OutputError
        Where there is no run, or it cannot be read.
    """
    tables = read_tables(folder)
    _check_records(folder, set(map(str, tables.labels["record_id"])), given.ids)
    probability: dict[str, dict[str, float]] = defaultdict(dict)
    for record_id, tag, p in tables.labels[["record_id", "tag", "probability"]].itertuples(index=False):
        probability[str(record_id)][tag] = p
    lacking: dict[str, list[str]] = defaultdict(list)
    parents = tables.findings[tables.findings["kind"] == "missing_parent"]
    for record_id, tag in parents[["record_id", "tag"]].itertuples(index=False):
        lacking[str(record_id)].append(tag)
    return {
        i: suggest_tags(probability[name], lacking[name], given.names(i))
        for i, name in enumerate(map(str, given.ids))
        if name in probability
    }


def _check_records(folder: Path, known: Set[str], ids: Sequence[RecordId]) -> None:
    if known and known.isdisjoint(map(str, ids)):
        what = "the run has none of the project's records."
        raise OutputError(Problem(what, Place(str(folder)), "Name a run of this project with --run."))
