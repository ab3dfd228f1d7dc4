"""From one records file to one file of votes, in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from weaklabel.cluster import target
from weaklabel.cluster.arrow_voter import ArrowVoter
from weaklabel.cluster.bundle import Bundle
from weaklabel.cluster.report import FileReport, Tally, describe, read_description
from weaklabel.cluster.tasks import FileTask, Stamp
from weaklabel.errors import Place, Problem, WeaklabelError
from weaklabel.records import stream_records
from weaklabel.terms import RecordSource
from weaklabel.vote.engine import BATCH_RECORDS, map_in_threads

if TYPE_CHECKING:
    from collections.abc import Generator

    import pyarrow as pa


class _Voted(NamedTuple):
    n_records: int
    votes: pa.RecordBatch


def _unreported(_n_records: int) -> None:
    """Take the place of what is called with progress."""


def vote_file(
    bundle: Bundle, task: FileTask, n_threads: int, on_records: Callable[[int], None] = _unreported
) -> FileReport:
    """Vote on a file's records, and write the votes; the same bytes wherever and however this runs.

    Parameters
    ----------
    bundle, task
        What votes on what.
    n_threads
        How many batches of records are voted on at once.
    on_records
        Called, from any thread, with how many more records are done; what it raises ends the work.

    Returns
    -------
    FileReport
        With the problems of the file where it has any: there is no file of votes then, or the one from before.

    Raises
    ------
    ClusterError
        Where the labeling functions here are not those of the bundle.
    """
    bundle.load()  # whatever is wrong with it is wrong for all files
    warnings: list[Problem] = []
    try:
        tally = _vote(bundle, task, n_threads, on_records, warnings)
    except WeaklabelError as error:
        return FileReport(task.name, problems=task.rename(error.problems))
    except OSError as failure:
        what = f"cannot be read: {failure.strerror or failure}."
        return FileReport(task.name, problems=(Problem(what, Place(task.shown), "Check the disk."),))
    return FileReport(task.name, tally.records, tally.votes, tally.failures, warnings=task.rename(warnings))


def _vote(
    bundle: Bundle, task: FileTask, n_threads: int, on_records: Callable[[int], None], warnings: list[Problem]
) -> Tally:
    tally = Tally()
    stamp = task.stamp()  # of before: a file that changes meanwhile is read again by the next run
    with (
        ArrowVoter(bundle, n_workers=n_threads) as voter,
        target.VoteFile(Path(task.target)) as file,
        closing(_stream(bundle, task, warnings)) as batches,
    ):

        def vote(records: RecordSource) -> _Voted:
            return _Voted(len(records), voter.vote(records, on_records))

        for voted in map_in_threads(vote, batches, n_threads, voter.stop):
            file.write(voted.votes)
            tally.add(*voted)
        file.commit({**_identify(bundle, task, stamp), **describe(tally)})
    return tally


def _stream(bundle: Bundle, task: FileTask, warnings: list[Problem]) -> Generator[RecordSource]:
    stream = stream_records(
        task.source, bundle.columns, batch_rows=BATCH_RECORDS, only_texts=bundle.only_texts, warnings=warnings
    )
    return cast("Generator[RecordSource]", stream)


def _identify(bundle: Bundle, task: FileTask, stamp: Stamp | None) -> dict[str, object]:
    return {"fingerprint": bundle.fingerprint, "source": {"name": task.name, **(stamp._asdict() if stamp else {})}}


def find_done(bundle: Bundle, task: FileTask) -> FileReport | None:
    """Return the report of a file whose votes are there already; None where they are not, or not these.

    Raises
    ------
    OutputError
        Where something stands in their place that is not ours to replace.
    """
    described = target.read_description(Path(task.target))
    try:
        stamp = task.stamp()
        if described is None or stamp is None or {**described, **_identify(bundle, task, stamp)} != described:
            return None
        return read_description(task.name, described)
    except (KeyError, TypeError, WeaklabelError):
        return None
