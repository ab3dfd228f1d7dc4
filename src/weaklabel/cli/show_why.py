"""What the terminal shows of an explanation: the text with its evidence, and what adds up to the probability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out

if TYPE_CHECKING:
    from weaklabel.terms import Explanation, Records

BAR = 20
TITLE = 60


def show_explanations(explanations: Sequence[Explanation], records: Records, *, asked_for: str | None) -> None:
    """Show a record's text with the evidence for its tags, and for each tag what its probability is made of."""
    if not explanations:
        out.print("No tag of this record was given, voted on, or is likely.")
        return
    record = explanations[0].record
    out.print(Text(f"record {explanations[0].record_id}", style="bold"))
    for name, text in _highlighted(explanations, records, record):
        out.print(Padding(Text.assemble((f"{name}  ", "dim"), text), (0, 0, 0, 2)))
    given = records.given[record]
    listed = "nobody tagged it" if given is None else ", ".join(given) or "no tags"
    out.print(Padding(Text.assemble(("given  ", "dim"), listed), (0, 0, 0, 2)))
    for explanation in explanations:
        out.print()
        _show(explanation, records, full=asked_for is not None)


def _highlighted(explanations: Sequence[Explanation], records: Records, record: int) -> list[tuple[str, Text]]:
    shown = []
    for name, texts in records.texts.items():
        text = Text(texts[record])
        for vote in (vote for explanation in explanations for vote in explanation.votes):
            if vote.field == name and vote.start is not None and vote.end is not None:
                style = "black on yellow" if vote.vote == "present" else "black on red"
                text.stylize(style, vote.start, vote.end)
        if text.plain.strip():
            shown.append((name, text))
    return shown


def _show(explanation: Explanation, records: Records, *, full: bool) -> None:
    state = {True: "given", False: "not given", None: "unlabelled"}[explanation.is_given]
    if math.isnan(explanation.probability):
        nothing = "nothing is known: no labeling function ever votes on it"
        out.print(Text.assemble((explanation.tag, "bold"), f"  {nothing}  ", (state, "dim")))
        return
    head = Text.assemble((explanation.tag, "bold"), f"  {explanation.probability:.3f}  ", (state, "dim"))
    out.print(head)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column()
    for share in explanation.shares:
        table.add_row(f"{share.log_odds:+.2f}", _bar(share.log_odds), Text(share.part))
    table.add_row(f"{explanation.log_odds:+.2f}", "", Text(f"log-odds of {explanation.probability:.3f}", style="dim"))
    out.print(Padding(table, (0, 0, 0, 2)))
    without = dict(explanation.without)
    for lf in dict.fromkeys(vote.lf for vote in explanation.votes):
        votes = [vote for vote in explanation.votes if vote.lf == lf]
        quoted = ", ".join(f"{vote.text!r} in the {vote.field}" for vote in votes if vote.text)
        line = f"{lf} votes {votes[0].vote}{f' ({quoted})' if quoted else ''}; without it: {without[lf]:.3f}"
        out.print(Padding(Text(line), (0, 0, 0, 2)))
    if full:
        for similar in explanation.similar:
            title = next(iter(records.texts.values()))[similar.record].strip().replace("\n", " ")
            short = title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"
            line = f"similar, and has it: record {records.ids[similar.record]} ({similar.similarity:.2f}) {short}"
            out.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))


def _bar(log_odds: float) -> Text:
    """Return a bar to the left for what speaks against the tag, and to the right for what speaks for it."""
    length = min(BAR // 2, round(abs(log_odds)))
    half = BAR // 2
    if log_odds < 0:
        return Text.assemble(" " * (half - length), ("█" * length, "red"), "│", " " * half)
    return Text.assemble(" " * half, "│", ("█" * length, "green"), " " * (half - length))
