"""What the terminal shows of `weaklabel lf suggest`: YAML on standard output, all else on standard error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import typer
from rich.text import Text

from weaklabel.cli.show import err, show_problems
from weaklabel.errors import Problem, WeaklabelError, quantity

if TYPE_CHECKING:
    from weaklabel.inputs import Inputs
    from weaklabel.lf_suggestions import SuggestedLF, Suggestions

KEYS = "y: accept, n: pass over, e: edit, q: quit"


def print_suggestions(found: Suggestions, inputs: Inputs) -> None:
    """Print the suggestions as JSON."""
    typer.echo(
        json.dumps({"reference": found.reference, "suggestions": [_row(lf, inputs) for lf in found.lfs]}, indent=2)
    )


def _row(lf: SuggestedLF, inputs: Inputs) -> dict[str, object]:
    figures = lf.suggestion
    return {
        "lf": lf.entry.declaration(),
        "gain": round(figures.gain, 3),
        "precision": round(figures.precision, 4),
        "precision_low": round(figures.low, 4),
        "precision_high": round(figures.high, 4),
        "right": figures.right,
        "judged": figures.judged,
        "changed": len(figures.changed),
        "coverage": round(lf.coverage, 6),
        "conflicts": lf.conflicts,
        "hits": [
            {"record_id": inputs.records.ids[hit.record], "snippet": hit.snippet, "has_tag": hit.has_tag}
            for hit in lf.hits
        ],
    }


def show_suggestions(found: Suggestions) -> None:
    """Print the suggestions as YAML, and what they were held against."""
    typer.echo("\n".join(lf.text for lf in found.lfs), nl=False)
    show_reference(found)


def show_reference(found: Suggestions) -> None:
    """Say how many suggestions there are, and what they were held against."""
    if found.lfs:
        said = f"{quantity(len(found.lfs), 'suggestion')}, held against {found.reference}."
    else:
        said = f"There is nothing to suggest. Phrases were held against {found.reference}."
    err.print(Text(said), soft_wrap=True)


def ask_suggestions(found: Suggestions, path: Path, inputs: Inputs) -> int:
    """Show one suggestion after the other, and append each that is accepted; return how many were.

    The end of the input and Ctrl-C quit; what was accepted by then is written.
    """
    from weaklabel.lf_additions import append_text

    show_reference(found)
    accepted = 0
    try:
        for number, lf in enumerate(found.lfs, start=1):
            typer.echo(f"\n{lf.text}", nl=False)
            question = f"{number} of {len(found.lfs)} ({KEYS})"
            answer = click.prompt(question, type=click.Choice(list("yneq")), show_choices=False)
            if answer == "q":
                break
            if answer == "y":
                accepted += append_text(path, lf.text, inputs)
            elif answer == "e":
                accepted += _edit(lf.text, path, inputs)
    except click.Abort:
        typer.echo()
    return accepted


def _edit(text: str, path: Path, inputs: Inputs) -> int:
    """Let a person edit a declaration until it is right, or left as it is."""
    from weaklabel.lf_additions import append_text

    while edited := _open_editor(text):
        try:
            return append_text(path, edited, inputs)
        except WeaklabelError as error:
            show_problems(error.problems)
            text = edited
            if not click.confirm("Edit it again?", default=True):
                break
    return 0


def _open_editor(text: str) -> str | None:
    """Return what a person makes of a text; None where the editor is left without saving, or there is none."""
    try:
        return click.edit(text, extension=".yaml")
    except click.ClickException as failure:
        show_problems([Problem(failure.message, fix="Name an editor in the environment variable EDITOR.")])
        return None


def show_written(count: int, path: Path) -> None:
    """Say what was written."""
    what = f"{quantity(count, 'labeling function')} written to {path}." if count else f"Nothing was written to {path}."
    err.print(Text(what), soft_wrap=True)
