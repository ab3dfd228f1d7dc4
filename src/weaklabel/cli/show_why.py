"""What the terminal shows of an explanation: the text with its evidence, and what adds up to the probability."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import describe_models, out
from weaklabel.errors import list_some
from weaklabel.terms.explanation import format_probability

if TYPE_CHECKING:
    from weaklabel.resolution import Explainer
    from weaklabel.terms import Evidence, Explanation, Records, SpellingMatch

BAR = 20
TITLE = 60


def show_explanations(explainer: Explainer, record: int, explanations: Sequence[Explanation], *, is_full: bool) -> None:
    """Show a record's text with the evidence for its tags, and for each tag what its probability is made of.

    Similar records are shown where it `is_full`.
    """
    from weaklabel.facts import name_models

    records, noun = explainer.inputs.records, explainer.settings.noun
    out.print(Text(f"record {records.ids[record]}", style="bold"))
    for name, text in _highlighted(explanations, records, record):
        out.print(Padding(Text.assemble((f"{name}  ", "dim"), text), (0, 0, 0, 2)))
    given = records.given[record]
    listed = "nobody tagged it" if given is None else ", ".join(given) or "no tags"
    out.print(Padding(Text.assemble(("given  ", "dim"), listed), (0, 0, 0, 2)))
    out.print()
    if not explanations:
        out.print(f"No {noun} of this record was given, voted on, or is likely.")
        return
    for explanation in explanations:
        _show(explanation, explainer, is_full=is_full)
        out.print()
    figures = _explain_figures(explanations, noun, is_end_model=explainer.resolution.prediction is not None)
    out.print(Text(" ".join(figures), style="dim"))
    out.print(Text(describe_models(name_models(explainer.settings, explainer.resolution)), style="dim"))


def show_spelling(spelling: str, match: SpellingMatch) -> None:
    """Say which tag is meant, where it was not named as the vocabulary names it."""
    if match.how != "name":
        stands_for = "an alias of" if match.how == "alias" else "another form of"
        out.print(Text(f"{spelling!r} is {stands_for} {match.tag!r}.", style="dim"))


def _explain_figures(explanations: Sequence[Explanation], noun: str, *, is_end_model: bool) -> Iterator[str]:
    """Yield what the figures mean."""
    yield "Figures with a sign are log-odds, and add up: 0 is a probability of 0.5, +2.20 of 0.9, +4.60 of 0.99."
    yield f"“Usual for the {noun}” is what it has before anything of this record is known."
    if noun == "class" and is_end_model:
        yield "It is the end model's mean over all records: the class balance is what the label model begins with."
    if any(share.part == "given tags" for explanation in explanations for share in explanation.shares):
        yield "“Given tags” are the other ones that the author gave; that the rest were not given counts too."
    if any(explanation.without for explanation in explanations):
        yield "“Without” is the probability if these votes had not been cast, and how much that changes the log-odds."
        yield (
            "Silence counts too: labeling functions that do not vote say something, so a change is not the share, and "
            "changes do not add up to it."
        )
    if any(explanation.lowering for explanation in explanations):
        yield (
            f"A vote for a {noun} may lower it: the text, in which the same words stand, speaks for it by itself, and "
            "authors gave it less often where such votes are cast than texts like this one suggest."
        )


def _highlighted(explanations: Sequence[Explanation], records: Records, record: int) -> list[tuple[str, Text]]:
    shown = []
    for name, texts in records.texts.items():
        text = Text(texts[record])
        votes = [vote for explanation in explanations for vote in explanation.votes]
        for vote in sorted(votes, key=lambda vote: vote.tag is None):  # those on the tags themselves count last
            if vote.field == name and vote.start is not None and vote.end is not None:
                speaks_for_it = (vote.vote == "present") == (vote.tag is None)
                text.stylize("black on yellow" if speaks_for_it else "black on red", vote.start, vote.end)
        if text.plain.strip():
            shown.append((name, text))
    return shown


def _show(explanation: Explanation, explainer: Explainer, *, is_full: bool) -> None:
    state = {True: "given", False: "not given", None: "unlabelled"}[explanation.is_given]
    if math.isnan(explanation.probability):
        nothing = "nothing is known: no labeling function ever votes on it"
        out.print(Text.assemble((explanation.tag, "bold"), f"  {nothing}  ", (state, "dim")))
        return
    probability = format_probability(explanation.probability)
    out.print(Text.assemble((explanation.tag, "bold"), f"  {probability}  ", (state, "dim")))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column()
    for share in explanation.shares:
        table.add_row(f"{share.log_odds:+.2f}", _bar(share.log_odds), Text(share.part))
    table.add_row(f"{explanation.log_odds:+.2f}", "", Text(f"log-odds of {probability}", style="dim"))
    out.print(Padding(table, (0, 0, 0, 2)))
    for line in _describe_votes(explanation, is_multiclass=explainer.settings.task == "multiclass"):
        out.print(Padding(Text(line), (0, 0, 0, 2)))
    for line in _describe_similar(explanation, explainer.inputs.records) if is_full else ():
        out.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))


def _describe_votes(explanation: Explanation, *, is_multiclass: bool) -> Iterator[str]:
    """Yield for each labeling function its vote, the words that made it vote, and the probability without it."""
    for lf, probability in explanation.without:
        votes = [vote for vote in explanation.votes if vote.lf == lf]
        quoted = ", ".join(f"{vote.text!r} in the {vote.field}" for vote in votes if vote.text)
        verb = _describe_side(votes) if is_multiclass else f"votes {votes[0].vote}"
        without = _describe_change(explanation, probability)
        without += ", so it lowers it" if lf in explanation.lowering else ""
        yield f"{lf} {verb}{f' ({quoted})' if quoted else ''}; without it: {without}"
    if explanation.without_all is not None:
        yield f"without all labeling functions: {_describe_change(explanation, explanation.without_all)}"


def _describe_side(votes: Sequence[Evidence]) -> str:
    """Say which classes a labeling function votes for or against: "votes for it", "votes for 'spam'"."""
    sides = {"present": "for", "absent": "against"}
    parts = (f"{sides[vote.vote]} {'it' if vote.tag is None else repr(vote.tag)}" for vote in votes)
    return f"votes {list_some(parts)}"


def _describe_change(explanation: Explanation, probability: float) -> str:
    return f"{format_probability(probability)} ({explanation.change_to(probability):+.2f})"


def _describe_similar(explanation: Explanation, records: Records) -> Iterator[str]:
    for similar in explanation.similar:
        title = next(iter(records.texts.values()))[similar.record].strip().replace("\n", " ")
        short = title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"
        yield f"similar, and has it: record {records.ids[similar.record]} ({similar.similarity:.2f}) {short}"


def _bar(log_odds: float) -> Text:
    """Return a bar to the left for what speaks against the tag, and to the right for what speaks for it.

    One that is cut ends in an arrow.
    """
    half = BAR // 2
    length = round(abs(log_odds))
    blocks = "█" * length if length <= half else "█" * (half - 1)
    if log_odds < 0:
        bar = blocks if length <= half else f"◀{blocks}"
        return Text.assemble(" " * (half - len(bar)), (bar, "red"), "│", " " * half)
    bar = blocks if length <= half else f"{blocks}▶"
    return Text.assemble(" " * half, "│", (bar, "green"), " " * (half - len(bar)))
