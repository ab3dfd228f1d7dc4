"""`weaklabel lf check`: a gate on labeling functions, for continuous integration."""

from __future__ import annotations

import json

import typer

from weaklabel.cli.options import JsonOption, LfTimeoutOption, Source, join_options


@join_options
def check_lfs(
    *,
    source: Source,
    lf_timeout: LfTimeoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare labeling functions with the coverage and precision that their `expect` names; exit with 1 if any differs.

    Precision is measured against gold tags where the project has some, else against given tags.
    """
    from weaklabel.cli.show import out, show_problems, watch
    from weaklabel.errors import quantity
    from weaklabel.inputs import load_inputs
    from weaklabel.lf_checks import check_expectations

    settings = source.find(lf_timeout_s=lf_timeout).settings
    inputs = load_inputs(settings)
    with watch("voting") as on_progress:
        checked = check_expectations(settings, inputs, on_progress)
    if as_json:
        rows = [breach.as_row() for breach in checked.breaches]
        typer.echo(json.dumps({"labeling_functions": checked.labeling_functions, "breaches": rows}, ensure_ascii=False))
    elif not checked.labeling_functions:
        out.print("No labeling function says what is expected of it: add `expect` to some.")
    else:
        if checked.breaches:
            show_problems([breach.as_problem() for breach in checked.breaches], out)
            out.print()
        verdict = "[red]failed[/]" if checked.breaches else "[green]passed[/]"
        tried = quantity(checked.labeling_functions, "labeling function")
        out.print(f"{tried} with expectations: {verdict} ({len(checked.breaches):,} not as expected).")
    if checked.breaches:
        raise typer.Exit(1)
