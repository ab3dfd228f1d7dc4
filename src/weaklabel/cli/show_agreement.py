"""What the terminal shows of `weaklabel agreement`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from weaklabel.annotator_quality import (
    say_accuracy,
    say_drift,
    say_figure,
    say_interval,
    say_number,
    say_share,
    say_value,
)
from weaklabel.cli.show import out
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.agreement import Pair
    from weaklabel.annotator_quality import AnnotationQuality, AnnotatorQuality, TagQuality

SHOWN_TAGS = 10
SHOWN_PAIRS = 10
INTERVAL = "95 %"


def show_quality(quality: AnnotationQuality) -> None:
    """Show how far annotators agree, in all, by tag and by pair, and how each of them works."""
    _show_alpha(quality)
    _show_annotators(quality.annotators, is_identified=quality.is_identified)
    _show_tags(quality.tags)
    _show_pairs(quality.pairs)
    _show_contested(quality)


def _show_alpha(quality: AnnotationQuality) -> None:
    alpha = quality.alpha
    if alpha.value is None:
        out.print(Text(f"Krippendorff's α is {alpha.words}."))
    else:
        out.print(Text.assemble("Krippendorff's α: ", (say_figure(alpha), "bold"), f", {alpha.words}."))
    few = " So few records make the interval a rough one." if alpha.is_few else ""
    unsure = f" {quantity(quality.unsure, 'unsure verdict')} left out." if quality.unsure else ""
    both = f"{quantity(alpha.records, 'record')} and {quantity(alpha.cells, 'cell')}"
    out.print(
        Text(f"{say_share(alpha.agreed)} of verdicts are the same, on {both} decided on by two or more.{unsure}{few}")
    )


def _show_annotators(annotators: Sequence[AnnotatorQuality], *, is_identified: bool) -> None:
    has_adjudications = any(each.adjudicated for each in annotators)
    accuracies = ["Right, est."] * is_identified + ["Right, adj."] * has_adjudications
    table = _table("Annotator", "Records", *accuracies, "As others", "Seconds", "An hour")
    for each in annotators:
        estimated = [say_accuracy(each.estimated)] * is_identified
        adjudicated = [say_accuracy(each.adjudicated)] * has_adjudications
        table.add_row(
            Text(each.name),
            f"{each.habits.records:,}",
            *estimated,
            *adjudicated,
            say_share(each.habits.agreed),
            say_number(each.habits.median_s),
            say_number(each.habits.records_an_hour, 0),
        )
    out.print()
    out.print(table)
    for each in annotators:
        for words in say_drift(each.habits):
            out.print(Text(f"{each.name} {words}", style="yellow"))
    if not is_identified:
        out.print(
            Text("Of two annotators who differ, nobody can tell who errs: an estimate takes three who share records.")
        )


def _show_tags(tags: Sequence[TagQuality]) -> None:
    if not tags:
        return
    table = _table("Lowest tags", "α", INTERVAL, "Records", "Contested", "Unsure")
    for each in tags[:SHOWN_TAGS]:
        figures = (say_value(each.alpha), Text(say_interval(each.alpha)), f"{each.alpha.records:,}")
        table.add_row(Text(each.tag), *figures, f"{each.contested:,}", f"{each.unsure:,}")
    out.print()
    out.print(table)
    if len(tags) > SHOWN_TAGS:
        out.print(f"… and {quantity(len(tags) - SHOWN_TAGS, 'tag')} more.")
    if any(each.alpha.value is None for each in tags[:SHOWN_TAGS]):
        out.print(Text("–: not defined, for all verdicts on the tag are the same, or nobody else decided on it."))


def _show_pairs(pairs: Sequence[Pair]) -> None:
    ordered = sorted(pairs, key=lambda pair: (pair.kappa.value is None, pair.kappa.value or 0.0))
    table = _table("Pair", "κ", INTERVAL, "Same", "Records")
    for pair in ordered[:SHOWN_PAIRS]:
        kappa = pair.kappa
        figures = (say_value(kappa), Text(say_interval(kappa)), say_share(kappa.agreed), f"{kappa.records:,}")
        table.add_row(Text(f"{pair.first}, {pair.second}"), *figures)
    out.print()
    out.print(table)
    if len(ordered) > SHOWN_PAIRS:
        out.print(f"… and {quantity(len(ordered) - SHOWN_PAIRS, 'pair')} more.")


def _show_contested(quality: AnnotationQuality) -> None:
    records = sum(each.contested > 0 for each in quality.contested)
    cells = sum(each.contested for each in quality.contested)
    done = f" {quantity(quality.adjudicated, 'record')} adjudicated." if quality.adjudicated else ""
    out.print()
    if not records:
        out.print(f"No disagreement waits for a reviewer.{done}")
        return
    out.print(Text(f"{quantity(cells, 'disagreement')} on {quantity(records, 'record')} to adjudicate.{done}"))
    out.print("Adjudicate them on the page: weaklabel review --reviewer NAME")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, overflow="fold", style="cyan")
    for name in others:
        table.add_column(name, justify="left" if name == INTERVAL else "right", no_wrap=True)
    return table


def quality_json(quality: AnnotationQuality) -> str:
    """Return all of it as JSON; what is not defined is null, with why."""
    return json.dumps(asdict(quality), ensure_ascii=False, indent=2, allow_nan=False)
