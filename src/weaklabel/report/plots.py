"""Pictures of a report, as matplotlib figures.

Each is made to be read at the width of a phone. Colours are those of the page in its light form; `svg` turns them
into the page's variables. matplotlib is imported when the first figure is drawn.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from weaklabel.report.data import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, LINE, FIRST, SECOND = "#1c2128", "#57606a", "#d8dee4", "#0550ae", "#9a4a00"
WIDTH = 6.0  # inches; 72 units of the picture each
ROW = 0.27  # inches of height for a row of names
MAX_BARS = 15
MAX_NAME = 26
MAX_WIDE = 12  # columns that have room for figures of the usual size
STYLE: dict[str, Any] = {
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 11,
    "figure.constrained_layout.hspace": 0.1,
    "figure.constrained_layout.use": True,
    "font.family": ["sans-serif"],
    "font.size": 11,
    "grid.color": LINE,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "weaklabel",
    "text.color": INK,
    "text.parse_math": False,  # a tag may have dollar signs
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the report's style whatever the user's is; letters that matplotlib's font lacks are the browser's."""
    import matplotlib.style

    with warnings.catch_warnings(), matplotlib.style.context(["default", STYLE]):
        warnings.filterwarnings("ignore", message=".*[Gg]lyph")
        warnings.filterwarnings("ignore", message=".*constrained_layout not applied")
        yield


def _new_figure(height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height))


def draw_imbalance(report: Report) -> Figure:
    """Draw how many records were given each tag, and how many more each area of the tag graph takes."""
    areas = [area for area in report.support.areas if area.lacking][:MAX_BARS]
    tags = sorted(report.support.tags, key=lambda row: (-row.given, row.tag))
    has_few = len(tags) == report.support.tag_total <= MAX_BARS
    heights = [0.9 + ROW * len(tags) if has_few else 3.0, *([0.9 + ROW * len(areas)] if areas else [])]
    with drawing():
        figure = _new_figure(sum(heights))
        parts = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
        if has_few:
            _draw_bars(parts[0], [(row.tag, row.given) for row in tags], FIRST)
        else:
            _draw_curve(parts[0], report.support.curve)
        parts[0].set_title(f"Records given each {'class' if report.task == 'multiclass' else 'tag'}")
        if areas:
            _draw_bars(parts[1], [(area.area, area.lacking) for area in areas], SECOND)
            parts[1].set_title("Records that areas lack until each tag has ten")
    return figure


def _draw_curve(axes: Axes, points: Sequence[tuple[int, int]]) -> None:
    from matplotlib.ticker import NullLocator

    ranks, counts = [rank for rank, _ in points], [count for _, count in points]
    axes.plot(ranks, counts, color=FIRST, linewidth=2)
    axes.fill_between(ranks, counts, color=FIRST, alpha=0.15, linewidth=0)
    axes.set_yscale("symlog", linthresh=1)
    ticks = _round_counts(max(counts, default=1))
    axes.set_yticks(ticks, labels=[f"{tick:,}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=1)
    axes.grid(axis="y")
    axes.set_xlabel("tags, from the most frequent on")


def _round_counts(most: int) -> list[int]:
    """Return 0 and the powers of ten up to `most`."""
    ticks = [0, 1]
    while ticks[-1] * 10 <= most:
        ticks.append(ticks[-1] * 10)
    return ticks


def _draw_bars(axes: Axes, rows: Sequence[tuple[str, int]], color: str) -> None:
    places = range(len(rows))
    bars = axes.barh(places, [count for _, count in rows], color=color, height=0.65)
    axes.set_yticks(places, labels=[_clip_name(name) for name, _ in rows])
    axes.bar_label(bars, labels=[f"{count:,}" for _, count in rows], padding=3)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.margins(x=0.12)
    axes.spines[["bottom"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def draw_calibration(report: Report) -> Figure:
    """Draw the share of cells that gold confirms, by their probability; the diagonal is where both are the same."""
    bins = report.calibration.bins if report.calibration else ()
    with drawing():
        figure = _new_figure(4.6)
        axes: Axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle="--", label="as it should be")
        means, shares = [b.mean for b in bins], [b.share for b in bins]
        errors = [[b.share - b.share_low for b in bins], [b.share_high - b.share for b in bins]]
        axes.errorbar(
            means,
            shares,
            yerr=errors,
            color=FIRST,
            marker="o",
            linewidth=2,
            elinewidth=1,
            label="this run, 95 % interval",
        )
        axes.set(xlim=(0, 1.01), ylim=(0, 1.01), xlabel="probability", ylabel="share confirmed by gold")
        axes.set_aspect("equal")
        axes.grid()
        axes.legend(loc="lower right")
    return figure


def draw_slices(report: Report) -> Figure:
    """Draw F1 on each slice with its interval, the worst first, and that of all records as a line."""
    rows = [row for row in report.slices.rows if row.f1 is not None][:MAX_BARS][::-1]
    with drawing():
        figure = _new_figure(0.9 + ROW * len(rows))
        axes: Axes = figure.subplots()
        if report.slices.whole is not None:
            axes.axvline(report.slices.whole, color=MUTED, linewidth=1, linestyle="--", label="all records")
        f1, low, high = ([getattr(row, name) or 0.0 for row in rows] for name in ("f1", "f1_low", "f1_high"))
        errors = [[max(a - b, 0.0) for a, b in zip(*pair, strict=True)] for pair in ((f1, low), (high, f1))]
        axes.errorbar(f1, range(len(rows)), xerr=errors, color=FIRST, marker="o", linestyle="none", elinewidth=1)
        axes.set_yticks(range(len(rows)), labels=[_clip_name(row.slice) for row in rows])
        axes.set(xlabel=report.slices.metric, ylim=(-0.6, len(rows) - 0.4))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
    return figure


def draw_cooccurrence(report: Report) -> Figure:
    """Draw how often the most frequent tags are given together: the share of the records of the row's tag."""
    table = report.cooccurrence
    shares = [[both / max(row[i], 1) for both in row] for i, row in enumerate(table.both)]
    for i, row in enumerate(shares):
        row[i] = 0.0
    with drawing():
        figure = _new_figure(_grid_height(len(table.tags)))
        _draw_grid(figure.subplots(), table.tags, shares, FIRST)
    return figure


def draw_lf_overlap(report: Report) -> Figure:
    """Draw the overlap of the labeling functions that meet most; figures are the cells on which they conflict."""
    grid = report.lfs.grid
    shares = [[0.0 if i == j else share for j, share in enumerate(row)] for i, row in enumerate(grid.overlap)]
    with drawing():
        figure = _new_figure(_grid_height(len(grid.lfs)))
        axes: Axes = figure.subplots()
        _draw_grid(axes, grid.lfs, shares, FIRST)
        for i, row in enumerate(grid.conflicts):
            for j, count in enumerate(row):
                if count:
                    axes.text(j + 0.5, i + 0.5, f"{count:,}", ha="center", va="center", color=INK, fontsize=9)
    return figure


def _clip_name(name: str) -> str:
    """Return a name cut to what fits beside a picture; a letter that is twice as wide counts twice."""
    room = MAX_NAME
    for i, letter in enumerate(name):
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return f"{name[:i].rstrip()}…"
    return name


def _grid_height(n: int) -> float:
    """Return the height, in inches, of a square of n rows beside their names, and a line of numbers above it."""
    return 0.5 + max(n, 1) * min(ROW, 3.5 / max(n, 1))


def _draw_grid(axes: Axes, names: Sequence[str], shares: Sequence[Sequence[float]], color: str) -> None:
    """Draw a square of cells, its colour the stronger the greater the share; columns are numbered as the rows are."""
    from matplotlib.patches import Rectangle

    n = len(names)
    for i, row in enumerate(shares):
        for j, share in enumerate(row):
            if i == j:
                axes.add_patch(Rectangle((j, i), 1, 1, facecolor=LINE, linewidth=0))
            elif share > 0:
                axes.add_patch(
                    Rectangle(
                        (j + 0.04, i + 0.04),
                        0.92,
                        0.92,
                        facecolor=color,
                        alpha=round(0.1 + 0.5 * min(share, 1), 3),
                        linewidth=0,
                    )
                )
    axes.set(xlim=(0, n or 1), ylim=(n or 1, 0))
    middles = [i + 0.5 for i in range(n)]
    axes.set_yticks(middles, labels=[f"{_clip_name(name)}  {i}" for i, name in enumerate(names, start=1)])
    axes.set_xticks(middles, labels=[str(i) for i in range(1, n + 1)])
    axes.tick_params(length=0)
    axes.tick_params(axis="x", labelsize=11 if n <= MAX_WIDE else 8)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)


class Plots:
    """The report's pictures, as matplotlib figures; in a notebook, `%matplotlib inline` shows them."""

    __slots__ = ("_report",)

    def __init__(self, report: Report) -> None:
        self._report = report

    def imbalance(self) -> Figure:
        """Return how many records were given each tag, and which areas of the tag graph lack records."""
        return draw_imbalance(self._report)

    def calibration(self) -> Figure:
        """Return the share of cells that gold confirms, by their probability; empty without gold tags."""
        return draw_calibration(self._report)

    def cooccurrence(self) -> Figure:
        """Return how often the most frequent tags are given together."""
        return draw_cooccurrence(self._report)

    def slices(self) -> Figure:
        """Return micro-F1 on each slice with its interval; empty where the project defines none."""
        return draw_slices(self._report)

    def lf_overlap(self) -> Figure:
        """Return where labeling functions vote on the same cells, and on how many they conflict."""
        return draw_lf_overlap(self._report)
