"""What the terminal shows of what is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.correcting.status import STAGES

if TYPE_CHECKING:
    from weaklabel.correcting.status import Status


def show_status(status: Status) -> None:
    """Show each stage: whether it is ready, why, and the command that goes on."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("For")
    table.add_column("Ready")
    table.add_column("Because", overflow="fold", ratio=1)
    table.add_column("Next", overflow="fold", style="cyan")
    for name in STAGES:
        stage = status.of(name)
        ready = Text("yes", style="green") if stage.is_ready else Text("no", style="dim")
        table.add_row("QA" if name == "qa" else name, ready, Text(stage.why), Text(stage.next))
    out.print(table)
