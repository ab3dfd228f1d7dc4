"""What the terminal shows. Tables go to standard output; problems and progress go to standard error."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from weaklabel.errors import Problem, quantity

if TYPE_CHECKING:
    from rich.progress import Progress

    from weaklabel.lf_tests import Tested
    from weaklabel.terms import LabelingFunction

MAX_PROBLEMS = 200
UNITS = {"voting": "records"}


class _Trimmed:
    """Standard output or error; where it is no terminal, without the spaces with which tables fill their lines."""

    def __init__(self, name: str) -> None:
        self._name = name

    def write(self, text: str) -> int:
        """Write to what the stream is by now: commands redirect it."""
        stream = getattr(sys, self._name)
        return int(stream.write(text if stream.isatty() else re.sub(" +$", "", text, flags=re.MULTILINE)))

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(sys, self._name), name)


out = Console(file=cast("IO[str]", _Trimmed("stdout")), highlight=False)
err = Console(file=cast("IO[str]", _Trimmed("stderr")), highlight=False)


def show_problems(problems: Sequence[Problem], console: Console = err) -> None:
    """Show problems as a table: where, what, and the fix; files with errors first.

    A place that is too long for the table's first column stands above it.
    """
    by_file: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: problem.severity)[:MAX_PROBLEMS]:
        by_file.setdefault(problem.place.path if problem.place else "", []).append(problem)
    for file, listed in by_file.items():
        is_long = len(file) > console.width // 4
        if is_long:
            console.print(Text(file, style="bold"), soft_wrap=True)
        console.print(_problem_table(listed, file if not is_long else Path(file).name))
    if len(problems) > MAX_PROBLEMS:
        console.print(f"… and {len(problems) - MAX_PROBLEMS:,} more.")


def _problem_table(problems: Sequence[Problem], file: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    has_places = any(problem.place for problem in problems)
    if has_places:
        table.add_column("Where", style="cyan", no_wrap=True, overflow="ellipsis")
    table.add_column("Problem", overflow="fold", ratio=3)
    table.add_column("How to mend it", overflow="fold", ratio=2)
    for problem in problems:
        style = "red" if problem.severity == "error" else "yellow"
        where = [Text(str(replace(problem.place, path=file)) if problem.place else "")] if has_places else []
        table.add_row(*where, Text(problem.what, style=style), Text(problem.fix))
    return table


def make_progress_bar() -> Progress:
    """Return a bar for one task, which has its speed as the field `speed`; it shows nothing but on a terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def watch(stage: str) -> Iterator[Callable[[int, int], None]]:
    """Show a stage's progress on a terminal while it lasts; show nothing elsewhere."""
    unit = UNITS.get(stage, "")
    with make_progress_bar() as progress:
        task = progress.add_task(stage, total=None, speed="")
        row = progress.tasks[0]

        def update(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)
            if unit and row.speed:
                progress.update(task, speed=f"{row.speed:,.0f} {unit}/s")

        yield update


def describe_models(models: Mapping[str, str]) -> str:
    """Name the models: "Label model: snorkel. End model: kernel."."""
    return " ".join(f"{name.replace('_', ' ').capitalize()}: {value}." for name, value in models.items())


def show_lfs(lfs: Sequence[LabelingFunction], everything: Sequence[LabelingFunction]) -> None:
    """Show labeling functions, a line each that is never cut, so that ids and places can be copied and searched."""
    if lfs:
        _show_lf_rows(lfs)
        out.print()
    generated = sum(lf.origin == "generated" for lf in everything)
    if generated == len(everything) and not lfs:
        fix = "`weaklabel lf new` adds one, and `--all` lists the generated ones"
        out.print(f"No labeling function is written by hand: {fix} ({generated:,}).", soft_wrap=True)
        return
    shown = f"{len(lfs):,} of {quantity(len(everything), 'labeling function')}"
    hidden = generated and not any(lf.origin == "generated" for lf in lfs)
    more = " `--all` lists the generated ones too." if hidden else ""
    out.print(
        f"{shown} ({len(everything) - generated:,} written by hand, {generated:,} generated).{more}", soft_wrap=True
    )


def _show_lf_rows(lfs: Sequence[LabelingFunction]) -> None:
    rows = [("Id", "Source", "Written in", "Votes on"), *(_lf_row(lf) for lf in lfs)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for i, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        line = Text("  ".join([*cells, row[3]]).rstrip(), style="bold" if i == 0 else "")
        out.print(line, soft_wrap=True)


def _lf_row(lf: LabelingFunction) -> tuple[str, str, str, str]:
    sign = "" if lf.polarity >= 0 else "not "
    tags = ", ".join(f"{sign}{tag}" for tag in lf.tags) or "any tag"
    return lf.id, lf.origin, str(lf.place or "the tags file"), tags


def show_tested(tested: Tested) -> None:
    """Show what `weaklabel lf test` found."""
    if tested.problems:
        show_problems(tested.problems, out)
        out.print()
    if not tested.labeling_functions:
        out.print("There is nothing to test: no labeling function is written by hand.")
        return
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


def show_exported(file: Path, size: int) -> None:
    """Show what `weaklabel tags export` wrote."""
    out.print(Text(f"Wrote {quantity(size, 'tag')} to {file}."), soft_wrap=True)


def show_initialised(folder: Path, names: Sequence[str]) -> None:
    """Show what `weaklabel init` made and what to do next."""
    for name in names:
        out.print(Text(f"  {folder / name}"), soft_wrap=True)
    step = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    out.print(Text(f"Next: {step}weaklabel run"), soft_wrap=True)


def show_cleared(folder: Path, size_bytes: int) -> None:
    """Show what `weaklabel cache clear` removed."""
    what = f"Removed {folder} ({size_bytes / 1e6:.1f} MB)." if size_bytes else f"There is nothing in {folder}."
    out.print(Text(what), soft_wrap=True)
