"""What the terminal shows. Tables go to standard output; problems and progress go to standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.errors import Problem
    from weaklabel.lf_tests import Tested
    from weaklabel.run import Run
    from weaklabel.terms import LabelingFunction

MAX_PROBLEMS = 200
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def show_problems(problems: Sequence[Problem], console: Console = err) -> None:
    """Show problems as one table a file: line, what, and the fix; files with errors first."""
    by_file: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: problem.severity)[:MAX_PROBLEMS]:
        by_file.setdefault(problem.place.path if problem.place else "", []).append(problem)
    for file, listed in by_file.items():
        if file:
            console.print(Text(file, style="bold"), soft_wrap=True)
        console.print(_problem_table(listed))
    if len(problems) > MAX_PROBLEMS:
        console.print(f"… and {len(problems) - MAX_PROBLEMS:,} more.")


def _problem_table(problems: Sequence[Problem]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    has_lines = any(problem.place and problem.place.line for problem in problems)
    if has_lines:
        table.add_column("Line", style="cyan", justify="right", no_wrap=True)
    table.add_column("Problem", overflow="fold", ratio=3)
    table.add_column("How to mend it", overflow="fold", ratio=2)
    for problem in problems:
        style = "red" if problem.severity == "error" else "yellow"
        cells = [Text(problem.what, style=style), Text(problem.fix)]
        table.add_row(*([Text(_position(problem)), *cells] if has_lines else cells))
    return table


def _position(problem: Problem) -> str:
    place = problem.place
    if place is None or not place.line:
        return ""
    return f"{place.line}:{place.column}" if place.column else str(place.line)


@contextmanager
def watch(stage: str) -> Iterator[Callable[[int, int], None]]:
    """Show a stage's progress on a terminal while it lasts; show nothing elsewhere."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task(stage, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def show_run(run: Run, folder: Path) -> None:
    """Show the summary of a run."""
    if run.warnings:
        show_problems(run.warnings)
        err.print()
    for failure in run.failures:
        err.print(
            f"[red]{escape(failure.lf_id)} failed on {quantity(failure.count, 'record')}:[/] {escape(failure.error)}",
            soft_wrap=True,
        )
    votes, inputs = run.manifest["votes"], run.manifest["inputs"]
    records, covered = inputs["records"]["records"], votes["records_with_votes"]
    parts = [
        quantity(records, "record"),
        quantity(inputs["tags"]["tags"], "tag"),
        quantity(votes["labeling_functions"], "labeling function"),
        f"{quantity(votes['votes'], 'vote')} on {quantity(covered, 'record')} ({covered / records:.0%})",
    ]
    out.print(f"{', '.join(parts)}; label model {run.settings.label_model}.")
    out.print()
    out.print(_finding_table(run))
    best = run.findings[(run.findings["kind"] == "missing") & (run.findings["score"] >= 0.5)].head(5)
    if len(best):
        out.print()
        out.print("[bold]Most certain missing tags[/]")
        for row in best.itertuples():
            out.print(Text(f"  record {row.record_id}: {row.tag}. {row.reason}", overflow="fold"))
    out.print()
    out.print(Text(f"Report: {folder / 'report.html'}"), soft_wrap=True)


def _finding_table(run: Run) -> Table:
    quality = {row.kind: row for row in run.quality}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Findings")
    table.add_column("Likely", justify="right")
    if quality:
        table.add_column("Precision", justify="right")
        table.add_column("Recall", justify="right")
        table.add_column("(against gold)", justify="right")
    likely = run.findings[run.findings["score"] >= 0.5]["kind"].value_counts()
    for kind in run.manifest["findings"]:
        cells = [kind.replace("_", " "), f"{int(likely.get(kind, 0)):,}"]
        if quality:
            row = quality[kind]
            cells += [_percent(row.precision), _percent(row.recall), f"{row.recalled}/{row.known} known"]
        table.add_row(*cells)
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def show_lfs(lfs: Sequence[LabelingFunction], everything: Sequence[LabelingFunction]) -> None:
    """Show labeling functions, a row each."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("Id", "Source", "Votes on", "Written in"):
        table.add_column(name, overflow="fold")
    for lf in lfs:
        sign = "" if lf.polarity >= 0 else "not "
        tags = ", ".join(f"{sign}{tag}" for tag in lf.tags) or "any tag"
        table.add_row(Text(lf.id), lf.origin, Text(tags), Text(str(lf.place or "")))
    if lfs:
        out.print(table)
        out.print()
    generated = sum(lf.origin == "generated" for lf in everything)
    out.print(f"{len(everything) - generated:,} written by hand, {generated:,} generated (--all lists them).")


def show_tested(tested: Tested) -> None:
    """Show what `weaklabel lf test` found."""
    if tested.problems:
        show_problems(tested.problems, out)
        out.print()
    verdict = "[red]failed[/]" if tested.problems else "[green]passed[/]"
    tried = f"{quantity(tested.labeling_functions, 'labeling function')}, {quantity(tested.examples, 'example')}"
    out.print(f"{tried}: {verdict} ({quantity(len(tested.problems), 'problem')}).")


def show_checked(problems: Sequence[Problem], size: int) -> None:
    """Show what `weaklabel tags check` found."""
    if problems:
        show_problems(problems, out)
        out.print()
    errors = sum(problem.severity == "error" for problem in problems)
    suggestions = quantity(len(problems) - errors, "suggestion")
    out.print(f"{quantity(size, 'tag')}: {quantity(errors, 'error')}, {suggestions}.")


def show_initialised(folder: Path, names: Sequence[str]) -> None:
    """Show what `weaklabel init` made and what to do next."""
    for name in names:
        out.print(Text(f"  {folder / name}"), soft_wrap=True)
    out.print(Text(f"Next: cd {folder} && weaklabel run"), soft_wrap=True)
