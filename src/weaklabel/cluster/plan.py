"""What there is to do: the files, those that are done, and what votes on the others."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from weaklabel.cluster.bundle import Bundle, build_bundle
from weaklabel.cluster.leases import remove_abandoned
from weaklabel.cluster.report import FileReport
from weaklabel.cluster.tasks import FileTask, find_tasks
from weaklabel.cluster.vote_file import find_done
from weaklabel.errors import OutputError, Place, Problem, RecordsError, WeaklabelError
from weaklabel.records import stream_records
from weaklabel.terms import ColumnNames, Settings
from weaklabel.vote.engine import BATCH_RECORDS


@dataclass(frozen=True, slots=True)
class VotePlan:
    """What there is to do.

    Attributes
    ----------
    bundle
        What votes.
    out
        The folder for votes.
    tasks
        The files that are to be voted on.
    done
        The reports of those whose votes are there already.
    """

    bundle: Bundle
    out: Path
    tasks: tuple[FileTask, ...]
    done: tuple[FileReport, ...]

    def count_done(self) -> int:
        """Return how many files have their votes by now."""
        return len(self.done) + sum(find_done(self.bundle, task) is not None for task in self.tasks)


def plan_votes(settings: Settings, out: Path) -> VotePlan:
    """Find the records files of a project, and see which have votes already.

    Votes are there already if they were cast on the file as it is, by labeling functions and settings as they are.

    Parameters
    ----------
    settings
        The project's; its records may be a file or a folder, see :func:`weaklabel.cluster.tasks.find_tasks`.
    out
        The folder for votes. Temporary files that killed runs left in it are removed.

    Raises
    ------
    WeaklabelError
        Where no file of records can be read, the tags file or a labeling function is wrong, or the folder may not
        be written to.
    """
    _check_out(out)
    if Path(settings.records).is_dir() and out.resolve() == Path(settings.records).resolve():
        raise OutputError(Problem("this is the folder of the records.", Place(str(out)), "Name another with --out."))
    tasks = find_tasks(settings.records, out)
    bundle = build_bundle(settings, settings.columns.fields or _find_fields(tasks, settings.columns))
    if out.is_dir():
        remove_abandoned(out)
    problems: list[Problem] = []
    done: dict[str, FileReport] = {}
    for task in tasks:
        try:
            if report := find_done(bundle, task):
                done[task.name] = report
        except OutputError as error:
            problems.extend(error.problems)
    if problems:
        raise OutputError(problems)
    return VotePlan(bundle, out, tuple(task for task in tasks if task.name not in done), tuple(done.values()))


def _check_out(out: Path) -> None:
    place = Place(str(out))
    nearest = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise OutputError(Problem(f"{nearest} is a file, not a folder.", place, "Name another folder with --out."))
    if not os.access(nearest, os.W_OK):
        raise OutputError(Problem(f"{nearest} is not writable.", place, "Name another folder with --out."))


def _find_fields(tasks: Sequence[FileTask], columns: ColumnNames) -> tuple[str, ...]:
    """Return the text fields of the first file that can be read; all must have them."""
    problems: list[Problem] = []
    for task in tasks:
        try:
            for records in stream_records(task.source, columns, batch_rows=BATCH_RECORDS, only_texts=True):
                return records.fields
        except WeaklabelError as error:
            problems.extend(task.rename(error.problems))
    raise RecordsError(problems)
