"""What `weaklabel behaviour` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weaklabel.behaviour import CheckResult, Failure
from weaklabel.cli.show import out
from weaklabel.errors import quantity

EXAMPLES = 3
MOST_CHARACTERS = 150
BEFORE_CHANGE = 60


def show_results(results: Sequence[CheckResult]) -> None:
    """Show a line a check, then the first failures of each that has some."""
    out.print(_table(results))
    for result in results:
        if missing := _say_missing(result):
            out.print(Text(f"{result.id}: {missing}"))
        if result.is_silent and result.is_passed:
            out.print(Text(f"{result.id}: no tag that it looks at is in any answer, so nothing was tested.", "yellow"))
    for result in results:
        if result.failures:
            _show_failures(result)
    out.print()
    failed = sum(not result.is_passed for result in results)
    verdict = f"[red]{failed:,} failed[/]" if failed else "[green]passed[/]"
    cases = quantity(sum(result.cases for result in results), "case")
    out.print(f"{quantity(len(results), 'check')}, {cases}: {verdict}.")


def _table(results: Sequence[CheckResult]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Check", overflow="fold")
    table.add_column("Kind", overflow="fold")
    table.add_column("Cases", justify="right")
    table.add_column("Failures", justify="right")
    table.add_column("Allowed", justify="right")
    table.add_column("")
    for result in results:
        drawn = result.cases + result.unchanged
        cases = f"{result.cases:,}" if drawn >= result.possible else f"{result.cases:,} of {result.possible:,}"
        table.add_row(
            result.id,
            result.kind.replace("_", " "),
            cases,
            f"{len(result.failures):,} ({result.share:.1%})",
            f"{result.max_failures:.1%}",
            Text("passed", style="green") if result.is_passed else Text("failed", style="red"),
        )
    return table


def _say_missing(result: CheckResult) -> str:
    """Say which cases there are not, for want of something to change; nothing where all are there."""
    if result.records is not None and result.records_wanted is not None and result.records < result.records_wanted:
        found = quantity(result.records, "record")
        return f"its change changes {found} of the project, not the {result.records_wanted:,} that are asked for."
    if result.unchanged:
        return f"{quantity(result.unchanged, 'further case')} left out, in which its change changes nothing."
    return ""


def _show_failures(result: CheckResult) -> None:
    out.print()
    out.print(Text.assemble((result.id, "bold"), f": {result.description}" if result.description else ""))
    for failure in result.failures[:EXAMPLES]:
        out.print(Padding(_describe(failure), (0, 0, 0, 2)))
    if len(result.failures) > EXAMPLES:
        out.print(f"  … and {len(result.failures) - EXAMPLES:,} more: --json lists all.")


def _describe(failure: Failure) -> Text:
    before = _join(failure.before)
    lines = [_crop(before, 0)]
    if failure.after is not None:
        after = _join(failure.after)
        changed = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
        lines = [_crop(before, changed), f"→ {_crop(after, changed)}"]
    return Text.assemble("\n".join(lines), "\n  ", (failure.reason, "red"))


def _join(texts: Mapping[str, str]) -> str:
    return " | ".join(filter(None, texts.values()))


def _crop(text: str, at: int) -> str:
    """Return the stretch of a text around a position, from its beginning if that is near."""
    start = at - BEFORE_CHANGE if at > MOST_CHARACTERS - BEFORE_CHANGE else 0
    shown = text[start : start + MOST_CHARACTERS]
    return f"{'…' if start else ''}{shown}{'…' if start + MOST_CHARACTERS < len(text) else ''}"
