"""`weaklabel vote`."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import (
    DEFAULT_PROJECT,
    Columns,
    LfsOption,
    LfTimeoutOption,
    ProjectOption,
    Source,
    TagsOption,
    join_options,
    naming,
)

if TYPE_CHECKING:
    from weaklabel.cluster import FileReport, VotePlan


@join_options
def vote(
    *,
    project: ProjectOption = DEFAULT_PROJECT,
    records: Annotated[
        str | None, typer.Option("--records", metavar="PATH|URL", help="Records: a file, a folder of files, or a URL.")
    ] = None,
    tags: TagsOption = None,
    lfs: LfsOption = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The folder for votes, a Parquet file a records file.")
    ] = Path("votes"),
    engine: Annotated[str, typer.Option("--engine", metavar="ENGINE", help="local, dask or spark.")] = "local",
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="ADDRESS",
            help="Dask's scheduler or Spark's master; without it, workers are started here.",
        ),
    ] = None,
    lf_timeout: LfTimeoutOption = None,
    columns: Columns,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder of votes.")] = False,
) -> None:
    """Vote on files of any size and number, here or on a cluster; a second start goes on where the first one ended."""
    from weaklabel.cluster import find_engine, plan_votes
    from weaklabel.errors import ClusterError, UsageError

    with naming("--engine", ClusterError, raised=UsageError):
        find_engine(engine)
    found = Source(project, records, tags, lfs).find(columns, lf_timeout_s=lf_timeout)
    plan: VotePlan | None = None
    try:
        # What labeling functions print is not this command's output.
        with contextlib.redirect_stdout(sys.stderr):
            plan = plan_votes(found.settings, out)
            begin = time.monotonic()
            reports = _cast(plan, engine, address, quiet=quiet)
            seconds = time.monotonic() - begin
    except KeyboardInterrupt:
        typer.echo(_describe_stop(plan, out), err=True)
        raise typer.Exit(130) from None
    _show(plan, reports, seconds, quiet=quiet)
    if any(report.problems for report in reports):
        raise typer.Exit(1)


def _cast(plan: VotePlan, engine: str, address: str | None, *, quiet: bool) -> list[FileReport]:
    from weaklabel.cli.show_vote import watch_records
    from weaklabel.cluster import cast_votes
    from weaklabel.cluster.progress import estimate_records

    if quiet:
        return list(cast_votes(plan, engine, address))
    expected = {task.name: estimate_records(task) for task in plan.tasks}
    reports: list[FileReport] = []
    with watch_records(sum(expected.values())) as bar:
        for report in cast_votes(plan, engine, address, bar.advance):
            reports.append(report)
            bar.expect(report.records - expected[report.name])
    return reports


def _describe_stop(plan: VotePlan | None, out: Path) -> str:
    from weaklabel.errors import quantity

    if plan is None:
        return f"Stopped before the first file. {out} is as it was."
    done, everything = plan.count_done(), len(plan.tasks) + len(plan.done)
    return f"Stopped. {done:,} of {quantity(everything, 'file')} are done, in {out}. The same command does the rest."


def _show(plan: VotePlan, reports: list[FileReport], seconds: float, *, quiet: bool) -> None:
    from weaklabel.cli.show import show_problems
    from weaklabel.cli.show_vote import merge_problems, show_votes

    if problems := merge_problems(reports, with_warnings=not quiet):
        show_problems(problems)
    if quiet:
        typer.echo(plan.out)
    else:
        show_votes(plan, reports, seconds)
