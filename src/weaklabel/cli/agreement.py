"""`weaklabel agreement`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weaklabel.cli.options import Data, DatabaseOption, JsonOption, check_installed, is_named, join_options

if TYPE_CHECKING:
    from weaklabel.agreement import Decision

NEEDED = ("krippendorff",)
STORE_NEEDED = ("sqlalchemy", "alembic")


@join_options
def agreement(
    context: typer.Context,
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            show_default=False,
            help="Decisions as `weaklabel import` writes them (default: the review's).",
        ),
    ] = None,
    source: Data,
    database: DatabaseOption = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only decisions on this tag.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="The seed of the intervals.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Say how far annotators agree, on which tags least, and how good, fast and steady each of them is."""
    check_installed("agreement", NEEDED)
    from weaklabel.annotator_quality import check_comparable, measure_quality, only_tag, read_decision_files
    from weaklabel.cli.show_agreement import quality_json, show_quality
    from weaklabel.errors import Place

    decisions = read_decision_files(files or [])
    places = list(files or [])
    if not files or is_named(context, "database"):
        location = database or _find_database(source)
        decisions += _read_store(location)
        places.append(str(location).rpartition("@")[2])  # without the user and password of a URL
    if tag is not None:
        decisions = only_tag(decisions, tag, Place("--tag"))
    quality = measure_quality(decisions, seed)
    check_comparable(quality, Place(", ".join(places)))
    if as_json:
        typer.echo(quality_json(quality))
    else:
        show_quality(quality)


def _find_database(source: Data) -> Path:
    return source.find().settings.out.parent / "review.sqlite"


def _read_store(location: str | Path) -> list[Decision]:
    """Return the decisions of a review, which has to be there: to read makes no database."""
    check_installed("the review's database", STORE_NEEDED)
    from weaklabel.errors import Place, Problem, ReviewError
    from weaklabel.review.quality import list_decisions
    from weaklabel.review.store import open_database

    if "://" not in str(location) and not Path(location).is_file():
        fix = "Decide with `weaklabel review` first, or name a database or a file of decisions."
        raise ReviewError(Problem("there is no such database.", Place(str(location)), fix))
    with closing(open_database(location)) as store:
        return list_decisions(store)
