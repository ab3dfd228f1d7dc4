"""`weaklabel review`."""

from __future__ import annotations

import getpass
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from weaklabel.cli.options import (
    Columns,
    Data,
    DatabaseOption,
    QueueOption,
    StrategyOption,
    check_installed,
    join_options,
)

NEEDED = ("sqlalchemy", "alembic", "starlette", "uvicorn", "krippendorff")
MAX_NAME = 80


@join_options
def review(
    *,
    run: Annotated[
        Path | None,
        typer.Argument(metavar="RUN", show_default=False, help="A run's folder (default: the project's)."),
    ] = None,
    source: Data,
    columns: Columns,
    annotator: Annotated[
        list[str] | None,
        typer.Option("--annotator", metavar="NAME", help="Who decides; once for each (default: your user name)."),
    ] = None,
    reviewer: Annotated[
        list[str] | None,
        typer.Option("--reviewer", metavar="NAME", help="Who may also adjudicate and send records back."),
    ] = None,
    revoke: Annotated[
        list[str] | None,
        typer.Option("--revoke", metavar="NAME", help="Whose link and log-ins end; alone, it serves nothing."),
    ] = None,
    queue: QueueOption = None,
    strategy: StrategyOption = None,
    overlap: Annotated[
        int, typer.Option("--overlap", metavar="N", min=1, max=100, help="How many annotators decide on each record.")
    ] = 1,
    database: DatabaseOption = None,
    lease: Annotated[
        float, typer.Option("--lease", metavar="MINUTES", min=0.1, help="How long an idle annotator keeps a record.")
    ] = 10.0,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 takes any that is free.")
    ] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Another name by which browsers reach this machine."),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option("--public-url", metavar="URL", show_default=False, help="The address of a proxy before it."),
    ] = None,
) -> None:
    """Serve a page on which people decide on the tags of records, one record at a time, with the keyboard.

    It prints a link for each annotator and reviewer, who is logged in by it. Ctrl-C ends it; what was decided stays.
    With --revoke and nobody else, access ends and nothing is served.
    """
    check_installed("the review", NEEDED)
    from weaklabel.cli.show import err, show_problems
    from weaklabel.cli.show_review import show_links
    from weaklabel.queueing.order import choose_order
    from weaklabel.review.serve import (
        Address,
        end_access,
        listen,
        load_deck,
        make_links,
        make_site,
        read_public_url,
        serve,
    )
    from weaklabel.review.store import LeaseRules, open_database, open_queue

    reviewers = _check_names(reviewer or [], "--reviewer")
    names = _check_names(annotator or ([] if reviewers else [getpass.getuser()]))
    public = read_public_url(public_url) if public_url is not None else ""
    settings = source.find(columns).settings
    folder = run or settings.out
    location = database or settings.out.parent / "review.sqlite"
    if revoke and not annotator and not reviewers:
        with closing(open_database(location)) as store:
            end_access(store, revoke)
        typer.echo(f"Links and log-ins have ended: {', '.join(revoke)}. What they decided stays.")
        return
    loaded = load_deck(settings, folder)
    order = choose_order(folder, file=queue, strategy=strategy, settings=settings)
    if loaded.warnings:
        show_problems(loaded.warnings, err)
    address = Address(host, port, tuple(allow_host or ()), public)
    with closing(open_database(location)) as store:
        end_access(store, revoke or [])
        with listen(address) as listening:
            taken = listening.getsockname()[1]
            open_queue(store, order, overlap)
            show_links(make_links(store, names, address, taken, reviewers), len(order), overlap)
            serve(make_site(loaded, store, LeaseRules(lease), address, taken), listening)
    typer.echo("Stopped. All decisions are stored.")


def _check_names(names: list[str], option: str = "--annotator") -> list[str]:
    from weaklabel.errors import Place, Problem, UsageError

    problems = [
        Problem(f"{name[:MAX_NAME]!r} is no name.", Place(option), f"Write 1 to {MAX_NAME} printable characters.")
        for name in names
        if not name.strip() or not name.isprintable() or len(name) > MAX_NAME
    ]
    if problems:
        raise UsageError(problems)
    return list(dict.fromkeys(name.strip() for name in names))
