"""`weaklabel behaviour`: a gate on how a model behaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import Data, join_options

TIMEOUT_S = 300.0


@join_options
def behaviour(
    command: Annotated[
        str | None,
        typer.Option("--command", metavar="COMMAND", help="The model: reads JSON Lines with texts, writes tags."),
    ] = None,
    function: Annotated[
        str | None,
        typer.Option("--callable", metavar="MODULE:FUNCTION", help="The model: takes a list of dicts, returns tags."),
    ] = None,
    *,
    data: Data,
    slices: Annotated[
        Path | None,
        typer.Option(
            "--slices", metavar="PATH", help="The file or folder of slices and checks (default: the project's)."
        ),
    ] = None,
    check: Annotated[
        list[str] | None, typer.Option("--check", metavar="ID", help="Only this check; may be given several times.")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", metavar="SECONDS", min=0.001, help="Seconds that the command may take (default: 300)."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="Decides which cases are drawn.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results, with every failure, as JSON.")] = False,
) -> None:
    """Run behavioural checks against a model: invariance, direction, minimum functionality.

    Exits with 1 where more cases of a check fail than may.
    """
    from weaklabel.behaviour_checks import load_behaviour_inputs, make_asker, run_checks
    from weaklabel.cli.show import show_problems, watch
    from weaklabel.cli.show_behaviour import show_results
    from weaklabel.errors import Place, Problem, UsageError
    from weaklabel.slicing import usual_location

    if (command is None) == (function is None):
        what = "there is no model." if command is None else "there are two models."
        raise UsageError(Problem(what, Place("behaviour"), "Give either --command or --callable."))
    if function is not None and timeout is not None:
        what, fix = "it limits a --command; a function is not stopped.", "Leave it out."
        raise UsageError(Problem(what, Place("--timeout"), fix))
    settings = data.find(seed=seed).settings
    inputs = load_behaviour_inputs(settings, slices or settings.slices or usual_location(settings), check or ())
    show_problems(inputs.warnings)
    with watch("asking"):
        results = run_checks(
            inputs, make_asker(command, function, inputs.vocabulary, timeout or TIMEOUT_S), settings.seed
        )
    if as_json:
        typer.echo(json.dumps([result.as_row() for result in results], ensure_ascii=False))
    else:
        show_results(results)
    if not all(result.is_passed for result in results):
        raise typer.Exit(1)
