"""What the terminal shows of `weaklabel vote`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import make_progress_bar, out
from weaklabel.errors import Problem, quantity

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from weaklabel.cluster import FileReport, LFFailures, VotePlan

MAX_LFS = 20
ERROR_CHARACTERS = 120


class RecordsBar:
    """A progress bar that counts records, of whose number there is a guess. May be told from several threads."""

    def __init__(self, progress: Progress, task: TaskID, expected: int) -> None:
        self._progress, self._task = progress, task
        self._done, self._expected = 0, expected
        self._lock = threading.Lock()

    def advance(self, n_records: int) -> None:
        """Count records that are done."""
        with self._lock:
            self._done += n_records
            self._update()

    def expect(self, n_records: int) -> None:
        """Correct the guess by so many records."""
        with self._lock:
            self._expected += n_records
            self._update()

    def _update(self) -> None:
        row = self._progress.tasks[0]
        speed = f"{row.speed:,.0f} records/s" if row.speed else ""
        total = max(self._expected, self._done)
        self._progress.update(self._task, completed=self._done, total=total, speed=speed)


@contextmanager
def watch_records(expected: int) -> Iterator[RecordsBar]:
    """Show progress on a terminal while the block lasts; show nothing elsewhere."""
    with make_progress_bar() as progress:
        yield RecordsBar(progress, progress.add_task("voting", total=expected or None, speed=""), expected)


def merge_problems(reports: Sequence[FileReport], *, with_warnings: bool) -> list[Problem]:
    """Return the problems of all files, and each warning once, with the number of files that have it too."""
    problems = [problem for report in reports for problem in report.problems]
    warnings: dict[str, list[Problem]] = {}
    for warning in (warning for report in reports if with_warnings for warning in report.warnings):
        warnings.setdefault(warning.what, []).append(warning)
    for same in warnings.values():
        more = f" So it is in {quantity(len(same) - 1, 'other file')}." if same[1:] else ""
        problems.append(replace(same[0], what=f"{same[0].what}{more}"))
    return problems


def show_votes(plan: VotePlan, reports: Sequence[FileReport], seconds: float) -> None:
    """Show what was voted, and which labeling functions failed."""
    voted = [report for report in reports if not report.problems]
    present = [*plan.done, *voted]
    out.print(_totals(plan, reports, voted))
    if records := sum(report.records for report in voted):
        out.print()
        out.print(f"It took {seconds:,.1f} s: {records / max(seconds, 1e-3):,.0f} records/s.")
    if failures := _sum_failures(present):
        out.print()
        out.print(_failure_table(failures))
        if len(failures) > MAX_LFS:
            out.print(f"… and {quantity(len(failures) - MAX_LFS, 'labeling function')} more.")
    out.print()
    out.print(Text(f"The votes are in {plan.out}: a Parquet file for each file of records."), soft_wrap=True)


def _totals(plan: VotePlan, reports: Sequence[FileReport], voted: Sequence[FileReport]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("", "Files", "Records", "Votes", "Failures"):
        table.add_column(name, justify="left" if not name else "right")
    wrong = [report for report in reports if report.problems]
    for name, listed in {"voted on": voted, "done before": plan.done, "with problems": wrong}.items():
        if listed or (name == "voted on" and not plan.done):
            table.add_row(name, *_figures(listed))
    return table


def _figures(reports: Sequence[FileReport]) -> list[str]:
    figures = (
        len(reports),
        sum(report.records for report in reports),
        sum(report.votes for report in reports),
        sum(report.n_failures for report in reports),
    )
    return [f"{figure:,}" for figure in figures]


def _sum_failures(reports: Sequence[FileReport]) -> list[tuple[str, LFFailures]]:
    """Return for each labeling function the first file where it failed, and its failures in all; the worst first."""
    total: dict[str, tuple[str, LFFailures]] = {}
    for report in sorted(reports, key=lambda report: report.name):
        for failures in report.failures:
            name, known = total.get(failures.lf, (report.name, failures._replace(records=0)))
            total[failures.lf] = name, known._replace(records=known.records + failures.records)
    return sorted(total.values(), key=lambda item: (-item[1].records, item[1].lf))


def _failure_table(failures: Sequence[tuple[str, LFFailures]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Labeling function", overflow="fold", ratio=2)
    table.add_column("Failed", justify="right", no_wrap=True)
    table.add_column("For the first time", overflow="fold", ratio=3)
    for name, (lf, records, first, error) in failures[:MAX_LFS]:
        short = error if len(error) <= ERROR_CHARACTERS else f"{error[: ERROR_CHARACTERS - 1]}…"
        table.add_row(Text(lf), f"{records:,}", Text(f"record {first} of {name}: {short}"))
    return table
