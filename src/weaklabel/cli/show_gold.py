"""What `weaklabel gold import` shows."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import quantity
from weaklabel.gold_import import ImportedGold, Spelt

MOST = 30
READ_AS = {"alias": "alias", "form": "other form", "typo": "typing error", "truncated": "cut off"}


def show_imported(imported: ImportedGold, path: Path) -> None:
    """Show what was written, and which spellings are not those of the vocabulary."""
    left_out = [spelt for spelt in imported.spelt if spelt.tag.match is None]
    read = [spelt for spelt in imported.spelt if spelt.tag.match is not None]
    if left_out:
        out.print(_table("Left out", left_out))
        out.print()
    if read:
        out.print(_table("Read as", read))
        out.print()
    tags = sum(len(gold.tags) for gold in imported.gold.values())
    said = f"Wrote {quantity(tags, 'gold tag')} of {quantity(len(imported.gold), 'record')} to {path}."
    if imported.added:
        said += f" {imported.added:,} of them stand above others, and were added."
    out.print(Text(said), soft_wrap=True)


def _table(title: str, spelt: list[Spelt]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Spelling", overflow="fold")
    table.add_column("Records", justify="right")
    table.add_column(title, overflow="fold")
    for tag, records in spelt[:MOST]:
        if tag.match is None:
            told = f"no tag; like {tag.nearest!r}" if tag.nearest else "no tag"
        else:
            told = f"{tag.match.tag} ({READ_AS.get(tag.match.how, tag.match.how)})"
        table.add_row(Text(tag.spelling), f"{records:,}", Text(told))
    if len(spelt) > MOST:
        table.add_row(f"… and {len(spelt) - MOST:,} more", "", "")
    return table
