"""`weaklabel slices`: find slices of the records."""

from __future__ import annotations

import typer

from weaklabel.cli import slices_discover

app = typer.Typer(no_args_is_help=True, help="Find slices of the records on which a model does worse than elsewhere.")
app.command("discover", short_help="Find the slices on which a model is worst.")(slices_discover.discover_slices)


@app.callback()
def _group() -> None:
    """Keep `discover` a command of its own while it is the only one."""
