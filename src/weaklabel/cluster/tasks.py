"""Which files are to be voted on, and where the votes on each go."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from weaklabel.documents import is_url
from weaklabel.errors import OutputError, Place, Problem, RecordsError, WeaklabelError
from weaklabel.records.read import find_format

ENDING = ".parquet"


class Stamp(NamedTuple):
    """What shows that a file has changed."""

    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FileTask:
    """One records file to vote on.

    Attributes
    ----------
    name
        Its path below the folder that holds the records, with slashes.
    source, target
        Where it is and where its votes go: absolute paths, or a URL.
    shown
        What it is called in messages: its path as the user gave it.
    """

    name: str
    source: str
    target: str
    shown: str

    def stamp(self) -> Stamp | None:
        """Return the file's size and the time it was changed; None where these are not known.

        Raises
        ------
        RecordsError
            Where there is no such file.
        """
        if is_url(self.source):
            return None
        try:
            found = os.stat(self.source)  # noqa: PTH116 - a path may hold what Path would tidy
        except OSError as failure:
            what = f"cannot be read: {failure.strerror or failure}."
            raise RecordsError(Problem(what, Place(self.shown), "Check the path.")) from None
        return Stamp(found.st_size, found.st_mtime_ns)

    def rename(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Return problems with the file's name as the user knows it."""
        return tuple(
            replace(problem, place=replace(problem.place, path=self.shown))
            if problem.place and problem.place.path == self.source
            else problem
            for problem in problems
        )


def find_tasks(location: str, out: Path) -> list[FileTask]:
    """Return a task for each records file, sorted by name.

    Parameters
    ----------
    location
        A file, a folder or a URL. Of a folder all files count whose ending says that they are records, and all below
        it, but for those in `out` and those whose name, or whose folder's name, begins with `.` or `_`.
    out
        The folder for votes. The votes on `a.parquet` go into `a.parquet`, those on `b.csv` into `b.csv.parquet`.

    Raises
    ------
    RecordsError
        Where there are none.
    OutputError
        Where votes would overwrite records, or each other.
    """
    names = _find_names(location, out)
    tasks = [_make_task(location, name, out) for name in names]
    _check_targets(tasks)
    return tasks


def _find_names(location: str, out: Path) -> list[str]:
    """Return the names of the records files in a folder; of a file its own, marked by an empty folder."""
    if is_url(location) or not Path(location).is_dir():
        return [""]
    names = sorted(_walk(Path(location), out.resolve()))
    if not names:
        what = "there are no records files in this folder."
        fix = "Their names end in .parquet, .jsonl, .ndjson, .csv, .tsv or .json, and do not begin with _ or a dot."
        raise RecordsError(Problem(what, Place(location), fix))
    return names


def _walk(root: Path, out: Path) -> Iterator[str]:
    for folder, subfolders, files in os.walk(root):
        here = Path(folder)
        subfolders[:] = [name for name in subfolders if not _is_passed_over(name)]
        if here.resolve() == out:
            subfolders.clear()
            continue
        for name in files:
            if not _is_passed_over(name) and _is_records_file(name):
                yield (here / name).relative_to(root).as_posix()


def _is_passed_over(name: str) -> bool:
    return name.startswith(("_", "."))


def _is_records_file(name: str) -> bool:
    try:
        find_format(name, b"", RecordsError)
    except WeaklabelError:
        return False
    return True


def _make_task(location: str, name: str, out: Path) -> FileTask:
    if is_url(location):
        own = PurePosixPath(unquote(urlsplit(location).path)).name or "records"
        return FileTask(own, location, str(_target(out, own)), location)
    source = Path(location, name) if name else Path(location)
    name = name or source.name
    return FileTask(name, str(source.absolute()), str(_target(out, name)), str(source))


def _target(out: Path, name: str) -> Path:
    return out.absolute() / (name if name.lower().endswith(ENDING) else name + ENDING)


def _check_targets(tasks: Sequence[FileTask]) -> None:
    problems: list[Problem] = []
    sources = {os.path.realpath(task.source) for task in tasks}
    first: dict[str, FileTask] = {}
    for task in tasks:
        if os.path.realpath(task.target) in sources:
            what = "votes would be written over records."
            problems.append(Problem(what, Place(task.target), "Name another folder with --out."))
        elif (other := first.setdefault(task.target, task)) is not task:
            what = f"the votes on it and on {other.shown} would both be written to {task.target}."
            problems.append(Problem(what, Place(task.shown), "Rename one of the two."))
    if problems:
        raise OutputError(problems)
