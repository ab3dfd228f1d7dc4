"""Pictures of simulations: what labels bring, strategy by strategy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from weaklabel.queueing.curves import YARDSTICK, Chart, Curve
from weaklabel.queueing.task import Simulation
from weaklabel.report.plots import FIRST, INK, MUTED, SECOND, drawing
from weaklabel.report.svg import as_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 8.0, 3.4  # inches, of a chart
LINE_HEIGHT = 0.062  # of the chart's height, between two names
LEADER = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.5, "relpos": (0, 0.5), "shrinkA": 2, "shrinkB": 0}
STYLE = """<style>
svg { color: #1c2128; background: #ffffff; font-family: system-ui, sans-serif;
  --muted: #57606a; --line: #d8dee4; --plot-1: #0550ae; --plot-2: #9a4a00; }
@media (prefers-color-scheme: dark) { svg { color: #e4e8ec; background: #14181d;
  --muted: #9da7b1; --line: #333b44; --plot-1: #79b8ff; --plot-2: #ffb066; } }
text { fill: currentColor; }
</style>"""


def simulations_svg(simulations: Sequence[Simulation]) -> str:
    """Return the picture as the content of an SVG file, light or dark as its reader's screen is."""
    charts = [(simulation, chart) for simulation in simulations for chart in simulation.charts]
    best = ", ".join(f"{_best(chart).strategy} ({chart.measure} by {chart.unit})" for _, chart in charts)
    svg = str(as_svg(draw_charts(charts), "queue", "Labels spent, and what they bring", f"Best in the end: {best}."))
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{STYLE}{rest}\n'


def draw_charts(charts: Sequence[tuple[Simulation, Chart]]) -> Figure:
    """Draw charts one below the other: means as lines, 95 % intervals as bands around the best and `random`."""
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT * len(charts)))
        parts = figure.subplots(len(charts), 1, squeeze=False)[:, 0]
        for axes, (simulation, chart) in zip(parts, charts, strict=True):
            _draw(axes, simulation, chart)
    return figure


def _draw(axes: Axes, simulation: Simulation, chart: Chart) -> None:
    best = _best(chart)
    for curve in chart.curves:
        color, width, dash = _look(curve, best)
        is_main = color != INK
        axes.plot(chart.spent, curve.mean, color=color, linewidth=width, linestyle=dash, alpha=1 if is_main else 0.45)
        if is_main:
            low, high = np.maximum(curve.mean - curve.error, 0), curve.mean + curve.error
            axes.fill_between(chart.spent, low, high, color=color, alpha=0.15, linewidth=0)
    axes.set_title(f"{simulation.goal.capitalize()}: {chart.measure} by {chart.unit}")
    axes.set_xlabel(f"{chart.unit} looked at" if chart.unit == "records" else f"{chart.unit} on a tag")
    axes.grid(axis="y")
    axes.margins(x=0)
    _name(axes, chart, best)


def _look(curve: Curve, best: Curve) -> tuple[str, float, str]:
    """Return a line's colour, width and dashes."""
    if curve.strategy == YARDSTICK:
        return SECOND, 2.0, "--"
    return (FIRST, 2.5, "-") if curve is best else (INK, 1.0, "-")


def _name(axes: Axes, chart: Chart, best: Curve) -> None:
    """Write each strategy's name beside the end of its line, moved apart where lines end close together."""
    low, high = axes.get_ylim()
    ordered = sorted(chart.curves, key=lambda curve: float(curve.mean[-1]))
    ends = [(float(curve.mean[-1]) - low) / (high - low) for curve in ordered]
    for curve, end, place in zip(ordered, ends, _spread(ends), strict=True):
        color, _, _ = _look(curve, best)
        axes.annotate(
            curve.strategy,
            xy=(1, end),
            xytext=(1.06, place),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            fontsize=10,
            color=color,
            arrowprops=LEADER,
            annotation_clip=False,
        )


def _spread(ends: Sequence[float]) -> list[float]:
    """Return heights, ascending as `ends` are, that are a line apart and as near to them as may be."""
    places: list[float] = []
    for end in ends:
        places.append(max(end, places[-1] + LINE_HEIGHT) if places else end)
    over = max(places[-1] - 1.0, 0.0) if places else 0.0
    for i in range(len(places) - 1, -1, -1):
        ceiling = places[i] - over if i == len(places) - 1 else places[i + 1] - LINE_HEIGHT
        places[i] = min(places[i], ceiling)
    return places


def _best(chart: Chart) -> Curve:
    others = [curve for curve in chart.curves if curve.strategy != YARDSTICK]
    return max(others or chart.curves, key=lambda curve: float(curve.mean[-1]))
