"""What the terminal shows of `weaklabel slices discover`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import err, out
from weaklabel.discovery import say_all
from weaklabel.errors import quantity
from weaklabel.slice_discovery import render_definition, say_p

if TYPE_CHECKING:
    from weaklabel.discovery import WeakSlice
    from weaklabel.slice_discovery import Definition, Found


def show_discovery(found: Found) -> None:
    """Show the slices as a table, the worst first; below it what the figures mean."""
    discovery = found.discovery
    if discovery.slices:
        out.print(_table(found))
        out.print()
        out.print(
            "Error: 1 − F1 of a record's tags (of one class: 0 or 1), outside the slice and inside. Difference with its"
            " 95% interval, as if this slice alone had been looked at. p: corrected for the search, on the records that"
            " slices above have left."
        )
    else:
        out.print("No slice is worse than chance explains.")
    out.print(Text(_say_search(found)))


def _table(found: Found) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for header in ("Size", "Error", "Difference", "p"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("Slice", overflow="fold")
    for weak in found.discovery.slices:
        error = weak.error
        table.add_row(
            f"{weak.size:,}",
            f"{error.outside:.2f}→{error.inside:.2f}",
            f"{error.points:+.2f} ({error.low:.2f}, {error.high:.2f})",
            say_p(weak.p_value).removeprefix("= "),
            _say_slice(weak),
        )
    return table


def _say_slice(weak: WeakSlice) -> Text:
    text = Text(say_all(weak.literals))
    for other in weak.alternatives:
        text.append(f"\nalso: {say_all(other)}", style="dim")
    return text


def _say_search(found: Found) -> str:
    discovery = found.discovery
    searched = quantity(sum(discovery.searched), "definition")
    levels = ", ".join(f"{count:,} of {n}" for n, count in enumerate(discovery.searched, start=1))
    return (
        f"Mean error {discovery.mean_error:.2f}, held against {found.reference}. {searched} with"
        f" {discovery.least_records:,} records or more were searched ({levels} conditions)."
    )


def print_discovery(found: Found) -> None:
    """Print slices and figures as JSON."""
    discovery = found.discovery
    rows = [_row(*each) for each in zip(discovery.slices, found.definitions, strict=True)]
    whole = {
        "reference": found.reference,
        "records": discovery.n_judged,
        "mean_error": round(discovery.mean_error, 6),
        "least_records": discovery.least_records,
        "searched": list(discovery.searched),
        "slices": rows,
    }
    typer.echo(json.dumps(whole, indent=2, ensure_ascii=False, default=str))


def _row(weak: WeakSlice, definition: Definition) -> dict[str, Any]:
    return {
        **definition.declaration(),
        "size": weak.size,
        "error": round(weak.error.inside, 6),
        "error_outside": round(weak.error.outside, 6),
        "difference": round(weak.error.points, 6),
        "difference_low": round(weak.error.low, 6),
        "difference_high": round(weak.error.high, 6),
        "p": weak.p_value,
        "alternatives": [say_all(other) for other in weak.alternatives],
    }


def print_definitions(found: Found) -> None:
    """Print the definitions as YAML."""
    typer.echo("\n".join(map(render_definition, found.definitions)), nl=False)


def show_written(count: int, found: int, path: Path) -> None:
    """Say how many of the slices that were found were written."""
    if count:
        beside = f"; {found - count:,} more were there already" if found > count else ""
        what = f"{quantity(count, 'slice')} written to {path}{beside}."
    else:
        why = "it has all of them already" if found else "none was found"
        what = f"Nothing was written to {path}: {why}."
    err.print(Text(what), soft_wrap=True)
