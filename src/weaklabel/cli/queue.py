"""`weaklabel queue`: which records a person should look at first, and what that would have saved."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import JsonOption, Source, join_options

app = typer.Typer()

PoolOption = Annotated[
    str | None,
    typer.Option("--pool", metavar="POOL", help="How tags' scores become the record's: max, sum or top3."),
]
SHOWN = 10


@app.callback(invoke_without_command=True, short_help="List the records that a person should look at first.")
@join_options
def queue(
    context: typer.Context,
    *,
    source: Source,
    strategy: Annotated[
        str | None,
        typer.Option(
            "--strategy",
            "-s",
            metavar="NAME",
            help="A strategy, or several by weight: expected_correction:.7,diversity:.3",
        ),
    ] = None,
    pool: PoolOption = None,
    exclude: Annotated[
        str | None,
        typer.Option("--exclude", metavar="FILE", help="Decisions (record_id, tag, verdict): leave their records out."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help=f"So many records (default: {SHOWN}; all with --out)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="The seed of what is drawn.")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write a .csv, .jsonl or .parquet file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the records that a person should look at first, each with the tags to look at and why.

    By default what is likely wrong comes first (expected_correction), or where nobody gave tags, what stands for most
    other records (representative). Other strategies: entropy, least_confidence, margin, label_model_disagreement,
    ensemble_disagreement, lf_conflict, long_tail, diversity, random.
    """
    if context.invoked_subcommand is not None:
        return
    from weaklabel.cli.show import out, watch
    from weaklabel.cli.show_queue import show_queue
    from weaklabel.queueing.build import build_queue
    from weaklabel.queueing.write import check_suffix, queue_json, write_queue

    if out_file is not None:
        check_suffix(out_file)
    settings = source.find(seed=seed).settings
    most = limit if limit is not None or out_file is not None else SHOWN
    with contextlib.redirect_stdout(sys.stderr):  # what labeling functions print is not this command's output
        found = build_queue(settings, strategy, pool=pool, exclude=exclude, limit=most, watch=watch)
    if out_file is not None:
        write_queue(found, out_file)
    if as_json:
        typer.echo(queue_json(found))
        return
    show_queue(found, SHOWN if limit is None else limit)
    if out_file is not None:
        out.print(f"\n{out_file}", soft_wrap=True, markup=False)


@app.command("simulate", short_help="Replay the queue with what is right hidden, strategy by strategy.")
@join_options
def simulate(
    *,
    source: Source,
    goal: Annotated[
        str | None,
        typer.Option("--goal", metavar="GOAL", help="correction or learning (default: both, one after the other)."),
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option("--strategies", metavar="NAMES", help='With spaces between them (default: all): "entropy margin"'),
    ] = None,
    pool: PoolOption = None,
    budget: Annotated[
        int | None,
        typer.Option("--budget", metavar="N", min=1, help="Spend so many verdicts (correction) or records (learning)."),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", min=1, help="Repeat with so many seeds.")] = 5,
    gold: Annotated[
        str | None,
        typer.Option("--gold", metavar="PATH|URL", help="Gold tags (default: the project's, or given tags)."),
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write a picture (.svg) or all figures (.json).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replay the queue with what is right hidden: what each strategy finds for its labels, beside `random`.

    To correct: given tags differ from gold tags (or mislabels are planted), and each verdict on a tag costs a label. To
    learn: most records are unlabelled, and each that is asked for costs a label; models learn again after each batch.
    """
    from weaklabel.cli.show import out, watch
    from weaklabel.cli.show_queue import show_simulations
    from weaklabel.queueing.simulate import check_goals, simulate_project
    from weaklabel.queueing.write import check_simulation_suffix, simulation_json, write_simulations

    if out_file is not None:
        check_simulation_suffix(out_file)
    goals = check_goals(goal)
    settings = source.find(gold=gold).settings
    names = strategies.split() if strategies else None
    with contextlib.redirect_stdout(sys.stderr):
        simulations = [
            simulate_project(settings, each, names, seeds=range(seeds), pool=pool, budget=budget, watch=watch)
            for each in goals
        ]
    if out_file is not None:
        write_simulations(simulations, out_file)
    if as_json:
        typer.echo(simulation_json(simulations))
        return
    show_simulations(simulations)
    if out_file is not None:
        out.print(f"\n{out_file}", soft_wrap=True, markup=False)
