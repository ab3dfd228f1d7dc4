"""`weaklabel evaluate`: any model's predictions against gold or given tags, slice by slice."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import DEFAULT_PROJECT, Data, JsonOption, SeparatorOption, TaskOption, join_options

if TYPE_CHECKING:
    from weaklabel.scoring import Limit
    from weaklabel.terms import Settings


@join_options
def evaluate(
    *,
    predictions: Annotated[
        str,
        typer.Option(
            "--predictions",
            metavar="PATH|URL",
            help="record_id and tags, or record_id, tag and probability (any format).",
        ),
    ],
    gold: Annotated[
        str | None,
        typer.Option(
            "--gold", metavar="PATH|URL|given", help="The right tags (default: the project's gold, or else given tags)."
        ),
    ] = None,
    slices: Annotated[
        str | None,
        typer.Option(
            "--slices", metavar="PATH", help="slices.yaml, or slices.parquet (default: the project's slices)."
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="PATH|URL", help="Predictions of another model, to compare with."),
    ] = None,
    data: Data,
    task: TaskOption = None,
    positive: Annotated[
        str | None,
        typer.Option("--positive", metavar="CLASS", help="Which of two classes is positive (default: the second)."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold", metavar="P", min=0, max=1, help="Tags that are more probable are predicted (default: .5)."
        ),
    ] = None,
    expect: Annotated[
        list[str] | None,
        typer.Option(
            "--expect",
            metavar="LIMIT",
            help='"f1 >= .7", "SLICE: f1 >= .7" or "tag:TAG: f1 >= .7"; exit with 1 if it is not so.',
        ),
    ] = None,
    within: Annotated[
        str | None,
        typer.Option("--within", metavar="SLICE", help="Score this slice's records alone: each tag's scores in it."),
    ] = None,
    rounds: Annotated[int, typer.Option("--rounds", metavar="NUMBER", min=20, help="Rounds of the bootstrap.")] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="The seed of the bootstrap.")] = 0,
    separator: SeparatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score predictions against gold or given tags: on all records, slice by slice, tag by tag, with 95 % intervals."""
    from weaklabel.cli.show import err, show_problems, watch
    from weaklabel.cli.show_evaluation import print_evaluated, show_evaluated
    from weaklabel.evaluation import Request
    from weaklabel.evaluation import evaluate as evaluate_all

    request = Request(
        predictions=predictions,
        gold=gold,
        slices=slices,
        compare=compare,
        task=task,
        positive=positive,
        threshold=threshold,
        within=within,
        rounds=rounds,
        seed=seed,
        separator=separator,
    )
    limits = _read_limits(expect or [])
    with contextlib.redirect_stdout(sys.stderr):  # what a slice's functions print is not this command's output
        evaluated = evaluate_all(request, _find_settings(data, gold, task), limits, watch)
    if evaluated.warnings:
        show_problems(evaluated.warnings)
        err.print()
    if as_json:
        print_evaluated(evaluated)
    else:
        show_evaluated(evaluated)
    if evaluated.breaches:
        raise typer.Exit(1)


def _find_settings(data: Data, gold: str | None, task: str | None) -> Settings | None:
    """Return the project's settings; None where no project is here and none is needed."""
    from weaklabel.project import FILE_NAME

    is_named = data.project != DEFAULT_PROJECT or data.records is not None or data.tags is not None
    if not is_named and not Path(FILE_NAME).exists() and gold not in {None, "given"}:
        return None
    return data.find(task=task).settings


def _read_limits(texts: Sequence[str]) -> list[Limit]:
    """Return what each `--expect` says: "SLICE: METRIC LIMIT", "tag:TAG: …", or for all records "METRIC LIMIT"."""
    from weaklabel.errors import Place, Problem, UsageError, raise_errors
    from weaklabel.scoring import Limit
    from weaklabel.terms.limits import parse_bound
    from weaklabel.terms.slices import ALL

    problems: list[Problem] = []
    found: list[Limit] = []
    for text in texts:
        name, colon, rest = text.rpartition(":")
        [(metric, limit)] = re.findall(r"\A\s*(\w*)\s*(.*)\Z", rest, re.DOTALL)
        if not metric or not limit:
            fix = 'Write it as "f1 >= 0.7", or with a slice as "short: f1 >= 0.7".'
            problems.append(Problem(f"{text!r} has no limit.", Place("--expect"), fix))
        elif isinstance(bound := parse_bound(limit), str):
            problems.append(Problem(bound, Place("--expect")))
        found.append(Limit(name.strip() if colon else ALL, metric, limit, Place("--expect")))
    raise_errors(problems, UsageError)
    return found
