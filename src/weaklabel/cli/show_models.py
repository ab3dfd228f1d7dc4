"""What the terminal shows of `weaklabel models compare`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.comparison import Comparison, ModelScore
    from weaklabel.terms import Settings

COLUMNS = {
    "micro_f1": "Micro-F1",
    "macro_f1": "Macro-F1",
    "average_precision": "AP",
    "ece": "ECE",
    "log_loss": "Log-loss",
    "seconds": "Seconds",
    "covered_cells": "Cells",
}
WIDE = 1_000  # characters: a table as wide as it likes to be
LESS_IS_BETTER = {"ece", "log_loss", "seconds"}


def print_scores(comparison: Comparison) -> None:
    """Print the rows as a JSON list."""
    typer.echo(json.dumps([asdict(row) for row in comparison.rows], indent=2))


def show_comparison(comparison: Comparison, settings: Settings) -> None:
    """Show the rows as a table, the best figure of the label models marked; below it what the figures mean."""
    table = _score_table(comparison, settings)
    if out.measure(table, options=out.options.update(width=WIDE)).maximum > out.width:
        table = _score_table(comparison, settings, joint="\n+ ")
    out.print(table)
    for row in comparison.rows:
        if row.problem:
            out.print(Text(f"{_name(row)}: {row.problem}", style="yellow"))
    out.print()
    out.print(Text(" ".join(_explain(comparison, settings))))
    out.print()
    out.print(Text(comparison.advice or _say_why_none(comparison, settings)))


def _score_table(comparison: Comparison, settings: Settings, *, joint: str = " + ") -> Table:
    """Return the rows as a table; `joint` stands between a label model and an end model."""
    label_models = [row for row in comparison.rows if row.end_model == "none"]
    is_multiclass = settings.task == "multiclass"
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Label model", overflow="fold")
    for column, header in COLUMNS.items():
        is_accuracy = is_multiclass and column == "micro_f1"
        table.add_column("Accuracy" if is_accuracy else header, justify="right", no_wrap=True)
    best = {column: _find_best(label_models, column) for column in COLUMNS}
    for row in comparison.rows:
        is_alone = row.end_model == "none"
        shown = [(_format(row, column), is_alone and _format(row, column) == best[column]) for column in COLUMNS]
        table.add_row(
            Text(_name(row, joint)), *(_mark_best(figure) if is_best else figure for figure, is_best in shown)
        )
    return table


def _mark_best(figure: str) -> Text:
    """Return a figure in bold, or with a star where nothing can be bold."""
    return Text(figure if out.is_terminal else f"*{figure}", style="bold")


def _name(row: ModelScore, joint: str = " + ") -> str:
    return row.name if row.end_model == "none" else f"{row.name}{joint}{row.end_model}"


def _say_why_none(comparison: Comparison, settings: Settings) -> str:
    if comparison.is_telling:
        return f"No label model does clearly better than `{settings.label_model}`."
    from weaklabel.comparison import LEAST_RECORDS

    few = quantity(comparison.records, "labelled record")
    return f"Which label model does better cannot be told from {few}: it takes {LEAST_RECORDS}."


def _explain(comparison: Comparison, settings: Settings) -> list[str]:
    records, tags = quantity(comparison.records, "labelled record"), quantity(comparison.tags, settings.noun)
    given = "classes" if settings.task == "multiclass" else "tags"
    what = [f"Scored against the given {given} of {records}, {tags}; no label model is fitted on them."]
    what.append("AP is average precision: how good the ranking is. ECE and log-loss: less is better.")
    if settings.task == "multiclass":
        what.append("ECE is that of each record's most probable class; cells are those with probability ≥ .01.")
    else:
        what.append("F1 is that of probabilities > .5, ECE of those > .05; cells are those ≥ .01.")
        what.append("All are measured after closure over the tag graph, on tags given at least once.")
    what.append(f"{'Bold' if out.is_terminal else 'A star'} is the best of the label models.")
    what.append(f"The project's models are {settings.label_model} and {_describe_end_model(settings)}.")
    return what


def _describe_end_model(settings: Settings) -> str:
    if settings.end_model == "none":
        return "no end model" + (", so embeddings are not used" if settings.embeddings else "")
    reads = "texts and the other given tags of a record"
    if settings.task == "multiclass" or settings.given_tags == "ignore":
        reads = "texts"
    more = " and embeddings" if settings.uses_embeddings else ""
    return f"the end model {settings.end_model}, which reads {reads}{more} too"


def _find_best(rows: Sequence[ModelScore], column: str) -> str:
    figures = {value: row for row in rows if (value := getattr(row, column)) is not None and value == value}
    if not figures:
        return ""
    choose = min if column in LESS_IS_BETTER else max
    return _format(figures[choose(figures)], column)


def _format(row: ModelScore, column: str) -> str:
    value = getattr(row, column)
    if value is None or value != value:
        return "–"
    if column == "covered_cells":
        return f"{value:,}"
    if column == "seconds":
        return f"{value:.1f}"
    return f"{value:.4f}" if column == "log_loss" else f"{value:.3f}"
