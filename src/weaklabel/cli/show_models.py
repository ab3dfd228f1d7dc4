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
LESS_IS_BETTER = {"ece", "log_loss", "seconds"}


def print_scores(comparison: Comparison) -> None:
    """Print the rows as a JSON list."""
    typer.echo(json.dumps([asdict(row) for row in comparison.rows], indent=2))


def show_comparison(comparison: Comparison, settings: Settings) -> None:
    """Show the rows as a table, the best figure of the label models in bold; below it what the figures mean."""
    label_models = [row for row in comparison.rows if row.end_model == "none"]
    is_multiclass = settings.task == "multiclass"
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Label model", overflow="fold")
    for column, header in COLUMNS.items():
        is_accuracy = is_multiclass and column == "micro_f1"
        table.add_column("Accuracy" if is_accuracy else header, justify="right", no_wrap=True)
    best = {column: _find_best(label_models, column) for column in COLUMNS}
    for row in comparison.rows:
        is_alone = row.end_model == "none"
        name = row.name if is_alone else f"{row.name} + {row.end_model}"
        shown = [(_format(row, column), is_alone and _format(row, column) == best[column]) for column in COLUMNS]
        table.add_row(Text(name), *(Text(figure, style="bold" if is_best else "") for figure, is_best in shown))
    out.print(table)
    for row in comparison.rows:
        if row.problem:
            out.print(Text(f"{row.name}: {row.problem}", style="yellow"))
    out.print()
    out.print(Text(" ".join(_explain(comparison, settings))))
    out.print()
    out.print(Text(comparison.advice or f"No label model does clearly better than `{settings.label_model}`."))


def _explain(comparison: Comparison, settings: Settings) -> list[str]:
    records, tags = quantity(comparison.records, "labelled record"), quantity(comparison.tags, "tag")
    what = [f"Scored against the given tags of {records}, {tags}; no label model is fitted on them."]
    what.append("AP is average precision: how good the ranking is. ECE and log-loss: less is better.")
    if settings.task == "multiclass":
        what.append("ECE is that of each record's most probable class; cells are those with probability ≥ .01.")
    else:
        what.append("F1 is that of probabilities > .5, ECE of those > .05; cells are those ≥ .01.")
    what.append("Bold is the best of the label models.")
    now = f"The setting now is label model {settings.label_model}, end model {settings.end_model}"
    if settings.end_model != "none" and settings.task == "multilabel" and settings.given_tags == "use":
        what.append(f"{now}, which also reads the texts and the other given tags of a record.")
    else:
        what.append(f"{now}.")
    return what


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
