"""What the terminal shows of slices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.slices import SlicedRecords

LONGEST = 200


def show_slices(sliced: SlicedRecords, only: Collection[str] | None = None) -> None:
    """Show slices with their sizes; those that are empty or hold every record are marked."""
    n_records = len(sliced.membership.members)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Slice", no_wrap=True, overflow="ellipsis")
    table.add_column("Records", justify="right")
    table.add_column("Share", justify="right")
    table.add_column("", overflow="fold", ratio=1)
    for each, size in zip(sliced.slices, sliced.membership.sizes().tolist(), strict=True):
        if only is None or each.id in only:
            mark = "Empty. " if not size else "Every record. " if size == n_records else ""
            share = f"{size / n_records:.1%}" if n_records else ""
            described = Text.assemble((mark, "yellow"), each.description)
            table.add_row(Text(each.id), f"{size:,}", share, described)
    out.print(table)


def show_one_slice(sliced: SlicedRecords, name: str, fields: Sequence[str], most: int) -> None:
    """Show one slice: its definition, its size, and its first records."""
    frame = sliced[name]
    each = sliced.slices[sliced.membership.names.index(name)]
    out.print(Text.assemble((each.id, "bold"), f"  {quantity(len(frame), 'record')}"), soft_wrap=True)
    for label, value in (("", each.description), ("where  ", each.definition), ("written in  ", str(each.place or ""))):
        if value:
            out.print(Padding(Text.assemble((label, "dim"), value), (0, 0, 0, 2)))
    for metric, bound in each.expect:
        out.print(Padding(Text.assemble(("expect  ", "dim"), f"{metric} {bound}"), (0, 0, 0, 2)))
    for _, row in frame.head(most).iterrows():
        text = " ".join(" ".join(str(row[field]).split()) for field in fields)
        shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        out.print()
        out.print(Text.assemble((str(row["record_id"]), "cyan"), f"  {shown}"))
    if len(frame) > most:
        out.print(f"\n… and {quantity(len(frame) - most, 'record')} more.")
