"""What the terminal shows of queues and simulations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.queueing.build import Queue
    from weaklabel.queueing.curves import Chart
    from weaklabel.queueing.task import Simulation

COLUMNS = 4
LONGEST = 300
BECAUSE = {"correction": " (authors gave tags; what is likely wrong comes first)", "learning": " (nothing was given)"}


def show_queue(queue: Queue, most: int) -> None:
    """Show the first records of a queue: what to look at, and why."""
    left_out = f", {quantity(queue.decided, 'record')} left out" if queue.decided else ""
    out.print(
        Text(f"{quantity(queue.waiting, 'record')}{left_out}, by {queue.strategy}{BECAUSE.get(queue.goal or '', '')}.")
    )
    out.print()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", justify="right")
    table.add_column("Record", overflow="fold", max_width=16, style="cyan")
    table.add_column("Score", justify="right")
    table.add_column("Look at", overflow="fold", ratio=1)
    table.add_column("Why", overflow="fold", ratio=2)
    for row in queue.rows[:most]:
        tags = ", ".join(each.tag for each in row.tags)
        table.add_row(str(row.rank), Text(str(row.record_id)), f"{row.score:.3f}", Text(tags), Text(_cut(row.reasons)))
    out.print(table)
    if queue.waiting > min(most, len(queue.rows)):
        out.print(f"\n… and {quantity(queue.waiting - min(most, len(queue.rows)), 'record')} more.")


def _cut(reasons: Sequence[str]) -> str:
    text = "; ".join(reasons)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def show_simulations(simulations: Sequence[Simulation]) -> None:
    """Show what each strategy reached, best first, and which of them `random` beats."""
    for place, simulation in enumerate(simulations):
        if place:
            out.print()
        out.print(Text.assemble((simulation.goal.capitalize(), "bold"), f"  {simulation.says}"))
        for chart in simulation.charts:
            out.print()
            _show_chart(chart, quantity(len(simulation.seeds), "seed"))


def _show_chart(chart: Chart, seeds: str) -> None:
    points = sorted({round(i * (len(chart.spent) - 1) / (COLUMNS - 1)) for i in range(COLUMNS)})
    out.print(Text(f"{chart.measure} after so many {chart.unit} (mean of {seeds}, ± half of its 95 % interval)"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Strategy", overflow="fold")
    for point in points:
        table.add_column(f"{chart.spent[point]:,}", justify="right")
    if chart.has_yardstick:
        table.add_column("÷ random", justify="right")
    for curve in sorted(chart.curves, key=lambda curve: -curve.mean[-1]):
        cells = [_say(chart.measure, curve.mean[point], curve.error[point]) for point in points]
        ratio = [f"{chart.ratio(curve.strategy):.2f}"] if chart.has_yardstick else []
        table.add_row(Text(curve.strategy, style="bold" if curve.strategy == "random" else ""), *cells, *ratio)
    out.print(table)


def _say(measure: str, mean: float, error: float) -> str:
    return f"{mean:,.0f} ±{error:.0f}" if measure.startswith("mislabels") else f"{mean:.3f} ±{error:.3f}"
