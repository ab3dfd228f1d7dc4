"""What `weaklabel split` and `weaklabel split check` show."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import list_some, quantity
from weaklabel.splits import SplitBalance
from weaklabel.splitting import CheckedSplits, Splitting

MOST_PAIRS = 20
MOST_TAGS = 3
MOST_CHARACTERS = 300


def show_splitting(made: Splitting, path: Path) -> None:
    """Show how many records each split has, how near that is to what was asked for, and what was kept."""
    out.print(_share_table(made.balance))
    out.print()
    _say_balance(made.balance)
    if made.together:
        _say(f"{quantity(made.together, 'new record')} with near-duplicates: each is in the split of those.")
    if made.vanished:
        gone = quantity(len(made.vanished), "id")
        _say(f"{gone} of the file no record has any more; kept: {list_some(map(repr, made.vanished))}.")
    _say(f"{path}: {quantity(made.kept, 'record')} as before, {made.new:,} new.")


def _share_table(balance: SplitBalance) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Split")
    for name in ("Records", "Share", "Aim"):
        table.add_column(name, justify="right")
    total = sum(balance.records)
    for name, records, aim in zip(balance.splits, balance.records, balance.aims, strict=True):
        table.add_row(name, f"{records:,}", f"{records / total:.1%}", f"{aim:.1%}")
    return table


def _say_balance(balance: SplitBalance) -> None:
    if not balance.tags:
        _say("No record has a tag, so that only sizes count.")
        return
    _say(f"Of a tag's records, a split's share is {balance.mean_deviation:.1%} from its aim on the mean.")
    counted = [
        f"{tag.tag} ({' + '.join(f'{n:,}' for n in tag.in_split)})" for tag in balance.tags[:MOST_TAGS] if tag.records
    ]
    _say(f"Furthest off, in records: {', '.join(counted)}.")
    if lacking := balance.lacking():
        said = ", ".join(f"{quantity(count, 'tag')} in {name}" for name, count in lacking.items())
        _say(f"Without a record: {said}.")


def show_leaks(checked: CheckedSplits) -> None:
    """Show the pairs of near-duplicates in different splits, their texts side by side."""
    if checked.leaks:
        out.print(_leak_table(checked))
        if len(checked.leaks) > MOST_PAIRS:
            _say(f"… and {len(checked.leaks) - MOST_PAIRS:,} more: --json lists all.\n")
    if checked.unassigned:
        _say(f"Without a split: {quantity(len(checked.unassigned), 'record')}. Run `weaklabel split`.")
    if checked.vanished:
        _say(f"{quantity(len(checked.vanished), 'id')} of the file no record has any more.")
    verdict = "[red]failed[/]" if checked.leaks else "[green]passed[/]"
    found = quantity(len(checked.leaks), "pair")
    out.print(
        f"{quantity(checked.records, 'record')}: {verdict} ({found} of near-duplicates in different splits; "
        f"similarity {checked.similarity:g} or more).",
        soft_wrap=True,
    )


def _leak_table(checked: CheckedSplits) -> Table:
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("Similar", justify="right")
    table.add_column("Record", overflow="fold", ratio=1)
    table.add_column("Other", overflow="fold", ratio=1)
    for leak in checked.leaks[:MOST_PAIRS]:
        first = _describe(leak.record_id, leak.split, leak.text)
        table.add_row(f"{leak.similarity:.2f}", first, _describe(leak.other_id, leak.other_split, leak.other_text))
    return table


def _describe(record_id: object, split: str, text: str) -> Text:
    shown = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
    return Text.assemble((f"{record_id} ({split})", "bold"), "\n", shown)


def _say(text: str) -> None:
    out.print(Text(text), soft_wrap=True)
