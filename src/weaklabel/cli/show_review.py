"""What the terminal shows of a review."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import quantity


def show_links(links: Mapping[str, str], records: int, overlap: int) -> None:
    """Show each annotator's link. Who has a link decides in that name: it is for one person."""
    each = f", each by {quantity(overlap, 'annotator')}" if overlap > 1 else ""
    out.print(f"{quantity(records, 'record')} to review{each}. A link is for one person; Ctrl-C ends.")
    for name, link in links.items():
        out.print(Text(f"{name}: {link}"), soft_wrap=True)
    out.file.flush()
