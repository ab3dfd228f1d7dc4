"""What the terminal shows of `weaklabel evaluate`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from weaklabel.cli.show import out, show_problems
from weaklabel.errors import quantity

if TYPE_CHECKING:
    from weaklabel.evaluation import Evaluated
    from weaklabel.scoring import Compared, Difference, Estimate, Evaluation, ModelComparison, Scored

SIGNIFICANT = 0.05
MAX_TAGS = 10
SHOWN = ("precision", "recall", "macro_f1", "ap", "ece")
NOTES = {"empty": "no records", "small": "too few to test", "everything": "all records"}


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
    out.print(_whole_table(evaluation))
    if evaluation.slices:
        out.print()
        out.print(_score_table("Slice", [evaluation.whole, *evaluation.slices]))
    if len(evaluation.tags) > 1:
        noun = "Tag" if evaluation.task == "multilabel" else "Class"
        worst = _find_worst(evaluation.tags)
        out.print()
        out.print(_score_table(noun, worst, gold=True))
        if len(worst) < len(evaluation.tags):
            out.print(f"The {len(worst)} with the lowest F1 of {len(evaluation.tags):,}; `--json` has all.")
    if evaluated.comparison is not None:
        out.print()
        out.print(_comparison_table(evaluated.comparison))
    out.print()
    out.print(Text(" ".join(_explain(evaluated))))
    if evaluated.breaches:
        out.print()
        show_problems([breach.as_problem() for breach in evaluated.breaches], out)


def _introduce(evaluated: Evaluated) -> Iterator[str]:
    evaluation = evaluated.evaluation
    records = quantity(evaluation.whole.records, "record")
    yield f"Scored against the {evaluated.reference} tags of {records} ({evaluated.reference_location})."
    if evaluation.task == "binary":
        yield f"Two classes; precision, recall and F1 are those of {evaluation.positive!r}."
    elif evaluation.task == "multiclass":
        yield f"{len(evaluation.tags):,} classes; the most probable one is predicted."
    else:
        yield f"{quantity(len(evaluation.tags), 'tag')}."
    if evaluation.threshold is not None:
        yield f"Predicted is what has a probability > {evaluation.threshold:g}."
    if evaluated.unscored:
        yield f"{quantity(evaluated.unscored, 'predicted record')} without {evaluated.reference} tags left out."


def _whole_table(evaluation: Evaluation) -> Table:
    from weaklabel.scoring import METRICS

    table = _table()
    table.add_column("All records")
    for _ in range(2):
        table.add_column(justify="right")
        table.add_column()
    cells = [
        (METRICS[name].label, _format(estimate.value), _interval(estimate))
        for name, estimate in evaluation.whole.metrics.items()
    ]
    half = (len(cells) + 1) // 2
    table = _table(show_header=False)
    for justify in ("left", "right", "left") * 2:
        table.add_column(justify=justify, no_wrap=True)
    for left, right in zip(cells[:half], [*cells[half:], ("", "", "")], strict=False):
        table.add_row(*left, *right)
    return table


def _score_table(noun: str, rows: Sequence[Scored], *, gold: bool = False) -> Table:
    from weaklabel.scoring import METRICS

    shown = [name for name in SHOWN if name in rows[0].metrics]
    table = _table()
    table.add_column(noun, overflow="fold", min_width=8)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("F1", no_wrap=True)
    table.add_column("Δ", justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    for name in shown:
        table.add_column(SHORT.get(name, METRICS[name].label), justify="right", no_wrap=True)
    for row in rows:
        f1 = row.metrics["f1"]
        table.add_row(
            Text(row.name),
            f"{row.gold if gold else row.records:,}",
            f"{_format(f1.value)} {_interval(f1)}",
            *_difference(row.differences.get("f1"), row.note),
            *(_format(row.metrics[name].value) for name in shown),
        )
    return table


SHORT = {"precision": "Prec.", "macro_f1": "Macro"}


def _comparison_table(comparison: ModelComparison) -> Table:
    rows = [comparison.whole, *comparison.slices]
    shown = [name for name in ("ap", "ece") if name in rows[0].differences]
    from weaklabel.scoring import METRICS

    table = _table()
    table.add_column("Than the other", overflow="fold")
    table.add_column("n", justify="right", no_wrap=True)
    for name in ("f1", *shown):
        table.add_column(f"Δ {METRICS[name].label}", no_wrap=True)
        table.add_column("p", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(Text(row.name), f"{row.records:,}", *_compared(row, ("f1", *shown)))
    return table


def _compared(row: Compared, names: Sequence[str]) -> Iterator[str | Text]:
    for name in names:
        difference = row.differences[name]
        value, p = _difference(difference, row.note)
        yield Text(f"{value} {_interval(difference, sign='+')}", style=value.style)
        yield p


def _difference(difference: Difference | None, note: str) -> tuple[Text, Text]:
    if difference is None or math.isnan(difference.value):
        return Text("–"), Text(NOTES.get(note, "") and MARKS[note])
    style = ""
    if difference.corrected_p < SIGNIFICANT:
        style = "green" if difference.value > 0 else "red"
    p = Text(MARKS[note]) if math.isnan(difference.corrected_p) else Text(_format_p(difference.corrected_p), style)
    return Text(f"{difference.value:+.3f}", style), p


MARKS = {"": "", "empty": "empty", "small": "few", "everything": "all"}


def _find_worst(tags: Sequence[Scored]) -> list[Scored]:
    """Return the tags with the lowest F1 among those that are tested, or else among all."""
    tested = [row for row in tags if not row.note] or list(tags)
    defined = [row for row in tested if not math.isnan(row.metrics["f1"].value)]
    return sorted(defined, key=lambda row: row.metrics["f1"].value)[:MAX_TAGS]


def _explain(evaluated: Evaluated) -> Iterator[str]:
    from weaklabel.scoring import LEAST_GOLD, LEAST_RECORDS

    evaluation = evaluated.evaluation
    yield f"In brackets: 95 % intervals ({evaluation.rounds} rounds of a bootstrap over records)."
    if evaluation.slices or len(evaluation.tags) > 1:
        yield "Δ is the difference from all records (of a tag: from macro-F1), p that of so large a one by chance,"
        yield "corrected for the number of rows (Holm)."
        yield f"few: fewer than {LEAST_RECORDS} records or {LEAST_GOLD} gold tags, so nothing is tested."


def _format(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _format_p(p: float) -> str:
    return "<.001" if p < 0.001 else f"{p:.3f}".lstrip("0") if p < 1 else "1"


def _interval(estimate: Estimate | Difference, sign: str = "") -> str:
    if math.isnan(estimate.low):
        return ""
    low, high = (format(bound, f"{sign}.3f").replace("0.", ".", 1) for bound in (estimate.low, estimate.high))
    return f"[{low}, {high}]"


def _table(*, show_header: bool = True) -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=show_header)
