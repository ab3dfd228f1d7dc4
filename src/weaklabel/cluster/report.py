"""What became of one records file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from weaklabel.errors import Problem
from weaklabel.terms.records import RecordId

if TYPE_CHECKING:
    import pyarrow as pa


class LFFailures(NamedTuple):
    """On how many records a labeling function failed, and the first of them, with the error there."""

    lf: str
    records: int
    first_record: RecordId
    error: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one records file.

    Attributes
    ----------
    name
        The file's, below the folder that holds the records.
    records, votes
        How many it has, and how many were cast on them.
    failures
        One entry for each labeling function that failed, sorted by id.
    problems
        Why there are no votes on it; empty where there are.
    warnings
        What was odd but could be read.
    was_done
        Its votes were there already, from an earlier run.
    """

    name: str
    records: int = 0
    votes: int = 0
    failures: tuple[LFFailures, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    was_done: bool = False

    @property
    def n_failures(self) -> int:
        """The number of calls that failed."""
        return sum(failures.records for failures in self.failures)


class Tally:
    """Adds up batches of votes."""

    def __init__(self) -> None:
        self.records = 0
        self.votes = 0
        self._failures: dict[str, LFFailures] = {}

    def add(self, n_records: int, votes: pa.RecordBatch) -> None:
        """Count the votes on the next batch of records."""
        import pyarrow.compute as pc

        self.records += n_records
        failed = votes.filter(pc.equal(votes.column("vote"), 0)).select(["lf", "record_id", "error"])
        self.votes += votes.num_rows - failed.num_rows
        for lf, record_id, error in zip(*(column.to_pylist() for column in failed.columns), strict=True):
            known = self._failures.get(lf, LFFailures(lf, 0, record_id, error))
            self._failures[lf] = known._replace(records=known.records + 1)

    @property
    def failures(self) -> tuple[LFFailures, ...]:
        """One entry for each labeling function that failed, sorted by id."""
        return tuple(self._failures[lf] for lf in sorted(self._failures))


def describe(tally: Tally) -> dict[str, Any]:
    """Return what a file's own metadata says of its votes."""
    return {
        "records": tally.records,
        "votes": tally.votes,
        "failures": [failures._asdict() for failures in tally.failures],
    }


def read_description(name: str, described: Mapping[str, Any]) -> FileReport:
    """Return the report of a file whose votes are there already, of what its own metadata says.

    Raises
    ------
    KeyError, TypeError
        Where it says too little.
    """
    failures: Sequence[Mapping[str, Any]] = described["failures"]
    return FileReport(
        name,
        records=described["records"],
        votes=described["votes"],
        failures=tuple(LFFailures(**entry) for entry in failures),
        was_done=True,
    )
