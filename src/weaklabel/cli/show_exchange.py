"""What the terminal shows of export and import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.exchanging import Imported

MOST_FILES = 6


def show_formats() -> None:
    """Show the formats, and the layouts of those that have several."""
    from weaklabel.exchange import FORMATS, load_format

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Format", no_wrap=True)
    table.add_column("Is", overflow="fold")
    table.add_column("--layout", overflow="fold")
    for form in map(load_format, FORMATS):
        table.add_row(form.name, Text(form.description), ", ".join(form.layouts[: 9 * (len(form.layouts) > 1)]))
    out.print(table)


def show_written(paths: Sequence[Path]) -> None:
    """Show which files were written."""
    for path in paths[:MOST_FILES]:
        out.print(str(path), soft_wrap=True, markup=False)
    if len(paths) > MOST_FILES:
        out.print(f"… and {quantity(len(paths) - MOST_FILES, 'file')} more.")


def show_imported(imported: Imported, path: Path) -> None:
    """Show how much came back, and where it is now."""
    verdicts = Counter(decision.verdict for decision in imported.decisions)
    said = ", ".join(f"{verdicts[verdict]:,} {verdict}" for verdict in ("yes", "no", "unsure") if verdicts[verdict])
    records = quantity(len({row.record_id for row in imported.rows}), "record")
    annotators = {row.annotator for row in imported.rows if row.annotator}
    by = f" by {quantity(len(annotators), 'annotator')}" if annotators else ""
    out.print(f"{quantity(len(imported.decisions), 'decision')} on {records}{by}{f': {said}' if said else ''}.")
    out.print(str(path), soft_wrap=True, markup=False)


def show_rules(path: Path, written: int) -> None:
    """Show how many labeling functions came in."""
    out.print(f"{quantity(written, 'labeling function')} added.")
    if written:
        out.print(f"{path}. Try them: weaklabel lf test", soft_wrap=True, markup=False)
