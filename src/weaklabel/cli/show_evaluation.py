"""What the terminal shows of `weaklabel evaluate`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out, show_problems
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.evaluation import Evaluated
    from weaklabel.scoring import Compared, Difference, Estimate, Evaluation, ModelComparison, Scored, SliceTag

SIGNIFICANT = 0.05
LEAST_P = 0.001
MAX_TAGS = 10
MAX_SLICES, MAX_TAGS_OF_SLICE = 5, 3
WIDE = 1_000  # characters: a table as wide as it likes to be
OF_SLICES = ("ap", "precision", "recall", "ece", "macro_f1")
OF_TAGS = ("ap", "precision", "recall", "ece")
COMPARED = ("f1", "ap", "ece")
MEANS = {"over cells (micro)": "", "over tags (macro)": "macro_", "weighted": "weighted_", "over records": "samples_"}
SHORT = {"precision": "Prec.", "macro_f1": "Macro"}
MARKS = {"": "", "empty": "empty", "small": "few", "everything": "all"}


def print_evaluated(evaluated: Evaluated) -> None:
    """Print everything as JSON; what is undefined is null."""
    typer.echo(json.dumps(_plain(asdict(evaluated)), ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def show_evaluated(evaluated: Evaluated) -> None:
    """Show the whole, the slices, the tags that do worst, the comparison, and what is not as expected."""
    evaluation = evaluated.evaluation
    out.print(Text(" ".join(_introduce(evaluated))))
    out.print()
    out.print(_means_table(evaluation, f"In {evaluated.within}" if evaluated.within else "All records"))
    out.print()
    out.print(_figures_table(evaluation))
    if evaluation.slices:
        out.print()
        slices = [evaluation.whole, *evaluation.slices]
        out.print(_fit(partial(_score_table, "Slice", slices), _shown(evaluation, OF_SLICES)))
    if worst_tags := _find_worst_in_slices(evaluation):
        out.print()
        out.print(_fit(partial(_slice_tags_table, worst_tags), ["precision", "recall"]))
    if len(evaluation.tags) > 1:
        noun = "Tag" if evaluation.task == "multilabel" else "Class"
        worst = _find_worst(evaluation.tags)
        out.print()
        out.print(_fit(partial(_score_table, noun, worst, gold=True), _shown(evaluation, OF_TAGS)))
        if len(worst) < len(evaluation.tags):
            out.print(f"The {len(worst)} with the lowest F1 of {len(evaluation.tags):,}; `--json` has all.")
    if evaluated.comparison is not None:
        out.print()
        compared = [name for name in COMPARED if name in evaluated.comparison.whole.differences]
        out.print(_fit(partial(_comparison_table, evaluated.comparison), compared))
    out.print()
    out.print(Text(" ".join(_explain(evaluated))))
    if evaluated.breaches:
        out.print()
        show_problems([breach.as_problem() for breach in evaluated.breaches], out)


def _introduce(evaluated: Evaluated) -> Iterator[str]:
    evaluation = evaluated.evaluation
    records = quantity(evaluation.whole.records, "record")
    has_probabilities = "ap" in evaluation.whole.metrics
    yield f"Scored against the {evaluated.reference} tags of {records} ({evaluated.reference_location})."
    if evaluated.within:
        yield f"They are those of the slice {evaluated.within!r}; others are left out."
    if evaluation.task == "binary":
        yield f"Two classes; precision, recall and F1 are those of {evaluation.positive!r}."
    elif evaluation.task == "multiclass":
        yield (
            f"{len(evaluation.tags):,} classes; the most probable one is predicted."
            if has_probabilities
            else f"{len(evaluation.tags):,} classes."
        )
    else:
        yield f"{quantity(len(evaluation.tags), 'tag')}."
    if not has_probabilities:
        yield "There are no probabilities: what is listed is predicted."
    elif evaluation.threshold is not None:
        yield f"Predicted is what has a probability > {evaluation.threshold:g}."
    if evaluated.unscored:
        yield f"{quantity(evaluated.unscored, 'predicted record')} without {evaluated.reference} tags left out."


def _means_table(evaluation: Evaluation, which: str) -> Table:
    """Return precision, recall and F1 of the records that are scored, by what they are means over."""
    metrics, is_single = evaluation.whole.metrics, len(evaluation.tags) == 1
    table = _table()
    table.add_column(which, overflow="fold")
    for header in ("Precision", "Recall", "F1"):
        table.add_column(header, no_wrap=True)
    means = {evaluation.positive or "over cells": ""} if is_single else MEANS
    for label, prefix in means.items():
        figures = [metrics[f"{prefix}{name}"] for name in ("precision", "recall", "f1")]
        table.add_row(Text(label), *map(_with_interval, figures))
    return table


def _figures_table(evaluation: Evaluation) -> Table:
    """Return the other metrics of all records, in two columns."""
    from weaklabel.scoring import METRICS

    table = _table(show_header=False)
    cells = [
        (METRICS[name].label, _with_interval(estimate))
        for name, estimate in evaluation.whole.metrics.items()
        if not name.endswith(("precision", "recall", "f1"))
        and not (len(evaluation.tags) == 1 and name in {"macro_ap", "coverage_error"})
    ]
    half = (len(cells) + 1) // 2
    for left, right in zip(cells[:half], [*cells[half:], ("", "")], strict=False):
        table.add_row(*left, *right)
    return table


def _fit(make: Callable[[tuple[str, ...]], Table], columns: Sequence[str]) -> Table:
    """Return the table with as many columns as the terminal is wide."""
    for kept in range(len(columns), 0, -1):
        table = make(tuple(columns[:kept]))
        if out.measure(table, options=out.options.update(width=WIDE)).maximum <= out.width:
            return table
    return make(())


def _score_table(noun: str, rows: Sequence[Scored], metrics: tuple[str, ...], *, gold: bool = False) -> Table:
    from weaklabel.scoring import METRICS

    table = _table()
    table.add_column(noun, overflow="fold")
    table.add_column("Gold" if gold else "n", justify="right", no_wrap=True)
    table.add_column("F1", no_wrap=True)
    for header in ("Δ", "p", *(SHORT.get(name, METRICS[name].label) for name in metrics)):
        table.add_column(header, justify="right", no_wrap=True)
    for row in rows:
        f1 = row.metrics["f1"]
        table.add_row(
            Text(row.name),
            f"{row.gold if gold else row.records:,}",
            _with_interval(f1),
            *_difference(row.differences.get("f1"), row.note),
            *(_format(row.metrics[name].value) for name in metrics),
        )
    return table


def _slice_tags_table(rows: Sequence[SliceTag], metrics: tuple[str, ...]) -> Table:
    from weaklabel.scoring import METRICS

    table = _table()
    for header in ("In the slice", "the most wrong are"):
        table.add_column(header, overflow="fold")
    for header in ("Wrong", "Gold", "F1", *(SHORT.get(name, METRICS[name].label) for name in metrics)):
        table.add_column(header, justify="right", no_wrap=True)
    shown = ""
    for row in rows:
        figures = (_format(getattr(row, name)) for name in ("f1", *metrics))
        table.add_row(
            Text("" if row.slice == shown else row.slice), Text(row.tag), f"{row.wrong:,}", f"{row.gold:,}", *figures
        )
        shown = row.slice
    return table


def _comparison_table(comparison: ModelComparison, metrics: tuple[str, ...]) -> Table:
    from weaklabel.scoring import METRICS

    table = _table()
    table.add_column("Against the other", overflow="fold")
    table.add_column("n", justify="right", no_wrap=True)
    for name in metrics:
        table.add_column(f"Δ {METRICS[name].label}", no_wrap=True)
        table.add_column("p", justify="right", no_wrap=True)
    for row in (comparison.whole, *comparison.slices):
        table.add_row(Text(row.name), f"{row.records:,}", *_compared(row, metrics))
    return table


def _compared(row: Compared, names: Sequence[str]) -> Iterator[Text]:
    from weaklabel.scoring import METRICS

    for name in names:
        value, p = _difference(row.differences[name], row.note, less_is_better=METRICS[name].less_is_better)
        yield Text(f"{value} {_interval(row.differences[name], sign='+')}".rstrip(), style=value.style)
        yield p


def _difference(difference: Difference | None, note: str, *, less_is_better: bool = False) -> tuple[Text, Text]:
    """Return a difference and its p; what is more than chance is green where it is better, else red."""
    if difference is None or math.isnan(difference.value):
        return Text("–"), Text(MARKS[note])
    if math.isnan(difference.corrected_p):
        return Text(_format(difference.value, "+")), Text(MARKS[note])
    is_better = (difference.value > 0) != less_is_better
    style = ("green" if is_better else "red") if difference.corrected_p < SIGNIFICANT else ""
    return Text(_format(difference.value, "+"), style), Text(_format_p(difference.corrected_p), style)


def _find_worst(tags: Sequence[Scored]) -> list[Scored]:
    """Return the tags with the lowest F1 among those that are tested, or else among all."""
    tested = [row for row in tags if not row.note] or list(tags)
    defined = [row for row in tested if not math.isnan(row.metrics["f1"].value)]
    return sorted(defined, key=lambda row: row.metrics["f1"].value)[:MAX_TAGS]


def _find_worst_in_slices(evaluation: Evaluation) -> list[SliceTag]:
    """Return the tags with the most wrong cells in each slice that is significantly worse, such slices worst first."""
    lower = {
        row.name: f1.value
        for row in evaluation.slices
        if (f1 := row.differences.get("f1")) is not None and f1.value < 0 and f1.corrected_p < SIGNIFICANT
    }
    found: list[SliceTag] = []
    for name in sorted(lower, key=lambda name: lower[name])[:MAX_SLICES]:
        wrong = [row for row in evaluation.slice_tags if row.slice == name and row.wrong]
        found += sorted(wrong, key=lambda row: (-row.wrong, row.f1))[:MAX_TAGS_OF_SLICE]
    return found


def _explain(evaluated: Evaluated) -> Iterator[str]:
    from weaklabel.scoring import LEAST_GOLD, LEAST_RECORDS

    evaluation = evaluated.evaluation
    yield f"In brackets: 95 % intervals ({evaluation.rounds} rounds of a bootstrap over records)."
    if evaluation.slices or len(evaluation.tags) > 1:
        yield "Δ is the difference from all records (of a tag: from macro-F1), p that of so large a one by chance,"
        yield "corrected for the number of rows (Holm)."
        yield f"few: fewer than {LEAST_RECORDS} records or {LEAST_GOLD} gold tags, so nothing is tested."
    if evaluated.comparison is not None:
        yield "Against the other: Δ is the figure of --predictions less that of --compare, on the same resamples,"
        yield "p that of so large a difference by chance, corrected likewise; green is better, red worse."


def _format(value: float, sign: str = "") -> str:
    """Return a figure with three decimals, and without the 0 before the point."""
    return "–" if math.isnan(value) else format(value, f"{sign}.3f").replace("0.", ".", 1 if abs(value) < 1 else 0)


def _format_p(p: float) -> str:
    return "<.001" if p < LEAST_P else _format(p)


def _with_interval(estimate: Estimate) -> str:
    return f"{_format(estimate.value)} {_interval(estimate)}".rstrip()


def _interval(estimate: Estimate | Difference, sign: str = "") -> str:
    if math.isnan(estimate.low):
        return ""
    return f"[{_format(estimate.low, sign)}, {_format(estimate.high, sign)}]"


def _shown(evaluation: Evaluation, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in evaluation.whole.metrics]


def _table(*, show_header: bool = True) -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=show_header)
